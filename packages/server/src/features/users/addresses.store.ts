import type { Insertable, Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { groupedByUser } from './grouped-by-user.ts'
import type { Address, User, UserId } from './user.ts'

export async function insertAddress(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'poolId' | 'userId'>,
  address: Address,
): Promise<boolean> {
  const row: Insertable<Tables['addresses']> = {
    organization_id: user.organizationId,
    pool_id: user.poolId,
    user_id: user.userId,
    type: address.type,
    canonical: address.canonical,
    address: address.address,
    address_id: address.addressId,
    status: address.status,
    is_verified: address.isVerified,
    verified_at: address.verifiedAt ?? null,
    created_at: address.createdAt,
    updated_at: address.updatedAt,
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('addresses')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function selectAddresses(
  reader: Reader,
  organization: OrganizationId,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, Address[]>> {
  const rows =
    ids.length === 0
      ? []
      : await reader
          .selectFrom('addresses')
          .selectAll()
          .where('organization_id', '=', organization)
          .where('user_id', 'in', [...ids])
          .orderBy('created_at')
          .orderBy('canonical')
          .execute()
  return groupedByUser(rows, addressOf)
}

const addressOf = (row: Selectable<Tables['addresses']>): Address => ({
  addressId: row.address_id,
  type: row.type,
  address: row.address,
  canonical: row.canonical,
  status: row.status,
  isVerified: row.is_verified,
  verifiedAt: row.verified_at ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
