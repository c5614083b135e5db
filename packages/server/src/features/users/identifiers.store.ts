import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { groupedByUser } from './grouped-by-user.ts'
import { userId as userIdOf } from './user.ts'
import type { Identifier, User, UserId } from './user.ts'

/** @returns false when somebody else in the pool has it */
export async function insertIdentifier(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'poolId' | 'userId'>,
  identifier: Identifier,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('identifiers')
    .values({
      organization_id: user.organizationId,
      pool_id: user.poolId,
      user_id: user.userId,
      type: identifier.type,
      canonical: identifier.canonical,
      identifier: identifier.identifier,
      identifier_id: identifier.identifierId,
      metadata: JSON.stringify(identifier.metadata),
      created_at: identifier.createdAt,
      updated_at: identifier.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** An identifier with its owner. */
export type OwnedIdentifier = Identifier & { readonly userId: UserId }

/** Many of one pool in one statement. @returns how many of them nobody in the pool had */
export async function insertIdentifiers(
  tx: Tx,
  pool: Pick<User, 'organizationId' | 'poolId'>,
  identifiers: readonly OwnedIdentifier[],
): Promise<number> {
  const [first] = identifiers
  if (!first) return 0
  const { numAffectedRows } = await sql`
    insert into identifiers (organization_id, pool_id, type, canonical, identifier, identifier_id, user_id, metadata,
      created_at, updated_at)
    select ${pool.organizationId}, ${pool.poolId}, given.type, given.canonical, given.identifier, given.identifier_id,
      given.user_id, given.metadata, ${first.createdAt}::timestamptz, ${first.createdAt}::timestamptz
    from unnest(${identifiers.map((one) => one.type)}::text[], ${identifiers.map((one) => one.canonical)}::text[],
      ${identifiers.map((one) => one.identifier)}::text[], ${identifiers.map((one) => one.identifierId)}::uuid[],
      ${identifiers.map((one) => one.userId)}::uuid[], ${identifiers.map((one) => JSON.stringify(one.metadata))}::jsonb[])
      as given (type, canonical, identifier, identifier_id, user_id, metadata)
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** Of these identifiers, the ones that somebody in the pool has, with who it is. */
export async function selectTakenIdentifiers(
  reader: Reader,
  pool: Pick<User, 'organizationId' | 'poolId'>,
  identifiers: readonly Pick<Identifier, 'type' | 'canonical'>[],
): Promise<readonly (Pick<Identifier, 'type' | 'canonical'> & { readonly userId: UserId })[]> {
  if (identifiers.length === 0) return []
  const { rows } = await sql<{ type: Identifier['type']; canonical: string; user_id: string }>`
    select type, canonical, user_id from identifiers
    where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId}
    and (type, canonical) in (select * from unnest(
      ${identifiers.map(({ type }) => type)}::text[], ${identifiers.map(({ canonical }) => canonical)}::text[]))`.execute(
    reader,
  )
  return rows.map((row) => ({ type: row.type, canonical: row.canonical, userId: userIdOf(row.user_id) }))
}

export async function selectIdentifiers(
  reader: Reader,
  organization: OrganizationId,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, Identifier[]>> {
  const rows =
    ids.length === 0
      ? []
      : await reader
          .selectFrom('identifiers')
          .selectAll()
          .where('organization_id', '=', organization)
          .where('user_id', 'in', [...ids])
          .orderBy('created_at')
          .orderBy('canonical')
          .execute()
  return groupedByUser(rows, identifierOf)
}

/** @returns false when this person does not have it */
export async function deleteIdentifier(
  tx: Tx,
  user: Pick<User, 'organizationId' | 'poolId' | 'userId'>,
  { type, canonical }: Pick<Identifier, 'type' | 'canonical'>,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('identifiers')
    .where('organization_id', '=', user.organizationId)
    .where('pool_id', '=', user.poolId)
    .where('type', '=', type)
    .where('canonical', '=', canonical)
    .where('user_id', '=', user.userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The username, if the user has one. */
export async function findUsername(
  reader: Reader,
  user: Pick<User, 'organizationId' | 'userId'>,
): Promise<string | undefined> {
  const row = await reader
    .selectFrom('identifiers')
    .select('identifier')
    .where('organization_id', '=', user.organizationId)
    .where('user_id', '=', user.userId)
    .where('type', '=', 'uid')
    .limit(1)
    .executeTakeFirst()
  return row?.identifier
}

const identifierOf = (row: Selectable<Tables['identifiers']>): Identifier => ({
  identifierId: row.identifier_id,
  type: row.type,
  identifier: row.identifier,
  canonical: row.canonical,
  metadata: row.metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
