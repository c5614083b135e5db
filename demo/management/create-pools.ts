import type { Biller } from '../legacy/billers.ts'
import type { PoolUser } from '../legacy/pool-users.ts'
import type { ManagementClient } from './management-client.ts'

export interface PoolNeeds {
  readonly api: ManagementClient
  readonly tenantId: string
  readonly signal: AbortSignal
}

/** The pool of a biller's staff; Gatehouse makes it under the same id when somebody signs in before us. */
export const staffPoolId = (biller: Pick<Biller, 'slug'>): string => `${biller.slug}-staff`

/**
 * Makes the staff pools of these billers where they are absent.
 *
 * @returns the user names that their pools hold already, each after its pool's id and a space
 */
export async function ensurePools(needs: PoolNeeds, billers: readonly Biller[]): Promise<ReadonlySet<string>> {
  const present = new Set<string>()
  for (const biller of billers) {
    const { status } = await needs.api.request('POST', `/api/identity/${needs.tenantId}/system/pools`, {
      body: { id: staffPoolId(biller), name: `${biller.name}: staff`, workspace_id: biller.slug },
      expected: [201, 409],
      signal: needs.signal,
    })
    if (status === 409) await addPresentNames(needs, staffPoolId(biller), present)
  }
  return present
}

interface ListedUsers {
  readonly users: readonly { readonly id: string; readonly identifiers: readonly string[] }[]
}

const pageSize = 100

async function addPresentNames(needs: PoolNeeds, poolId: string, present: Set<string>): Promise<void> {
  let after: string | undefined
  do {
    const query = new URLSearchParams({
      limit: String(pageSize),
      order: 'asc',
      ...(after ? { after_user_id: after } : {}),
    })
    const { body } = await needs.api.request('GET', `${usersPath(needs.tenantId, poolId)}?${query.toString()}`, {
      signal: needs.signal,
    })
    const { users } = body as ListedUsers
    for (const name of users.flatMap((user) => user.identifiers)) present.add(`${poolId} ${name}`)
    after = users.length === pageSize ? users.at(-1)?.id : undefined
  } while (after !== undefined)
}

export const usersPath = (tenantId: string, poolId: string): string =>
  `/api/identity/${tenantId}/system/pools/${encodeURIComponent(poolId)}/users`

export interface CreateUsers {
  readonly users: readonly PoolUser[]
  /** What `ensurePools` answered. */
  readonly present: ReadonlySet<string>
  readonly billers: readonly Biller[]
  /** Called after each user, created or there already. */
  readonly onDone: () => void
}

/** Enough to keep the server's two cores busy, and few enough to leave sign-ins their place in its queue. */
const atOnce = 8

/**
 * Creates users with the hashes they had, eight at a time. Whoever is there already stays as they are, so it may be
 * stopped anywhere and begun again.
 */
export async function createUsers(needs: PoolNeeds, { users, present, billers, onDone }: CreateUsers): Promise<void> {
  const poolIds = new Map(billers.map((biller) => [biller.id, staffPoolId(biller)]))
  const waiting = users.values()
  const worker = async (): Promise<void> => {
    for (const user of waiting) {
      needs.signal.throwIfAborted()
      const poolId = poolIds.get(user.billerId)
      if (poolId === undefined) throw new Error(`there is no biller ${user.billerId}`)
      if (!present.has(`${poolId} ${user.username}`)) {
        await needs.api.request('POST', usersPath(needs.tenantId, poolId), {
          body: newUser(user),
          expected: [201, 409],
          signal: needs.signal,
        })
      }
      onDone()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** A user in the words of the management API. */
export function newUser(user: PoolUser) {
  return {
    status: user.status,
    payload: { name: user.displayName },
    identifiers: [{ type: 'uid', identifier: user.username }],
    verifiable_addresses:
      user.email === undefined ? [] : [{ type: 'email', address: user.email, status: 'active', verified: true }],
    credentials: [
      {
        type: 'password',
        hashed_password: {
          format: user.hash.format,
          hash: user.hash.hash,
          ...(user.hash.salt === null ? {} : { salt: user.hash.salt }),
        },
        ...(user.passwordState === 'must_be_changed' ? { must_be_changed: true } : {}),
        ...(user.passwordState === 'must_be_reset' ? { must_be_reset: true } : {}),
      },
    ],
    legacy: { store_id: user.shard, legacy_id: user.legacyId },
  }
}
