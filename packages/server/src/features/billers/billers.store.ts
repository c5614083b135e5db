import type { Selectable } from 'kysely'
import { remembered } from '../../platform/db/index.ts'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { Biller } from './biller.ts'

/** @returns false when the organization has a biller record already */
export async function insertBiller(tx: Tx, biller: Biller): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('billers')
    .values({
      tenant_id: biller.tenantId,
      organization_id: biller.organizationId,
      biller_guid: biller.billerGuid,
      legacy_store_id: biller.legacyStoreId ?? null,
      legacy_biller_key: biller.legacyBillerKey ?? null,
      mode: biller.mode,
      epoch: biller.epoch,
      is_custom_url_enabled: biller.isCustomUrlEnabled,
      created_at: biller.createdAt,
      updated_at: biller.updatedAt,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'organization_id']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findBiller(reader: Reader, tenantId: string, id: OrganizationId): Promise<Biller | undefined> {
  const row = await reader
    .selectFrom('billers')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('organization_id', '=', id)
    .executeTakeFirst()
  return row && billerOf(row)
}

/** The same, as it was at most a second ago: for what is told of a biller, never for where a password is checked. */
export const recallBiller = remembered(['billers'], findBiller)

export async function findBillerByGuid(reader: Reader, billerGuid: string): Promise<Biller | undefined> {
  const row = await reader.selectFrom('billers').selectAll().where('biller_guid', '=', billerGuid).executeTakeFirst()
  return row && billerOf(row)
}

/** Every biller whose users are in this legacy store. */
export async function selectBillersOfStore(reader: Reader, legacyStoreId: string): Promise<Biller[]> {
  const rows = await reader.selectFrom('billers').selectAll().where('legacy_store_id', '=', legacyStoreId).execute()
  return rows.map(billerOf)
}

const billerOf = (row: Selectable<Tables['billers']>): Biller => ({
  tenantId: row.tenant_id,
  organizationId: organizationId(row.organization_id),
  billerGuid: row.biller_guid,
  legacyStoreId: row.legacy_store_id ?? undefined,
  legacyBillerKey: row.legacy_biller_key ?? undefined,
  mode: row.mode,
  epoch: row.epoch,
  isCustomUrlEnabled: row.is_custom_url_enabled,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
