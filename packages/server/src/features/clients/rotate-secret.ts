import type { Clock } from '../../platform/clock/index.ts'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { hashSecret } from './client-secret.ts'
import type { Client } from './client.ts'
import { findClientForUpdate, updateSecrets } from './clients.store.ts'

interface Needs {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
}

interface ClientPlace {
  readonly tenantId: string
  readonly workspaceId: string
  readonly clientId: string
}

/** Of the vendor's API: more than these are dropped, the oldest first. */
const mostRotated = 2
/** For a rotation that names no end. */
const longestSeconds = 10 * 365 * 24 * 3600

/** Secrets that open something at this moment: the current one, and rotated ones that have not ended. */
export const validSecretHashes = (client: Pick<Client, 'secretEnds' | 'secretHashes'>, now: Date): readonly string[] =>
  client.secretHashes.filter((hash) => {
    const end = client.secretEnds?.[hash]
    return end === undefined || new Date(end) > now
  })

/**
 * Gives a client a new secret and lets the old ones live for a while, so that its instances can change one by one.
 *
 * @param overlapSeconds absent: the old one lives until `revokeRotatedSecrets`, and no rotated secret outlives two more
 * rotations; 0: it ends at once
 * @param expected revisions that the caller is willing to change; absent: whatever it is
 * @returns the secret, which is kept as a hash and cannot be shown again
 * @throws Problem `client.not_found` — also for a client of another workspace; `request.invalid` for one without a secret;
 * `request.conflict`
 */
export function rotateClientSecret(
  needs: Needs,
  place: ClientPlace,
  overlapSeconds: number | undefined,
  facts: RequestFacts,
  expected?: readonly number[],
): Promise<{ readonly secret: string; readonly oldEndsAt: Date; readonly revision: number }> {
  return needs.db.transaction(async (tx) => {
    const client = await lockedClient(tx, place, expected)
    const now = needs.clock.now()
    const secret = needs.random.secret()
    const oldEndsAt = addSeconds(now, Math.min(overlapSeconds ?? longestSeconds, longestSeconds))
    const living = validSecretHashes(client, now).slice(-mostRotated)
    const kept = oldEndsAt > now ? living : living.filter((hash) => client.secretEnds?.[hash] !== undefined)
    const ends = Object.fromEntries(
      kept.map((hash) => [hash, client.secretEnds?.[hash] ?? oldEndsAt.toISOString()] as const),
    )
    await updateSecrets(tx, client, { hashes: [...kept, hashSecret(secret)], ends }, now)
    await recordEvents(tx, needs, facts, [
      {
        ...place,
        subject: 'client',
        action: 'updated',
        reason: 'secret.rotated',
        payload: { ends_at: oldEndsAt },
        ...by(facts),
      },
    ])
    return { secret, oldEndsAt, revision: client.revision + 1 }
  })
}

/**
 * Ends every secret but the current one, now. Doing it twice changes nothing.
 *
 * @throws Problem `client.not_found`, `request.invalid`, `request.conflict`
 */
export function revokeRotatedSecrets(
  needs: Needs,
  place: ClientPlace,
  facts: RequestFacts,
  expected?: readonly number[],
): Promise<void> {
  return needs.db.transaction(async (tx) => {
    const client = await lockedClient(tx, place, expected)
    if (client.secretHashes.length < 2) return
    await updateSecrets(tx, client, { hashes: client.secretHashes.slice(-1), ends: {} }, needs.clock.now())
    await recordEvents(tx, needs, facts, [
      { ...place, subject: 'client', action: 'updated', reason: 'secret.rotated_revoked', ...by(facts) },
    ])
  })
}

/** The client of these events is the one whose secret it is; whoever acts stands beside it. */
const by = ({ clientId }: RequestFacts) => (clientId === undefined ? {} : { context: { by: clientId } })

async function lockedClient(tx: Tx, place: ClientPlace, expected: readonly number[] | undefined): Promise<Client> {
  const client = await findClientForUpdate(tx, place.tenantId, place.workspaceId, place.clientId)
  if (!client) throw new Problem('client.not_found')
  if (expected !== undefined && !expected.includes(client.revision)) throw new Problem('request.conflict')
  // Another way of proving itself is not widened by a secret (TK10). Divergence D-51
  if (!client.settings.authentication.startsWith('client_secret')) {
    throw new Problem('request.invalid', 'This client has no secret.')
  }
  return client
}
