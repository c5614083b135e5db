import type { NewCredential, NewUser } from '@gatehouse/sdk'
import { Problem } from '../../problem/index.ts'
import type { PoolId } from '../pools/index.ts'
import { asked, changed, requireCloud } from './ask-cloud.ts'
import type { CloudOf } from './ask-cloud.ts'
import { pageToCloud } from './page-to-cloud.ts'
import type { Caller, FirstPassword, IdentityBackend, NewUserInput, UserInput } from './identity-backend.ts'
import { readListedUser, readUser } from './read-cloud.ts'
import { requireScope } from './read-local.ts'
import { shownKey } from './show-webauthn.ts'

type Users = Pick<
  IdentityBackend,
  'createUser' | 'deleteUser' | 'getUser' | 'getUserByKey' | 'listUsers' | 'updateUser'
>

const meanings = { 400: 'request.invalid', 404: 'user.not_found', 422: 'request.invalid' } as const
const aboutPool = { 400: 'request.invalid', 404: 'pool.not_found', 422: 'request.invalid' } as const

export const cloudUsers = (cloudOf: CloudOf): Users => {
  const cloudFor = (caller: Caller) => {
    requireScope(caller, 'identity')
    return requireCloud(cloudOf, caller, 'pool.not_found').api
  }
  const one = (pool: PoolId, id: string) => ({ ipID: pool, userID: id })

  return {
    async listUsers(caller, pool, { userKey, payload, metadata, ...page }) {
      const api = cloudFor(caller)
      const filter = { user_key: userKey, payload, metadata }
      const hasFilter = Object.values(filter).some((value) => value !== undefined)
      const query = { ...pageToCloud('user', page), ...(hasFilter ? { query: JSON.stringify(filter) } : {}) }
      const { body } = await asked(aboutPool, () => api.identity.systemListUsers({ ipID: pool, ...query }))
      return body.users.map((user) => readListedUser(caller, user))
    },

    async getUser(caller, pool, id) {
      const api = cloudFor(caller)
      return readUser(caller, await asked(meanings, () => api.identity.systemGetUser(one(pool, id))))
    },

    async getUserByKey(caller, pool, key) {
      const api = cloudFor(caller)
      const answer = await asked(meanings, async () => {
        if (key.kind === 'id') return api.identity.systemGetUser(one(pool, key.userId))
        const body = key.kind === 'identifier' ? { identifier: key.identifier } : { address: key.address }
        const { body: found } = await api.identity.systemGetUserByKey({ ipID: pool, body })
        // For its entity tag.
        return api.identity.systemGetUser(one(pool, found.id))
      })
      return readUser(caller, answer)
    },

    async createUser(caller, pool, input) {
      const api = cloudFor(caller)
      const body = newUser(input)
      const said = { ...aboutPool, 409: 'user.identifier_taken' } as const
      return readUser(caller, await asked(said, () => api.identity.systemCreateUser({ ipID: pool, body })))
    },

    async updateUser(caller, pool, id, input, expected) {
      const api = cloudFor(caller)
      const answer = await asked(meanings, () =>
        changed(
          expected,
          () => api.identity.systemGetUser(one(pool, id)),
          (before, options) => {
            const body = {
              status: input.status ?? before.status,
              payload: input.payload ?? before.payload,
              metadata: input.metadata ?? before.metadata,
              business_metadata: input.businessMetadata ?? before.business_metadata,
              ...schemasOf(input),
            }
            return api.identity.systemUpdateUser({ ...one(pool, id), body }, options)
          },
        ),
      )
      return readUser(caller, answer)
    },

    async deleteUser(caller, pool, id, expected) {
      const api = cloudFor(caller)
      await asked(meanings, () =>
        changed(
          expected,
          () => api.identity.systemGetUser(one(pool, id)),
          (_, options) => api.identity.systemDeleteUser(one(pool, id), options),
        ),
      )
    },
  }
}

/** Those that are named. */
const schemasOf = ({ schemaIds }: Pick<UserInput, 'schemaIds'>) => ({
  payload_schema_id: schemaIds?.payload,
  metadata_schema_id: schemaIds?.metadata,
  business_metadata_schema_id: schemaIds?.businessMetadata,
})

/** @throws Problem `request.invalid` for what the vendor's API has no word for */
function newUser(input: NewUserInput): NewUser {
  if (input.legacy) throw new Problem('request.invalid', 'The cloud keeps no links to legacy stores.')
  const credentials: NewCredential[] = [
    ...(input.password ? [passwordOf(input.password)] : []),
    ...(input.totpSecret === undefined ? [] : [{ type: 'totp' as const, totp_secret: input.totpSecret }]),
    ...(input.webAuthnKeys === undefined || input.webAuthnKeys.length === 0
      ? []
      : [{ type: 'webauthn' as const, webauthn_credentials: input.webAuthnKeys.map(shownKey) }]),
  ]
  return {
    id: input.userId,
    status: input.status,
    payload: input.payload,
    metadata: input.metadata,
    business_metadata: input.businessMetadata,
    ...schemasOf(input),
    identifiers: input.identifiers,
    verifiable_addresses: input.addresses.map((one) => ({
      type: one.type,
      address: one.address,
      status: one.status,
      verified: one.isVerified,
      metadata: one.metadata,
      preferred_contact_method: one.preferredContactMethod,
    })),
    ...(credentials.length === 0 ? {} : { credentials }),
  }
}

function passwordOf(password: FirstPassword): NewCredential {
  if (password.kind === 'hashed') throw new Problem('request.invalid', 'The cloud takes passwords in clear only.')
  return {
    type: 'password',
    password: password.password,
    ...(password.state === 'must_be_changed' ? { must_be_changed: true } : {}),
    ...(password.state === 'must_be_reset' ? { must_be_reset: true } : {}),
  }
}
