import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { assertGenerations } from './index-keys.store.ts'
import type { IndexedName, NameKey } from './name-key.ts'

/** Where a username leads. */
export interface DirectoryEntry {
  readonly organizationId: OrganizationId
  /** The person in our pool, once there is one. */
  readonly userId: string | undefined
  readonly legacyStoreId: string | undefined
  readonly legacyId: string | undefined
}

export interface NewEntry {
  /** Under every key the index has: while one replaces another, a name is written under both. */
  readonly keys: readonly IndexedName[]
  /** What the name is unique within: the workspace, or the organization's id. */
  readonly scope: string
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId: OrganizationId
  readonly userId?: string | undefined
  readonly legacyStoreId?: string | undefined
  readonly legacyId?: string | undefined
}

/**
 * One statement, whichever keys the index has. At most one entry where names are unique in the workspace; one per
 * organization where they are not. A name that is written under two keys is one entry.
 */
export async function selectEntries(reader: Reader, keys: readonly IndexedName[]): Promise<DirectoryEntry[]> {
  const rows = await reader
    .selectFrom('directory_names')
    .select(['organization_id', 'user_id', 'legacy_store_id', 'legacy_id'])
    .where(
      'name_key',
      'in',
      keys.map(({ key }) => key),
    )
    .limit(20 * keys.length)
    .execute()
  const entries = new Map<OrganizationId, DirectoryEntry>()
  for (const entry of rows.map(entryOf)) {
    const other = entries.get(entry.organizationId)
    entries.set(entry.organizationId, {
      organizationId: entry.organizationId,
      userId: entry.userId ?? other?.userId,
      legacyStoreId: entry.legacyStoreId ?? other?.legacyStoreId,
      legacyId: entry.legacyId ?? other?.legacyId,
    })
  }
  return [...entries.values()]
}

/**
 * Says that a name leads to a person of our pool. A row the scanner made for the same person is completed.
 *
 * @returns false when the name leads to somebody else
 * @throws Problem `server.busy` when the index has other keys than this process knows, for a second at most
 */
export async function claimName(tx: Tx, entry: NewEntry & { readonly userId: string }): Promise<boolean> {
  await assertGenerations(tx, entry.keys)
  for (const key of entry.keys) {
    if (!(await claimUnder(tx, key, entry))) return false
  }
  return true
}

