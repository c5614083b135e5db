import { sql } from 'kysely'
import type { Insertable, Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { groupedByUser } from './grouped-by-user.ts'
import type { Address, User, UserId } from './user.ts'

export type NewAddress = Omit<Address, 'metadata' | 'preferredContactMethod'> &
  Partial<Pick<Address, 'metadata' | 'preferredContactMethod'>>

/** @returns false when this person has it already; others may have it too */
export async function insertAddress(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'poolId' | 'userId'>,
  address: NewAddress,
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
    metadata: JSON.stringify(address.metadata ?? {}),
    preferred_contact_method: address.preferredContactMethod ?? null,
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

/** An address with its owner. */
export type OwnedAddress = NewAddress & { readonly userId: UserId }

/** Many of one pool in one statement. */
export async function insertAddresses(
  tx: Tx,
  pool: Pick<User, 'organizationId' | 'poolId'>,
  addresses: readonly OwnedAddress[],
): Promise<void> {
  const [first] = addresses
  if (!first) return
  await sql`
    insert into addresses (organization_id, user_id, canonical, pool_id, type, address, address_id, status, is_verified,
      verified_at, metadata, preferred_contact_method, created_at, updated_at)
    select ${pool.organizationId}, given.user_id, given.canonical, ${pool.poolId}, given.type, given.address,
      given.address_id, given.status, given.is_verified,
      case when given.is_verified then ${first.createdAt}::timestamptz end, given.metadata,
      given.preferred_contact_method,
      ${first.createdAt}::timestamptz, ${first.createdAt}::timestamptz
    from unnest(${addresses.map((one) => one.userId)}::uuid[], ${addresses.map((one) => one.canonical)}::text[],
      ${addresses.map((one) => one.type)}::text[], ${addresses.map((one) => one.address)}::text[],
      ${addresses.map((one) => one.addressId)}::uuid[], ${addresses.map((one) => one.status)}::text[],
      ${addresses.map((one) => one.isVerified)}::boolean[],
      ${addresses.map((one) => JSON.stringify(one.metadata ?? {}))}::jsonb[],
      ${addresses.map((one) => one.preferredContactMethod ?? null)}::text[])
      as given (user_id, canonical, type, address, address_id, status, is_verified, metadata, preferred_contact_method)`.execute(
    tx,
  )
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

export async function updateAddress(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'userId'>,
  address: Address,
): Promise<void> {
  await tx
    .updateTable('addresses')
    .set({
      status: address.status,
      is_verified: address.isVerified,
      verified_at: address.verifiedAt ?? null,
      metadata: JSON.stringify(address.metadata),
      preferred_contact_method: address.preferredContactMethod ?? null,
      updated_at: address.updatedAt,
    })
    .where('organization_id', '=', user.organizationId)
    .where('user_id', '=', user.userId)
    .where('canonical', '=', address.canonical)
    .execute()
}

/** @returns false when this person does not have it */
export async function deleteAddress(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'userId'>,
  canonical: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('addresses')
    .where('organization_id', '=', user.organizationId)
    .where('user_id', '=', user.userId)
    .where('canonical', '=', canonical)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

const addressOf = (row: Selectable<Tables['addresses']>): Address => ({
  addressId: row.address_id,
  type: row.type,
  address: row.address,
  canonical: row.canonical,
  status: row.status,
  isVerified: row.is_verified,
  verifiedAt: row.verified_at ?? undefined,
  metadata: row.metadata,
  preferredContactMethod: row.preferred_contact_method ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
