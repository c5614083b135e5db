import { sql } from 'kysely'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { Pool } from '../pools/index.ts'
import type { UserId } from '../users/index.ts'

/** Which file, of which pool. */
export interface ImportName {
  readonly pool: Pool
  readonly key: string
}

/** Lines of a file that were done together. */
export interface ImportBatch {
  /** The number of its first line in the file, from 0. */
  readonly firstLine: number
  /** What each line held, in eight bytes a line. */
  readonly digests: Buffer
  /** For each line the user that it made, if it made one. */
  readonly userIds: readonly (UserId | undefined)[]
  /** Why the other lines made none, by their place in the batch. */
  readonly refusals: Readonly<Record<number, Refusal>>
}

export interface Refusal {
  readonly reason:
    | 'malformed'
    | 'too_long'
    | 'invalid'
    | 'password_in_clear'
    | 'hash_unusable'
    | 'identifier_taken'
    | 'id_taken'
    | 'duplicate'
  readonly detail?: string
  /** With `duplicate`: the line of the file that came first, from 0. */
  readonly sameAs?: number
}

/** Until the transaction ends nobody else writes to this import. */
export async function lockImport(tx: Tx, { pool, key }: ImportName, now: Date): Promise<void> {
  await tx
    .insertInto('user_imports')
    .values({
      organization_id: pool.organizationId,
      pool_id: pool.poolId,
      import_key: key,
      tenant_id: pool.tenantId,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'pool_id', 'import_key']).doUpdateSet({ updated_at: now }),
    )
    .execute()
}

export async function insertImportBatch(
  tx: Tx,
  { pool, key }: ImportName,
  batch: ImportBatch,
  now: Date,
): Promise<void> {
  await sql`
    insert into user_import_batches (organization_id, pool_id, import_key, first_line, line_digests, user_ids, refusals,
      done_at)
    values (${pool.organizationId}, ${pool.poolId}, ${key}, ${batch.firstLine}, ${batch.digests},
      ${batch.userIds.map((id) => id ?? null)}::uuid[], ${JSON.stringify(batch.refusals)}::jsonb, ${now})`.execute(tx)
}

/** The batches that begin within these lines, in their order. */
export async function selectImportBatches(
  reader: Reader,
  { pool, key }: ImportName,
  lines: { readonly from: number; readonly before: number },
): Promise<readonly ImportBatch[]> {
  const rows = await reader
    .selectFrom('user_import_batches')
    .select(['first_line', 'line_digests', 'user_ids', 'refusals'])
    .where('organization_id', '=', pool.organizationId)
    .where('pool_id', '=', pool.poolId)
    .where('import_key', '=', key)
    .where('first_line', '>=', lines.from)
    .where('first_line', '<', lines.before)
    .orderBy('first_line')
    .execute()
  return rows.map((row) => ({
    firstLine: row.first_line,
    digests: Buffer.from(row.line_digests),
    userIds: row.user_ids.map((id) => (id ?? undefined) as UserId | undefined),
    refusals: row.refusals as Readonly<Record<number, Refusal>>,
  }))
}

/** The number of the line after the last one that was done, from 0. */
export async function countImportedLines(reader: Reader, { pool, key }: ImportName): Promise<number> {
  const { rows } = await sql<{ lines: number | null }>`
    select max(first_line + cardinality(user_ids)) as lines from user_import_batches
    where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and import_key = ${key}`.execute(reader)
  return rows[0]?.lines ?? 0
}

/** Of these users, those whom this very import has made, with their lines from 0. */
export async function selectImportedLines(
  reader: Reader,
  { pool, key }: ImportName,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ user_id: string; line: number }>`
    select users.user_id, batch.first_line + array_position(batch.user_ids, users.user_id) - 1 as line
    from users join user_import_batches batch
      on batch.organization_id = users.organization_id and batch.pool_id = users.pool_id and batch.done_at = users.created_at
    where users.organization_id = ${pool.organizationId} and users.user_id = any(${ids}::uuid[])
      and batch.pool_id = ${pool.poolId} and batch.import_key = ${key}
      and array_position(batch.user_ids, users.user_id) is not null`.execute(reader)
  return new Map(rows.map((row) => [row.user_id as UserId, row.line]))
}

/**
 * Tells the database how large the tables of people have become. Its plan for a foreign key, made while a table was small,
 * reads the whole table for each row, and is kept until it is told.
 */
export async function refreshStatistics(tx: Tx): Promise<void> {
  await sql`analyze users, identifiers, directory_names, directory_people`.execute(tx)
}
