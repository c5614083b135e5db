import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { groupedByUser } from './grouped-by-user.ts'
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
