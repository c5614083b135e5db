import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { NameKey } from './name-key.ts'

/** Where a username leads. */
export interface DirectoryEntry {
  readonly organizationId: OrganizationId
  /** The person in our pool, once there is one. */
  readonly userId: string | undefined
  readonly legacyStoreId: string | undefined
  readonly legacyId: string | undefined
}

export interface NewEntry {
  readonly key: NameKey
  /** What the name is unique within: the workspace, or the organization's id. */
  readonly scope: string
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId: OrganizationId
  readonly userId?: string | undefined
  readonly legacyStoreId?: string | undefined
  readonly legacyId?: string | undefined
}

/** At most one row where names are unique in the workspace; one per organization where they are not. */
export async function selectEntries(reader: Reader, key: NameKey): Promise<DirectoryEntry[]> {
  const rows = await reader
    .selectFrom('directory_names')
    .select(['organization_id', 'user_id', 'legacy_store_id', 'legacy_id'])
    .where('name_key', '=', key)
    .limit(20)
    .execute()
  return rows.map(entryOf)
}

/**
 * Says that a name leads to a person of our pool. A row the scanner made for the same person is completed.
 *
 * @returns false when the name leads to somebody else
 */
export async function claimName(tx: Tx, entry: NewEntry & { readonly userId: string }): Promise<boolean> {
  const row = await tx
    .insertInto('directory_names')
    .values({
      name_key: entry.key,
      scope: entry.scope,
      tenant_id: entry.tenantId,
      workspace_id: entry.workspaceId,
      organization_id: entry.organizationId,
      user_id: entry.userId,
      legacy_store_id: entry.legacyStoreId ?? null,
      legacy_id: entry.legacyId ?? null,
      scan_id: null,
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

/** Forgets what a name leads to in our pool; a legacy half stays. */
export async function releaseName(tx: Tx, key: NameKey, userId: string): Promise<void> {
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

/**
 * One batch of a scan. A name that leads elsewhere already keeps its owner and is counted as a conflict.
 *
 * @returns the keys that were refused
 */
export async function mergeScanned(tx: Tx, entries: readonly NewEntry[], scanId: string): Promise<number> {
  if (entries.length === 0) return 0
  const written = await tx
    .insertInto('directory_names')
    .values(
      entries.map((entry) => ({
        name_key: entry.key,
        scope: entry.scope,
        tenant_id: entry.tenantId,
        workspace_id: entry.workspaceId,
        organization_id: entry.organizationId,
        user_id: null,
        legacy_store_id: entry.legacyStoreId ?? null,
        legacy_id: entry.legacyId ?? null,
        scan_id: scanId,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['name_key', 'scope'])
        .doUpdateSet({
          scan_id: scanId,
          legacy_store_id: sql`excluded.legacy_store_id`,
          legacy_id: sql`excluded.legacy_id`,
        })
        .where(
          sql<boolean>`directory_names.organization_id = excluded.organization_id
            and (directory_names.legacy_id is null
              or (directory_names.legacy_store_id = excluded.legacy_store_id and directory_names.legacy_id = excluded.legacy_id))`,
        ),
    )
    .returning('scope')
    .execute()
  return entries.length - written.length
}

/** After a whole scan: names of this store that were not seen are gone there. Their pool half, if any, stays. */
export async function dropUnseen(tx: Tx, legacyStoreId: string, scanId: string): Promise<void> {
  await tx
    .deleteFrom('directory_names')
    .where('legacy_store_id', '=', legacyStoreId)
    .where('scan_id', 'is distinct from', scanId)
    .where('user_id', 'is', null)
    .execute()
  await tx
    .updateTable('directory_names')
    .set({ legacy_store_id: null, legacy_id: null, scan_id: null })
    .where('legacy_store_id', '=', legacyStoreId)
    .where('scan_id', 'is distinct from', scanId)
    .execute()
}

/** Which organization a person is in: written once, never changed, so it may be cached. */
export async function insertPerson(tx: Tx, userId: string, tenantId: string, id: OrganizationId): Promise<void> {
  await tx
    .insertInto('directory_people')
    .values({ user_id: userId, tenant_id: tenantId, organization_id: id })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
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