async function claimUnder(
  tx: Tx,
  { key, generation }: IndexedName,
  entry: NewEntry & { readonly userId: string },
): Promise<boolean> {
  const row = await tx
    .insertInto('directory_names')
    .values({
      name_key: key,
      key_generation: generation,
      scope: entry.scope,
      tenant_id: entry.tenantId,
      workspace_id: entry.workspaceId,
      organization_id: entry.organizationId,
      user_id: entry.userId,
      legacy_store_id: entry.legacyStoreId ?? null,
      legacy_id: entry.legacyId ?? null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['name_key', 'scope'])
        .doUpdateSet({ user_id: entry.userId })
        .where('directory_names.organization_id', '=', entry.organizationId)
        .where((where) =>
          where.or([
            where('directory_names.user_id', '=', entry.userId),
            where.and([
              where('directory_names.user_id', 'is', null),
              // A legacy person of the same name in the same organization is the same person only if the caller says so
              // or never had a pool user before; the row then gains its pool half.
              where('directory_names.legacy_id', 'is not', null),
            ]),
          ]),
        ),
    )
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

/** What many names of one organization have in common. */
export type NamesHome = Pick<NewEntry, 'scope' | 'tenantId' | 'workspaceId' | 'organizationId'>

/** A name as the index has it, or had it before. */
export interface HeldName {
  readonly key: Buffer
  readonly organizationId: OrganizationId
  readonly userId: string | undefined
  readonly legacyStoreId: string | undefined
  readonly legacyId: string | undefined
}

/**
 * `claimName` for many names that are all different, under one key of the index, in one statement. Names that lead to somebody
 * else are not in what it gives. Whoever calls it has held the keys (`assertGenerations`).
 */
export async function claimNames(
  tx: Tx,
  home: NamesHome,
  generation: number,
  names: readonly {
    readonly key: Buffer
    readonly userId: string
    readonly legacyStoreId: string | undefined
    readonly legacyId: string | undefined
  }[],
): Promise<readonly HeldName[]> {
  if (names.length === 0) return []
  // In one order, so that two who claim the same names wait for each other in one direction only.
  const sorted = names.toSorted((a, b) => a.key.compare(b.key))
  const { rows } = await sql<HeldRow>`
    insert into directory_names (name_key, key_generation, scope, tenant_id, workspace_id, organization_id, user_id,
      legacy_store_id, legacy_id)
    select decode(given.name_key, 'hex'), ${generation}::integer, ${home.scope}, ${home.tenantId}, ${home.workspaceId},
      ${home.organizationId}, given.user_id, given.legacy_store_id, given.legacy_id
    from unnest(${sorted.map(({ key }) => key.toString('hex'))}::text[], ${sorted.map(({ userId }) => userId)}::uuid[],
      ${sorted.map(({ legacyStoreId }) => legacyStoreId ?? null)}::text[],
      ${sorted.map(({ legacyId }) => legacyId ?? null)}::text[])
      as given (name_key, user_id, legacy_store_id, legacy_id)
    on conflict (name_key, scope) do update set user_id = excluded.user_id
      where directory_names.organization_id = excluded.organization_id
        and (directory_names.user_id = excluded.user_id
          or (directory_names.user_id is null and directory_names.legacy_id is not null))
    returning name_key, organization_id, user_id, legacy_store_id, legacy_id`.execute(tx)
  return rows.map(heldName)
}

/** Of these keys, those that the index has in the scope, with what they lead to. */
export async function selectNames(
  reader: Reader,
  scope: string,
  keys: readonly Buffer[],
): Promise<readonly HeldName[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<HeldRow>`
    select name_key, organization_id, user_id, legacy_store_id, legacy_id from directory_names
    where scope = ${scope} and name_key in (
      select decode(given, 'hex') from unnest(${keys.map((key) => key.toString('hex'))}::text[]) as given)`.execute(
    reader,
  )
  return rows.map(heldName)
}

type HeldRow = Pick<
  Selectable<Tables['directory_names']>,
  'name_key' | 'organization_id' | 'user_id' | 'legacy_store_id' | 'legacy_id'
>

const heldName = (row: HeldRow): HeldName => ({ key: Buffer.from(row.name_key), ...entryOf(row) })

/**
 * Forgets what a name leads to in our pool; a legacy half stays.
 *
 * @throws Problem `server.busy` as `claimName`
 */
export async function releaseName(tx: Tx, keys: readonly IndexedName[], userId: string): Promise<void> {
  await assertGenerations(tx, keys)
  for (const { key } of keys) {
    await tx
      .deleteFrom('directory_names')
      .where('name_key', '=', key)
      .where('user_id', '=', userId)
      .where('legacy_id', 'is', null)
      .execute()
    await tx
      .updateTable('directory_names')
      .set({ user_id: null })
      .where('name_key', '=', key)
      .where('user_id', '=', userId)
      .execute()
  }
}

/** Of these entries, the ones that the index does not hold as they are. A scan of an unchanged store writes nothing. */
export async function selectMissing(reader: Reader, entries: readonly NewEntry[]): Promise<NewEntry[]> {
  if (entries.length === 0) return []
  const rows = await reader
    .selectFrom('directory_names')
    .select(['name_key', 'scope', 'organization_id', 'legacy_store_id', 'legacy_id'])
    .where(
      'name_key',
      'in',
      entries.flatMap((entry) => entry.keys.map(({ key }) => key)),
    )
    .execute()
  const held = new Set(
    rows.map((row) =>
      placeOf(Buffer.from(row.name_key), row.scope, row.organization_id, row.legacy_store_id, row.legacy_id),
    ),
  )
  return entries.filter((entry) =>
    entry.keys.some(
      ({ key }) => !held.has(placeOf(key, entry.scope, entry.organizationId, entry.legacyStoreId, entry.legacyId)),
    ),
  )
}

const placeOf = (key: Buffer, ...rest: readonly (string | null | undefined)[]): string =>
  [key.toString('base64'), ...rest].join(' ')

/**
 * Gives names their legacy half. A name that leads elsewhere already keeps its owner.
 *
 * @returns how many were refused because the name is somebody else's
 * @throws Problem `server.busy` as `claimName`
 */
export async function mergeLegacyNames(tx: Tx, entries: readonly NewEntry[]): Promise<number> {
  const [first] = entries
  if (!first) return 0
  await assertGenerations(tx, first.keys)
  const written = await tx
    .insertInto('directory_names')
    .values(
      entries.flatMap((entry) =>
        entry.keys.map(({ key, generation }) => ({
          name_key: key,
          key_generation: generation,
          scope: entry.scope,
          tenant_id: entry.tenantId,
          workspace_id: entry.workspaceId,
          organization_id: entry.organizationId,
          user_id: null,
          legacy_store_id: entry.legacyStoreId ?? null,
          legacy_id: entry.legacyId ?? null,
        })),
      ),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['name_key', 'scope'])
        .doUpdateSet({
          legacy_store_id: sql`excluded.legacy_store_id`,
          legacy_id: sql`excluded.legacy_id`,
        })
        .where(
          sql<boolean>`directory_names.organization_id = excluded.organization_id
            and (directory_names.legacy_id is null
              or (directory_names.legacy_store_id = excluded.legacy_store_id and directory_names.legacy_id = excluded.legacy_id))`,
        ),
    )
    .returning('key_generation')
    .execute()
  const [current] = first.keys
  return entries.length - written.filter((row) => row.key_generation === current?.generation).length
}

export interface LegacyHalf {
  readonly key: NameKey
  readonly scope: string
  readonly legacyId: string
}

