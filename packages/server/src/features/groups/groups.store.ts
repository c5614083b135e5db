import { sql } from 'kysely'
import type { RawBuilder, Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { poolId } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import type { Group } from './group.ts'

type Of = Pick<Pool, 'organizationId' | 'poolId'>

/** @returns false when the pool has one of this id */
export async function insertGroup(tx: Tx, group: Group): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('groups')
    .values({
      organization_id: group.organizationId,
      pool_id: group.poolId,
      group_id: group.groupId,
      parent_id: group.parentId ?? null,
      name: group.name,
      description: group.description,
      revision: group.revision,
      created_at: group.createdAt,
      updated_at: group.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

const groupOfId = (reader: Reader, pool: Of, id: string) =>
  reader
    .selectFrom('groups')
    .selectAll()
    .where('organization_id', '=', pool.organizationId)
    .where('pool_id', '=', pool.poolId)
    .where('group_id', '=', id)

export async function findGroup(reader: Reader, pool: Of, id: string): Promise<Group | undefined> {
  const row = await groupOfId(reader, pool, id).executeTakeFirst()
  return row && groupOf(row)
}

/** Holds the group until the transaction ends, against deletion only: many may be put into it at the same time. */
export async function findGroupToFill(tx: Tx, pool: Of, id: string): Promise<Group | undefined> {
  const row = await groupOfId(tx, pool, id).forKeyShare().executeTakeFirst()
  return row && groupOf(row)
}

export async function findGroupForUpdate(tx: Tx, pool: Of, id: string): Promise<Group | undefined> {
  const row = await groupOfId(tx, pool, id).forUpdate().executeTakeFirst()
  return row && groupOf(row)
}

/** Saves over the row that `findGroupForUpdate` holds. */
export async function updateGroup(tx: Tx, group: Group): Promise<void> {
  await tx
    .updateTable('groups')
    .set({
      parent_id: group.parentId ?? null,
      name: group.name,
      description: group.description,
      revision: group.revision,
      updated_at: group.updatedAt,
    })
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where('group_id', '=', group.groupId)
    .execute()
}

/** Members leave it; the groups in it move up to where it lay. */
export async function deleteGroup(tx: Tx, group: Group): Promise<void> {
  await tx
    .updateTable('groups')
    .set((eb) => ({ parent_id: group.parentId ?? null, revision: eb('revision', '+', 1) }))
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where('parent_id', '=', group.groupId)
    .execute()
  await tx
    .deleteFrom('groups')
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where('group_id', '=', group.groupId)
    .execute()
}

/** Of a pool that is deleted in the same transaction. */
export async function deleteGroupsOfPool(tx: Tx, pool: Of): Promise<void> {
  await tx
    .deleteFrom('groups')
    .where('organization_id', '=', pool.organizationId)
    .where('pool_id', '=', pool.poolId)
    .execute()
}

/** Ids of all groups in this one, at any depth; `union` ends even where there were a circle. */
const idsBelow = (pool: Of, id: string): RawBuilder<string> => sql<string>`(
  with recursive below as (
    select group_id from groups
      where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and parent_id = ${id}
    union
    select one.group_id from groups one join below on one.parent_id = below.group_id
      where one.organization_id = ${pool.organizationId} and one.pool_id = ${pool.poolId}
  ) select group_id from below)`

/** Ids of the groups that a user is in. */
const idsOfUser = (pool: Of, user: UserId): RawBuilder<string> => sql<string>`(
  select group_id from group_members
    where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and user_id = ${user})`

/** The same, with every group that one of them lies in. */
const idsAboveUser = (pool: Of, user: UserId): RawBuilder<string> => sql<string>`(
  with recursive above as (
    select group_id, parent_id from groups
      where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and group_id in ${idsOfUser(pool, user)}
    union
    select one.group_id, one.parent_id from groups one join above on one.group_id = above.parent_id
      where one.organization_id = ${pool.organizationId} and one.pool_id = ${pool.poolId}
  ) select group_id from above)`

/** The groups that a group lies in, itself first. */
export async function selectRoad(tx: Tx, pool: Of, id: string): Promise<string[]> {
  const { rows } = await sql<{ group_id: string }>`
    with recursive above as (
      select group_id, parent_id, 1 as level from groups
        where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and group_id = ${id}
      union all
      select one.group_id, one.parent_id, level + 1 from groups one join above on one.group_id = above.parent_id
        where one.organization_id = ${pool.organizationId} and one.pool_id = ${pool.poolId} and level < 100
    ) select group_id from above order by level`.execute(tx)
  return rows.map((row) => row.group_id)
}

/** How many levels there are below a group. */
export async function countLevelsBelow(tx: Tx, pool: Of, id: string): Promise<number> {
  const { rows } = await sql<{ levels: number }>`
    with recursive below as (
      select group_id, 1 as level from groups
        where organization_id = ${pool.organizationId} and pool_id = ${pool.poolId} and parent_id = ${id}
      union all
      select one.group_id, level + 1 from groups one join below on one.parent_id = below.group_id
        where one.organization_id = ${pool.organizationId} and one.pool_id = ${pool.poolId} and level < 100
    ) select coalesce(max(level), 0)::integer as levels from below`.execute(tx)
  return rows[0]?.levels ?? 0
}

/** Which groups of a pool. */
export type Among =
  | { readonly kind: 'all' }
  | { readonly kind: 'top' }
  | { readonly kind: 'in'; readonly groupId: string; readonly isNested: boolean }
  | { readonly kind: 'of_user'; readonly userId: UserId; readonly isNested: boolean }

export interface GroupPage {
  readonly among: Among
  /** The beginning or the end of the name, in any letter case. */
  readonly name?: string | undefined
  readonly after?: Group | undefined
  readonly before?: Group | undefined
  readonly descending: boolean
  readonly limit: number
}

/** In the order of names, and of ids where names are equal. */
export async function selectGroups(reader: Reader, pool: Of, page: GroupPage): Promise<Group[]> {
  let query = reader
    .selectFrom('groups')
    .selectAll()
    .where('organization_id', '=', pool.organizationId)
    .where('pool_id', '=', pool.poolId)
  const { among } = page
  if (among.kind === 'top') query = query.where('parent_id', 'is', null)
  if (among.kind === 'in' && !among.isNested) query = query.where('parent_id', '=', among.groupId)
  if (among.kind === 'in' && among.isNested) query = query.where('group_id', 'in', idsBelow(pool, among.groupId))
  if (among.kind === 'of_user') {
    const ids = among.isNested ? idsAboveUser(pool, among.userId) : idsOfUser(pool, among.userId)
    query = query.where('group_id', 'in', ids)
  }
  if (page.name !== undefined) {
    const escaped = page.name.replaceAll(/[\\%_]/g, String.raw`\$&`)
    query = query.where((where) =>
      where.or([where('name', 'ilike', `${escaped}%`), where('name', 'ilike', `%${escaped}`)]),
    )
  }
  const [after, before] = page.descending ? [page.before, page.after] : [page.after, page.before]
  if (after) query = query.where(sql<boolean>`(name, group_id) > (${after.name}, ${after.groupId})`)
  if (before) query = query.where(sql<boolean>`(name, group_id) < (${before.name}, ${before.groupId})`)
  const order = page.descending ? 'desc' : 'asc'
  const rows = await query.orderBy('name', order).orderBy('group_id', order).limit(page.limit).execute()
  return rows.map(groupOf)
}

/** @returns false when the user is in it already */
export async function insertMember(tx: Tx, group: Group, user: UserId, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('group_members')
    .values({
      organization_id: group.organizationId,
      pool_id: group.poolId,
      group_id: group.groupId,
      user_id: user,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** @returns false when the user was not in it */
export async function deleteMember(tx: Tx, group: Group, user: UserId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('group_members')
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where('group_id', '=', group.groupId)
    .where('user_id', '=', user)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export interface MemberPage {
  /** Of the groups in it too. */
  readonly isNested: boolean
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  readonly limit: number
}

/** In the order of ids; each user once. */
export async function selectMembers(reader: Reader, group: Group, page: MemberPage): Promise<UserId[]> {
  let query = reader
    .selectFrom('group_members')
    .select('user_id')
    .distinct()
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where(within(group, page.isNested))
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('user_id', '>', after)
  if (before !== undefined) query = query.where('user_id', '<', before)
  const rows = await query
    .orderBy('user_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => userId(row.user_id))
}

export async function isMember(reader: Reader, group: Group, user: UserId, isNested: boolean): Promise<boolean> {
  const row = await reader
    .selectFrom('group_members')
    .select('user_id')
    .where('organization_id', '=', group.organizationId)
    .where('pool_id', '=', group.poolId)
    .where('user_id', '=', user)
    .where(within(group, isNested))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

const within = (group: Group, isNested: boolean): RawBuilder<boolean> =>
  isNested
    ? sql<boolean>`(group_id = ${group.groupId} or group_id in ${idsBelow(group, group.groupId)})`
    : sql<boolean>`group_id = ${group.groupId}`

const groupOf = (row: Selectable<Tables['groups']>): Group => ({
  organizationId: organizationId(row.organization_id),
  poolId: poolId(row.pool_id),
  groupId: row.group_id,
  parentId: row.parent_id ?? undefined,
  name: row.name,
  description: row.description,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
