import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { poolId } from '../pools/index.ts'
import type { PoolId } from '../pools/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { selectUsersByKey } from './find-users.store.ts'
import type { UserPage } from './find-users.store.ts'
import { userId } from './user.ts'
import type { IdentifierType, User, UserId } from './user.ts'

/** @returns false when the id, or the legacy person, is there already */
export async function insertUser(tx: Tx, user: User): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('users')
    .values({
      organization_id: user.organizationId,
      user_id: user.userId,
      tenant_id: user.tenantId,
      pool_id: user.poolId,
      status: user.status,
      payload: JSON.stringify(user.payload),
      metadata: JSON.stringify(user.metadata),
      business_metadata: JSON.stringify(user.businessMetadata),
      payload_schema_id: user.schemaIds?.payload ?? null,
      metadata_schema_id: user.schemaIds?.metadata ?? null,
      business_metadata_schema_id: user.schemaIds?.businessMetadata ?? null,
      legacy_store_id: user.legacyStoreId ?? null,
      legacy_id: user.legacyId ?? null,
      created_at: user.createdAt,
      updated_at: user.updatedAt,
      status_updated_at: user.statusUpdatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Many of one pool in one statement. @returns how many of them are new; the others have an id or a legacy person that is there already */
export async function insertUsers(tx: Tx, users: readonly User[]): Promise<number> {
  const [first] = users
  if (!first) return 0
  const json = (values: (user: User) => object) => users.map((user) => JSON.stringify(values(user)))
  const { numAffectedRows } = await sql`
    insert into users (organization_id, user_id, tenant_id, pool_id, status, payload, metadata, business_metadata,
      payload_schema_id, metadata_schema_id, business_metadata_schema_id, legacy_store_id, legacy_id,
      created_at, updated_at, status_updated_at)
    select ${first.organizationId}, given.user_id, ${first.tenantId}, ${first.poolId}, given.status, given.payload,
      given.metadata, given.business_metadata, given.payload_schema_id, given.metadata_schema_id,
      given.business_metadata_schema_id, given.legacy_store_id, given.legacy_id,
      ${first.createdAt}::timestamptz, ${first.createdAt}::timestamptz, ${first.createdAt}::timestamptz
    from unnest(${users.map((user) => user.userId)}::uuid[], ${users.map((user) => user.status)}::text[],
      ${json((user) => user.payload)}::jsonb[], ${json((user) => user.metadata)}::jsonb[],
      ${json((user) => user.businessMetadata)}::jsonb[],
      ${users.map((user) => user.schemaIds?.payload ?? null)}::text[],
      ${users.map((user) => user.schemaIds?.metadata ?? null)}::text[],
      ${users.map((user) => user.schemaIds?.businessMetadata ?? null)}::text[],
      ${users.map((user) => user.legacyStoreId ?? null)}::text[],
      ${users.map((user) => user.legacyId ?? null)}::text[])
      as given (user_id, status, payload, metadata, business_metadata, payload_schema_id, metadata_schema_id,
        business_metadata_schema_id, legacy_store_id, legacy_id)
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** Of these people of legacy stores, those who are users of the organization already. */
export async function selectLegacyUsers(
  reader: Reader,
  organization: OrganizationId,
  people: readonly { readonly storeId: string; readonly legacyId: string }[],
): Promise<readonly { readonly storeId: string; readonly legacyId: string }[]> {
  if (people.length === 0) return []
  const { rows } = await sql<{ legacy_store_id: string; legacy_id: string }>`
    select legacy_store_id, legacy_id from users where organization_id = ${organization}
    and (legacy_store_id, legacy_id) in (select * from unnest(
      ${people.map(({ storeId }) => storeId)}::text[], ${people.map(({ legacyId }) => legacyId)}::text[]))`.execute(
    reader,
  )
  return rows.map((row) => ({ storeId: row.legacy_store_id, legacyId: row.legacy_id }))
}

export async function findUser(reader: Reader, organization: OrganizationId, id: UserId): Promise<User | undefined> {
  const row = await reader
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return row && userOf(row)
}

/** Holds the row until the transaction ends: decide on what you read. */
export async function findUserForUpdate(tx: Tx, organization: OrganizationId, id: UserId): Promise<User | undefined> {
  const row = await tx
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && userOf(row)
}

export async function findUserByLegacyId(
  reader: Reader,
  organization: OrganizationId,
  legacyStoreId: string,
  legacyId: string,
): Promise<User | undefined> {
  const row = await reader
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('legacy_store_id', '=', legacyStoreId)
    .where('legacy_id', '=', legacyId)
    .executeTakeFirst()
  return row && userOf(row)
}

export async function findUserByIdentifier(
  reader: Reader,
  organization: OrganizationId,
  pool: PoolId,
  type: IdentifierType | undefined,
  canonical: string,
): Promise<User | undefined> {
  let query = reader
    .selectFrom('identifiers')
    .innerJoin('users', (join) =>
      join
        .onRef('users.organization_id', '=', 'identifiers.organization_id')
        .onRef('users.user_id', '=', 'identifiers.user_id'),
    )
    .selectAll('users')
    .where('identifiers.organization_id', '=', organization)
    .where('identifiers.pool_id', '=', pool)
    .where('identifiers.canonical', '=', canonical)
  if (type !== undefined) query = query.where('identifiers.type', '=', type)
  const row = await query.limit(1).executeTakeFirst()
  return row && userOf(row)
}

/** Everybody of the pool with this address; an address is a channel, not a key, so there may be several. */
export async function selectUsersByAddress(
  reader: Reader,
  organization: OrganizationId,
  pool: PoolId,
  canonical: string,
): Promise<User[]> {
  const rows = await reader
    .selectFrom('addresses')
    .innerJoin('users', (join) =>
      join
        .onRef('users.organization_id', '=', 'addresses.organization_id')
        .onRef('users.user_id', '=', 'addresses.user_id'),
    )
    .selectAll('users')
    .where('addresses.organization_id', '=', organization)
    .where('addresses.pool_id', '=', pool)
    .where('addresses.canonical', '=', canonical)
    .where('addresses.is_verified', '=', true)
    .orderBy('users.user_id')
    .limit(20)
    .execute()
  return rows.map(userOf)
}

/** Saves over the revision that was read. @returns false when somebody else saved first */
export async function updateUser(tx: Tx, user: User): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({
      status: user.status,
      payload: JSON.stringify(user.payload),
      metadata: JSON.stringify(user.metadata),
      business_metadata: JSON.stringify(user.businessMetadata),
      payload_schema_id: user.schemaIds?.payload ?? null,
      metadata_schema_id: user.schemaIds?.metadata ?? null,
      business_metadata_schema_id: user.schemaIds?.businessMetadata ?? null,
      session_epoch: user.sessionEpoch,
      revision: user.revision + 1,
      updated_at: user.updatedAt,
      status_updated_at: user.statusUpdatedAt,
    })
    .where('organization_id', '=', user.organizationId)
    .where('user_id', '=', user.userId)
    .where('revision', '=', user.revision)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Takes identifiers, addresses and credentials along. @returns false when there is no such user */
export async function deleteUser(tx: Tx, organization: OrganizationId, id: UserId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('users')
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Every read of a session compares its epoch with the user's: after this, each one is signed out, on every node. */
export async function raiseSessionEpoch(tx: Tx, organization: OrganizationId, id: UserId): Promise<void> {
  await tx
    .updateTable('users')
    .set((eb) => ({ session_epoch: eb('session_epoch', '+', 1) }))
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .execute()
}

export async function selectUsers(reader: Reader, page: UserPage): Promise<User[]> {
  const { userKey } = page
  if (userKey !== undefined) return (await selectUsersByKey(reader, { ...page, userKey })).map(userOf)
  let query = reader
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', page.organizationId)
    .where('pool_id', '=', page.poolId)
  if (page.payload) query = query.where(sql<boolean>`payload @> ${JSON.stringify(page.payload)}::jsonb`)
  if (page.metadata) query = query.where(sql<boolean>`metadata @> ${JSON.stringify(page.metadata)}::jsonb`)
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('user_id', '>', after)
  if (before !== undefined) query = query.where('user_id', '<', before)
  const rows = await query
    .orderBy('user_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map(userOf)
}

/** In the order of ids. */
export async function selectUsersById(
  reader: Reader,
  organization: OrganizationId,
  ids: readonly UserId[],
): Promise<User[]> {
  if (ids.length === 0) return []
  const rows = await reader
    .selectFrom('users')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('user_id', 'in', [...ids])
    .orderBy('user_id')
    .execute()
  return rows.map(userOf)
}

/** Whether anybody of the tenant names the schema. Reads them all where nobody does: for the rare deletion of a schema. */
export async function isSchemaOfUsers(reader: Reader, tenantId: string, schemaId: string): Promise<boolean> {
  const row = await reader
    .selectFrom('users')
    .select('user_id')
    .where('tenant_id', '=', tenantId)
    .where((where) =>
      where.or([
        where('payload_schema_id', '=', schemaId),
        where('metadata_schema_id', '=', schemaId),
        where('business_metadata_schema_id', '=', schemaId),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function countUsers(reader: Reader, organization: OrganizationId, pool: PoolId): Promise<number> {
  const row = await reader
    .selectFrom('users')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('users'))
    .where('organization_id', '=', organization)
    .where('pool_id', '=', pool)
    .executeTakeFirstOrThrow()
  return row.users
}

const userOf = (row: Selectable<Tables['users']>): User => ({
  organizationId: organizationId(row.organization_id),
  userId: userId(row.user_id),
  tenantId: row.tenant_id,
  poolId: poolId(row.pool_id),
  status: row.status,
  payload: row.payload,
  metadata: row.metadata,
  businessMetadata: row.business_metadata,
  schemaIds: {
    payload: row.payload_schema_id ?? undefined,
    metadata: row.metadata_schema_id ?? undefined,
    businessMetadata: row.business_metadata_schema_id ?? undefined,
  },
  legacyStoreId: row.legacy_store_id ?? undefined,
  legacyId: row.legacy_id ?? undefined,
  sessionEpoch: row.session_epoch,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  statusUpdatedAt: row.status_updated_at,
})