/** One page of the names that lead into a store, in the order of their keys. */
export async function selectLegacyHalves(
  reader: Reader,
  legacyStoreId: string,
  generations: readonly number[],
  after: LegacyHalf | undefined,
  limit: number,
): Promise<LegacyHalf[]> {
  let query = reader
    .selectFrom('directory_names')
    .select(['name_key', 'scope', 'legacy_id'])
    .where('legacy_store_id', '=', legacyStoreId)
    .where('key_generation', 'in', [...generations])
  if (after) query = query.where(sql<boolean>`(name_key, scope) > (${after.key}, ${after.scope})`)
  const rows = await query.orderBy('name_key').orderBy('scope').limit(limit).execute()
  return rows.map((row) => ({ key: Buffer.from(row.name_key), scope: row.scope, legacyId: row.legacy_id ?? '' }))
}

/** The person is gone from the store: the name goes too, unless it has a half in our pool, which stays. */
export async function dropLegacyHalves(tx: Tx, halves: readonly LegacyHalf[]): Promise<void> {
  for (const { key, scope, legacyId } of halves) {
    await tx
      .deleteFrom('directory_names')
      .where('name_key', '=', key)
      .where('scope', '=', scope)
      .where('legacy_id', '=', legacyId)
      .where('user_id', 'is', null)
      .execute()
    await tx
      .updateTable('directory_names')
      .set({ legacy_store_id: null, legacy_id: null })
      .where('name_key', '=', key)
      .where('scope', '=', scope)
      .where('legacy_id', '=', legacyId)
      .execute()
  }
}

/** Which organization a person is in: written once, never changed, so it may be cached. */
export async function insertPerson(tx: Tx, userId: string, tenantId: string, id: OrganizationId): Promise<void> {
  await tx
    .insertInto('directory_people')
    .values({ user_id: userId, tenant_id: tenantId, organization_id: id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Many of one organization in one statement. @returns how many of the ids nobody ever had */
export async function insertPeople(
  tx: Tx,
  userIds: readonly string[],
  tenantId: string,
  id: OrganizationId,
): Promise<number> {
  if (userIds.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into directory_people (user_id, tenant_id, organization_id)
    select given, ${tenantId}, ${id} from unnest(${userIds}::uuid[]) as given
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** Of these ids, those that somebody has or had. */
export async function selectPeople(reader: Reader, userIds: readonly string[]): Promise<readonly string[]> {
  if (userIds.length === 0) return []
  const rows = await reader.selectFrom('directory_people').select('user_id').where('user_id', 'in', userIds).execute()
  return rows.map((row) => row.user_id)
}

export async function deletePerson(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('directory_people').where('user_id', '=', userId).execute()
}

export async function findHome(
  reader: Reader,
  userId: string,
): Promise<{ tenantId: string; organizationId: OrganizationId } | undefined> {
  const row = await reader
    .selectFrom('directory_people')
    .select(['tenant_id', 'organization_id'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row && { tenantId: row.tenant_id, organizationId: organizationId(row.organization_id) }
}

export interface ScanRecord {
  readonly storeId: string
  readonly scanId: string
  readonly startedAt: Date
  readonly finishedAt: Date | undefined
  readonly namesSeen: number
  readonly namesInConflict: number
  readonly failure: string | undefined
}

export async function saveScan(tx: Tx, scan: ScanRecord): Promise<void> {
  const values = {
    scan_id: scan.scanId,
    started_at: scan.startedAt,
    finished_at: scan.finishedAt ?? null,
    names_seen: scan.namesSeen,
    names_in_conflict: scan.namesInConflict,
    failure: scan.failure ?? null,
  }
  await tx
    .insertInto('directory_scans')
    .values({ legacy_store_id: scan.storeId, last_version: null, ...values })
    .onConflict((conflict) => conflict.column('legacy_store_id').doUpdateSet(values))
    .execute()
}

export async function findScan(reader: Reader, storeId: string): Promise<ScanRecord | undefined> {
  const row = await reader
    .selectFrom('directory_scans')
    .selectAll()
    .where('legacy_store_id', '=', storeId)
    .executeTakeFirst()
  return (
    row && {
      storeId: row.legacy_store_id,
      scanId: row.scan_id,
      startedAt: row.started_at,
      finishedAt: row.finished_at ?? undefined,
      namesSeen: row.names_seen,
      namesInConflict: row.names_in_conflict,
      failure: row.failure ?? undefined,
    }
  )
}

type EntryRow = Pick<
  Selectable<Tables['directory_names']>,
  'organization_id' | 'user_id' | 'legacy_store_id' | 'legacy_id'
>

const entryOf = (row: EntryRow): DirectoryEntry => ({
  organizationId: organizationId(row.organization_id),
  userId: row.user_id ?? undefined,
  legacyStoreId: row.legacy_store_id ?? undefined,
  legacyId: row.legacy_id ?? undefined,
})
