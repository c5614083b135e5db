import { sql } from 'kysely'
import type { Reader, Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { IndexedName } from './name-key.ts'

/** A number of our own among the database's advisory locks. */
const lockNumber = 7_301_501

export interface IndexKeyRecord {
  readonly generation: number
  readonly secretName: string
  /** `former` is looked up and written still, until every name stands under the current one too. */
  readonly state: 'current' | 'former'
  readonly since: Date
}

/** The current one first. */
export async function selectIndexKeys(reader: Reader): Promise<IndexKeyRecord[]> {
  const rows = await reader.selectFrom('directory_keys').selectAll().orderBy('generation', 'desc').execute()
  return rows.map((row) => ({
    generation: row.generation,
    secretName: row.secret_name,
    state: row.state,
    since: row.since,
  }))
}

/**
 * Holds the keys of the index as they are until the transaction ends, and checks that the caller writes under all of them:
 * a name that is written under one of two keys only would be lost, or could be taken twice.
 *
 * @throws Problem `server.busy`: this process takes the change up within a second
 */
export async function assertGenerations(tx: Tx, written: readonly Pick<IndexedName, 'generation'>[]): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockNumber})`.execute(tx)
  const rows = await tx.selectFrom('directory_keys').select('generation').execute()
  const known = new Set(written.map(({ generation }) => generation))
  if (rows.length !== known.size || rows.some(({ generation }) => !known.has(generation))) {
    throw new Problem('server.busy', undefined, { retryAfterSeconds: 1 })
  }
}

/** Nobody writes to the index until the transaction ends. */
export async function lockIndex(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockNumber})`.execute(tx)
}

export async function insertIndexKey(tx: Tx, key: IndexKeyRecord): Promise<void> {
  await tx.updateTable('directory_keys').set({ state: 'former' }).execute()
  await tx
    .insertInto('directory_keys')
    .values({ generation: key.generation, secret_name: key.secretName, state: key.state, since: key.since })
    .execute()
}

export async function deleteFormerKeys(tx: Tx): Promise<void> {
  await tx.deleteFrom('directory_keys').where('state', '=', 'former').execute()
}

export interface PoolName {
  readonly key: Buffer
  readonly scope: string
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId: string
  readonly userId: string
  readonly legacyStoreId: string | undefined
  readonly legacyId: string | undefined
}

/** One page of the names of a generation that lead to people of our pools, held until the transaction ends. */
export async function lockPoolNames(
  tx: Tx,
  generation: number,
  after: Pick<PoolName, 'key' | 'scope'> | undefined,
  limit: number,
): Promise<PoolName[]> {
  let query = tx
    .selectFrom('directory_names')
    .selectAll()
    .where('key_generation', '=', generation)
    .where('user_id', 'is not', null)
  if (after) query = query.where(sql<boolean>`(name_key, scope) > (${after.key}, ${after.scope})`)
  const rows = await query.orderBy('name_key').orderBy('scope').limit(limit).forUpdate().execute()
  return rows.map((row) => ({
    key: Buffer.from(row.name_key),
    scope: row.scope,
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    organizationId: row.organization_id,
    userId: row.user_id ?? '',
    legacyStoreId: row.legacy_store_id ?? undefined,
    legacyId: row.legacy_id ?? undefined,
  }))
}

/** Writes a name under another key as well. Done twice it changes nothing; a half that a scan has written is completed. */
export async function copyName(tx: Tx, name: PoolName, under: IndexedName): Promise<void> {
  await tx
    .insertInto('directory_names')
    .values({
      name_key: under.key,
      key_generation: under.generation,
      scope: name.scope,
      tenant_id: name.tenantId,
      workspace_id: name.workspaceId,
      organization_id: name.organizationId,
      user_id: name.userId,
      legacy_store_id: name.legacyStoreId ?? null,
      legacy_id: name.legacyId ?? null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['name_key', 'scope'])
        .doUpdateSet({ user_id: name.userId })
        .where('directory_names.organization_id', '=', name.organizationId),
    )
    .execute()
}

/** Stores that names of a generation lead into. */
export async function selectStoresOf(reader: Reader, generation: number): Promise<string[]> {
  const rows = await reader
    .selectFrom('directory_names')
    .select('legacy_store_id')
    .distinct()
    .where('key_generation', '=', generation)
    .where('legacy_store_id', 'is not', null)
    .execute()
  return rows.map((row) => row.legacy_store_id ?? '')
}

/** Names by the generation of the key they stand under. */
export async function countNames(reader: Reader): Promise<ReadonlyMap<number, number>> {
  const rows = await reader
    .selectFrom('directory_names')
    .select((select) => ['key_generation', select.fn.countAll<string>().as('names')])
    .groupBy('key_generation')
    .execute()
  return new Map(rows.map((row) => [row.key_generation, Number(row.names)]))
}

/** @returns how many were removed: fewer than the limit when none is left */
export async function deleteGeneration(tx: Tx, generation: number, limit: number): Promise<number> {
  const { rows } = await sql<{ name_key: Buffer }>`
    delete from directory_names where (name_key, scope) in (
      select name_key, scope from directory_names where key_generation = ${generation} limit ${limit})
    returning name_key`.execute(tx)
  return rows.length
}
