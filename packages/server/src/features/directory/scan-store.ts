import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { canonicalUsername } from '../../protocol/precis.ts'
import type { Biller } from '../billers/index.ts'
import { selectBillersOfStore } from '../billers/index.ts'
import type { LegacyStore, LegacyUser } from '../legacy/index.ts'
import { findOrganization, findWorkspace } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { dropLegacyHalves, mergeLegacyNames, saveScan, selectLegacyHalves, selectMissing } from './directory.store.ts'
import type { LegacyHalf, NewEntry, ScanRecord } from './directory.store.ts'
import { nameScope } from './find-name.ts'
import type { NameKeys } from './name-key.ts'

/** Rows per page and per transaction: small enough that others get a turn on the embedded database. */
const batchSize = 500

export interface ScanNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly keys: NameKeys
}

/**
 * Reads every person of a legacy store and makes the index agree with it.
 *
 * Safe to run twice and to be killed: each page is a transaction, names are merged, and only a scan that reached the end
 * removes what it did not see: people who are gone, and earlier names of people who were renamed. A store that stops answering ends the scan with its `failure`; nothing is removed.
 */
export async function scanStore(needs: ScanNeeds, store: LegacyStore): Promise<ScanRecord> {
  const { db, clock, random } = needs
  const homes = await homesOf(db, store.storeId)
  const startedAt = clock.now()
  // Of the whole scan: one that a rotation overtakes fails at its next page.
  const { generations } = needs.keys
  let namesSeen = 0
  let namesInConflict = 0
  let failure: string | undefined
  let after = ''
  const seen = new Set<string>()
  for (;;) {
    let people: readonly LegacyUser[]
    try {
      people = await store.list(after, batchSize)
    } catch {
      failure = 'legacy.unavailable'
      break
    }
    const last = people.at(-1)
    if (!last) break
    after = last.legacyId
    const all = people.flatMap((person) => entryFor(needs.keys, homes, person))
    for (const { keys, scope, legacyId } of all) for (const { key } of keys) seen.add(halfOf(key, scope, legacyId))
    const entries = distinct(all)
    const missing = await selectMissing(db.reader, entries)
    const refused = missing.length === 0 ? 0 : await db.transaction((tx) => mergeLegacyNames(tx, missing))
    namesSeen += people.length
    namesInConflict += refused + (all.length - entries.length)
    if (people.length < batchSize) break
    // The embedded database works in this very thread: let requests have their turn between two pages.
    await setImmediate()
  }
  if (failure === undefined) await dropUnseen(db, store.storeId, generations, seen)
  const scan: ScanRecord = {
    storeId: store.storeId,
    scanId: random.uuid(),
    startedAt,
    finishedAt: clock.now(),
    namesSeen,
    namesInConflict,
    failure,
  }
  await db.transaction((tx) => saveScan(tx, scan))
  return scan
}

/** A name and whom it leads to: somebody else may take the name of a person who was renamed. */
const halfOf = (key: Buffer, scope: string, legacyId: string | undefined): string =>
  `${key.toString('base64')} ${scope} ${legacyId ?? ''}`

/** Only a scan that reached the end knows who is gone. */
async function dropUnseen(
  db: Db,
  storeId: string,
  generations: readonly number[],
  seen: ReadonlySet<string>,
): Promise<void> {
  let after: LegacyHalf | undefined
  for (;;) {
    const page = await selectLegacyHalves(db.reader, storeId, generations, after, batchSize)
    const gone = page.filter((half) => !seen.has(halfOf(half.key, half.scope, half.legacyId)))
    if (gone.length > 0) await db.transaction((tx) => dropLegacyHalves(tx, gone))
    after = page.at(-1)
    if (page.length < batchSize) return
    await setImmediate()
  }
}

interface Home {
  readonly biller: Biller
  readonly workspace: Workspace
}

/** Billers of the store by the store's own key. People of other billers are not ours and are not indexed. */
export async function homesOf(db: Db, storeId: string): Promise<ReadonlyMap<string, Home>> {
  const homes = new Map<string, Home>()
  for (const biller of await selectBillersOfStore(db.reader, storeId)) {
    const organization = await findOrganization(db.reader, biller.tenantId, biller.organizationId)
    const workspace = organization && (await findWorkspace(db.reader, biller.tenantId, organization.workspaceId))
    if (workspace && biller.legacyBillerKey !== undefined) homes.set(biller.legacyBillerKey, { biller, workspace })
  }
  return homes
}

/** The index row of one legacy person, or none when the biller is not ours or the name is not a username (RFC 8265). */
export function entryFor(keys: NameKeys, homes: ReadonlyMap<string, Home>, person: LegacyUser): NewEntry[] {
  const home = homes.get(person.billerKey)
  const name = canonicalUsername(person.username)
  if (!home || !name) return []
  const { biller, workspace } = home
  return [
    {
      keys: keys.inIndex(workspace, name.canonical),
      scope: nameScope(workspace, biller.organizationId),
      tenantId: biller.tenantId,
      workspaceId: workspace.workspaceId,
      organizationId: biller.organizationId,
      legacyStoreId: person.storeId,
      legacyId: person.legacyId,
    },
  ]
}

/** PostgreSQL refuses to touch one row twice in one statement; within a page the first of two equal names wins. */
function distinct(entries: readonly NewEntry[]): NewEntry[] {
  const seen = new Map<string, NewEntry>()
  for (const entry of entries) {
    const key = `${entry.keys[0]?.key.toString('hex')} ${entry.scope}`
    if (!seen.has(key)) seen.set(key, entry)
  }
  return [...seen.values()]
}
