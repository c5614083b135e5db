import { addSeconds } from '../../platform/clock/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import { announceChange } from '../../platform/db/index.ts'
import type { Db, Reader } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { forgetSecret, namedSecret } from '../keys/index.ts'
import { selectWorkspaces } from '../tenancy/index.ts'
import { findScan } from './directory.store.ts'
import {
  copyName,
  countNames,
  deleteFormerKeys,
  deleteGeneration,
  insertIndexKey,
  lockIndex,
  lockPoolNames,
  selectIndexKeys,
  selectStoresOf,
} from './index-keys.store.ts'
import type { IndexKeyRecord, PoolName } from './index-keys.store.ts'
import type { NameKeys } from './name-key.ts'

/** Names a transaction. */
const batchSize = 500
/** Every process looks up under both keys long before this: it takes a change up within a second or two. */
const settleSeconds = 60

export interface RotationNeeds {
  readonly db: Db
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

/**
 * Gives the username index a new key. From here on every name is written under both keys and looked up under both in one
 * statement; `tendIndexKey` does the rest. A rotation that is under way goes on, and no other begins. The audit of each
 * workspace says that one began.
 *
 * @returns the generation that is being written now
 */
export async function beginIndexKeyRotation(needs: RotationNeeds, facts: RequestFacts): Promise<number> {
  const [before] = await selectIndexKeys(needs.db.reader)
  const generation = (before?.generation ?? 0) + 1
  const secretName = `directory.index-key.${generation}`
  // Before it is named anywhere, so that no process finds a key without its secret.
  await namedSecret(needs, secretName)
  return needs.db.transaction(async (tx) => {
    await lockIndex(tx)
    const keys = await selectIndexKeys(tx)
    const [current] = keys
    // Under way, or another process was first.
    if (current && (keys.length > 1 || current.generation !== before?.generation)) return current.generation
    await insertIndexKey(tx, { generation, secretName, state: 'current', since: needs.clock.now() })
    await announceChange(tx, 'names')
    const workspaces = await selectWorkspaces(tx)
    await recordEvents(
      tx,
      needs,
      facts,
      workspaces.map(({ tenantId, workspaceId }) => ({
        tenantId,
        workspaceId,
        subject: 'directory',
        action: 'updated',
        reason: 'index.key_rotated',
        payload: { generation },
      })),
    )
    return generation
  })
}

export type RotationState =
  | { readonly kind: 'none' }
  /** `why` names what the old key is still needed for. */
  | { readonly kind: 'under_way'; readonly why: 'settling' | 'scans' | 'unreadable_names' }
  | { readonly kind: 'finished' }

/** The canonical usernames of people of one organization. */
export type NamesOf = (
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly string[]>>

/**
 * Brings a rotation forward: copies names of our pools under the new key, waits until every store was scanned since the
 * rotation began (a scan writes under both keys), and then removes what stands under the old one. May be killed, repeated,
 * and run while names are claimed and released.
 */
export async function tendIndexKey(needs: RotationNeeds, keys: NameKeys, namesOf: NamesOf): Promise<RotationState> {
  const [current, former] = await selectIndexKeys(needs.db.reader)
  if (!current || !former) return { kind: 'none' }
  if (!keys.generations.includes(current.generation)) return { kind: 'under_way', why: 'settling' }
  const unreadable = await copyPoolNames(needs.db, keys, current, former, namesOf)
  if (unreadable > 0) return { kind: 'under_way', why: 'unreadable_names' }
  for (const storeId of await selectStoresOf(needs.db.reader, former.generation)) {
    const scan = await findScan(needs.db.reader, storeId)
    const isScanned = scan && scan.failure === undefined && scan.finishedAt && scan.startedAt > current.since
    if (!isScanned) return { kind: 'under_way', why: 'scans' }
  }
  const counts = await countNames(needs.db.reader)
  if (counts.get(current.generation) !== counts.get(former.generation)) return { kind: 'under_way', why: 'scans' }
  if (addSeconds(current.since, settleSeconds) > needs.clock.now()) return { kind: 'under_way', why: 'settling' }
  await needs.db.transaction(async (tx) => {
    await lockIndex(tx)
    await deleteFormerKeys(tx)
    // The first one stays: counters and codes know names by it. No row of the index is under it any more.
    if (former.generation > 1) await forgetSecret(tx, former.secretName)
    await announceChange(tx, 'names')
  })
  for (;;) {
    const removed = await needs.db.transaction((tx) => deleteGeneration(tx, former.generation, batchSize))
    if (removed < batchSize) return { kind: 'finished' }
  }
}

/** @returns how many names could not be told from their people: nothing is removed while there are any */
async function copyPoolNames(
  db: Db,
  keys: NameKeys,
  current: IndexKeyRecord,
  former: IndexKeyRecord,
  namesOf: NamesOf,
): Promise<number> {
  let unreadable = 0
  let after: PoolName | undefined
  for (;;) {
    const page = await db.transaction(async (tx) => {
      const names = await lockPoolNames(tx, former.generation, after, batchSize)
      for (const [organizationId, group] of Map.groupBy(names, (name) => name.organizationId)) {
        const readable = await namesOf(
          tx,
          organizationId,
          group.map(({ userId }) => userId),
        )
        for (const name of group) {
          const places = (readable.get(name.userId) ?? []).map((canonical) => keys.inIndex(name, canonical))
          const place = places.find((one) =>
            one.some(({ generation, key }) => generation === former.generation && key.equals(name.key)),
          )
          const under = place?.find(({ generation }) => generation === current.generation)
          if (under) await copyName(tx, name, under)
          else unreadable += 1
        }
      }
      return names
    })
    after = page.at(-1)
    if (page.length < batchSize) return unreadable
  }
}
