import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { poolId } from './pool.ts'
import type { Pool, PoolId } from './pool.ts'

/** @returns false when the id is taken */
export async function insertPool(tx: Tx, pool: Pool): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('pools')
    .values({
      pool_id: pool.poolId,
      tenant_id: pool.tenantId,
      workspace_id: pool.workspaceId,
      organization_id: pool.organizationId,
      name: pool.name,
      description: pool.description,
      policy: JSON.stringify(pool.policy),
      wire: JSON.stringify(pool.wire),
      revision: pool.revision,
      created_at: pool.createdAt,
      updated_at: pool.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findPool(reader: Reader, tenantId: string, id: PoolId): Promise<Pool | undefined> {
  const row = await reader
    .selectFrom('pools')
    .selectAll()
    .where('pool_id', '=', id)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row && poolOf(row)
}

/**
 * Holds the pool until the transaction ends. @param purpose `fill` (users are put into it) waits only for `delete`; `arrange`
 * (something in it is moved) for others that arrange or delete
 */
export async function lockPool(
  tx: Tx,
  tenantId: string,
  id: PoolId,
  purpose: 'arrange' | 'fill' | 'delete',
): Promise<Pool | undefined> {
  const query = tx.selectFrom('pools').selectAll().where('pool_id', '=', id).where('tenant_id', '=', tenantId)
  const locked = { arrange: query.forNoKeyUpdate(), fill: query.forKeyShare(), delete: query.forUpdate() }[purpose]
  const row = await locked.executeTakeFirst()
  return row && poolOf(row)
}

/** The organization's oldest pool: where its staff are kept. */
export async function findStaffPool(reader: Reader, tenantId: string, id: OrganizationId): Promise<Pool | undefined> {
  const row = await reader
    .selectFrom('pools')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('organization_id', '=', id)
    .orderBy('created_at')
    .orderBy('pool_id')
    .limit(1)
    .executeTakeFirst()
  return row && poolOf(row)
}

/** Saves over the revision that was read. @returns false when somebody else saved first */
export async function updatePool(tx: Tx, pool: Pool): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('pools')
    .set({
      name: pool.name,
      description: pool.description,
      policy: JSON.stringify(pool.policy),
      wire: JSON.stringify(pool.wire),
      revision: pool.revision + 1,
      updated_at: pool.updatedAt,
    })
    .where('pool_id', '=', pool.poolId)
    .where('revision', '=', pool.revision)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deletePool(tx: Tx, id: PoolId): Promise<void> {
  await tx.deleteFrom('pools').where('pool_id', '=', id).execute()
}

/** Whether a pool of the tenant gives its users the schema. */
export async function isSchemaOfPools(reader: Reader, tenantId: string, schemaId: string): Promise<boolean> {
  const row = await reader
    .selectFrom('pools')
    .select('pool_id')
    .where('tenant_id', '=', tenantId)
    .where(
      sql<boolean>`${schemaId} in (wire->>'payload_schema_id', wire->>'metadata_schema_id', wire->>'business_metadata_schema_id')`,
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export interface PoolPage {
  readonly tenantId: string
  readonly workspaceId?: string | undefined
  readonly organizationId?: OrganizationId | undefined
  readonly searchPhrase?: string | undefined
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  readonly limit: number
}

export async function selectPools(reader: Reader, page: PoolPage): Promise<Pool[]> {
  let query = reader.selectFrom('pools').selectAll().where('tenant_id', '=', page.tenantId)
  if (page.workspaceId !== undefined) query = query.where('workspace_id', '=', page.workspaceId)
  if (page.organizationId !== undefined) query = query.where('organization_id', '=', page.organizationId)
  if (page.searchPhrase !== undefined) {
    const pattern = `%${page.searchPhrase.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    query = query.where((where) => where.or([where('pool_id', 'ilike', pattern), where('name', 'ilike', pattern)]))
  }
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('pool_id', '>', after)
  if (before !== undefined) query = query.where('pool_id', '<', before)
  const rows = await query
    .orderBy('pool_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map(poolOf)
}

const poolOf = (row: Selectable<Tables['pools']>): Pool => ({
  poolId: poolId(row.pool_id),
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  organizationId: organizationId(row.organization_id),
  name: row.name,
  description: row.description,
  policy: row.policy,
  wire: row.wire,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
