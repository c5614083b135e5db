import {
  systemCreateUser,
  systemDeleteUser,
  systemGetUser,
  systemGetUserByKey,
  systemListUsers,
  systemUpdateUser,
  userFilter,
} from '@gatehouse/contract'
import { Value } from 'typebox/value'
import { Problem } from '../../problem/index.ts'
import { parseStrictJson } from '../../surfaces/management/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import { userId } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import type { IdentityBackend, UserDetails, UserFilter } from './identity-backend.ts'
import { readNewUser, readSchemas } from './read-new-user.ts'
import { readPage } from './read-page.ts'
import { shownListed, shownUser } from './show-user.ts'

export function mountUsers(mount: Mount, { backend }: { readonly backend: IdentityBackend }): void {
  const answer = (details: UserDetails) => ({ body: shownUser(details), revision: details.user.revision })

  mount(systemListUsers, async ({ caller, params, query }) => {
    const page = readPage(query, query.after_user_id, query.before_user_id)
    const users = await backend.listUsers(caller, poolId(params.ipID), { ...page, ...readFilter(query.query) })
    return { body: { users: users.map(shownListed) } }
  })

  mount(systemCreateUser, async ({ caller, params, body }) =>
    answer(await backend.createUser(caller, poolId(params.ipID), readNewUser(body))),
  )

  mount(systemGetUser, async ({ caller, params }) =>
    answer(await backend.getUser(caller, poolId(params.ipID), readUserId(params.userID))),
  )

  mount(systemGetUserByKey, async ({ caller, params, body }) => {
    const { address, identifier } = body
    if ((address === undefined) === (identifier === undefined)) {
      throw new Problem('request.invalid', 'Give either address or identifier.')
    }
    const key =
      identifier === undefined
        ? ({ kind: 'address', address: address ?? '' } as const)
        : ({ kind: 'identifier', identifier } as const)
    return answer(await backend.getUserByKey(caller, poolId(params.ipID), key))
  })

  mount(systemUpdateUser, async ({ caller, params, body, expected }) => {
    const { status, payload, metadata, business_metadata: businessMetadata } = body
    const input = { status, payload, metadata, businessMetadata, schemaIds: readSchemas(body) }
    return answer(await backend.updateUser(caller, poolId(params.ipID), readUserId(params.userID), input, expected))
  })

  mount(systemDeleteUser, async ({ caller, params, expected }) => {
    await backend.deleteUser(caller, poolId(params.ipID), readUserId(params.userID), expected)
    return { body: undefined }
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws Problem `user.not_found` for a text that no user's id looks like */
export function readUserId(text: string): UserId {
  if (!uuid.test(text)) throw new Problem('user.not_found')
  return userId(text)
}

/** @throws Problem `request.malformed` when the parameter is not the JSON it should be */
function readFilter(text: string | undefined): Pick<UserFilter, 'userKey' | 'payload' | 'metadata'> {
  if (text === undefined) return {}
  let given: unknown
  try {
    given = parseStrictJson(text)
  } catch (cause) {
    throw new Problem('request.malformed', 'The parameter query is not JSON.', { cause })
  }
  if (!Value.Check(userFilter, given)) {
    throw new Problem('request.malformed', 'The parameter query takes user_key, payload and metadata.')
  }
  return { userKey: given.user_key, payload: given.payload, metadata: given.metadata }
}
