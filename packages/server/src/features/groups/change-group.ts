import type { Clock } from '../../platform/clock/index.ts'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { EventAction } from '../audit/index.ts'
import { aboutPool, aboutUser, lockedUser, requireExpected, requireScope } from '../identity/index.ts'
import type { Caller, Expected } from '../identity/index.ts'
import { lockPool } from '../pools/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import type { UserId } from '../users/index.ts'
import { mostLevels } from './group.ts'
import type { Group } from './group.ts'
import {
  countLevelsBelow,
  deleteGroup,
  deleteMember,
  findGroup,
  findGroupForUpdate,
  findGroupToFill,
  insertGroup,
  insertMember,
  selectRoad,
  updateGroup,
} from './groups.store.ts'

export interface GroupNeeds {
  readonly reader: Reader
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly clock: Clock
  readonly random: Random
}

/** What is absent stays; a new group without a name is called by its id. */
export interface GroupInput {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Empty: in no other group. */
  readonly parentId?: string | undefined
}

/** @throws Problem `pool.not_found`, `group.id_taken`, `request.invalid` for a parent that is none or lies too deep */
export function createGroup(
  needs: GroupNeeds,
  caller: Caller,
  poolId: PoolId,
  id: string | undefined,
  input: GroupInput,
): Promise<Group> {
  return needs.transact(async (tx) => {
    const pool = await arrangedPool(tx, caller, poolId)
    const groupId = id ?? needs.random.uuid()
    const now = needs.clock.now()
    const group: Group = {
      organizationId: pool.organizationId,
      poolId,
      groupId,
      parentId: input.parentId === '' ? undefined : input.parentId,
      name: input.name ?? groupId,
      description: input.description ?? '',
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }
    await assertPlace(tx, group, 0)
    if (!(await insertGroup(tx, group))) throw new Problem('group.id_taken')
    await record(tx, needs, caller, pool, 'created', group)
    return group
  })
}

/**
 * @throws Problem `pool.not_found`, `group.not_found`, `request.conflict`, `request.invalid` for a parent that is none, lies
 * in the group, or makes it lie too deep
 */
export function changeGroup(
  needs: GroupNeeds,
  caller: Caller,
  poolId: PoolId,
  id: string,
  input: GroupInput,
  expected: Expected,
): Promise<Group> {
  return needs.transact(async (tx) => {
    const pool = await arrangedPool(tx, caller, poolId)
    const before = await findGroupForUpdate(tx, pool, id)
    if (!before) throw new Problem('group.not_found')
    requireExpected(expected, before.revision)
    const after: Group = {
      ...before,
      parentId: input.parentId === undefined ? before.parentId : input.parentId === '' ? undefined : input.parentId,
      name: input.name ?? before.name,
      description: input.description ?? before.description,
      revision: before.revision + 1,
      updatedAt: needs.clock.now(),
    }
    const changed = (['name', 'description', 'parentId'] as const).filter((field) => before[field] !== after[field])
    if (changed.length === 0) return before
    if (changed.includes('parentId')) await assertPlace(tx, after, await countLevelsBelow(tx, pool, id))
    await updateGroup(tx, after)
    await record(tx, needs, caller, pool, 'updated', after, { changed })
    return after
  })
}

/** @throws Problem `pool.not_found`, `group.not_found`, `request.conflict` */
export function removeGroup(
  needs: GroupNeeds,
  caller: Caller,
  poolId: PoolId,
  id: string,
  expected: Expected,
): Promise<void> {
  return needs.transact(async (tx) => {
    const pool = await arrangedPool(tx, caller, poolId)
    const group = await findGroupForUpdate(tx, pool, id)
    if (!group) throw new Problem('group.not_found')
    requireExpected(expected, group.revision)
    await deleteGroup(tx, group)
    await record(tx, needs, caller, pool, 'deleted', group)
  })
}

/** Twice is as good as once. @throws Problem `pool.not_found`, `user.not_found`, `group.not_found` */
export function changeMember(
  needs: GroupNeeds,
  caller: Caller,
  poolId: PoolId,
  id: string,
  user: UserId,
  membership: 'added' | 'removed',
): Promise<void> {
  return needs.transact(async (tx) => {
    const { pool } = await lockedUser(tx, caller, poolId, user)
    const group = await findGroupToFill(tx, pool, id)
    if (!group) throw new Problem('group.not_found')
    const isNew =
      membership === 'added'
        ? await insertMember(tx, group, user, needs.clock.now())
        : await deleteMember(tx, group, user)
    if (!isNew) return
    await recordEvents(tx, needs, caller.facts, [
      {
        ...aboutUser(pool, { userId: user }),
        clientId: caller.clientId,
        subject: 'user',
        action: membership === 'added' ? 'added_to_group' : 'removed_from_group',
        payload: { group_id: id, group_name: group.name, user_id: user, user_pool_id: pool.poolId },
      },
    ])
  })
}

/** Held until the transaction ends: one at a time changes how the groups of a pool lie in one another. */
async function arrangedPool(tx: Tx, caller: Caller, id: PoolId): Promise<Pool> {
  requireScope(caller, 'identity')
  const pool = await lockPool(tx, caller.tenantId, id, 'arrange')
  if (!pool) throw new Problem('pool.not_found')
  return pool
}

/** @param levelsBelow of what moves along */
async function assertPlace(tx: Tx, group: Group, levelsBelow: number): Promise<void> {
  if (group.parentId === undefined) return
  const details = { details: { field: 'parent_id' } }
  const road = await selectRoad(tx, group, group.parentId)
  if (road.length === 0) throw new Problem('request.invalid', 'There is no such parent group.', details)
  if (road.includes(group.groupId)) throw new Problem('request.invalid', 'A group cannot lie in itself.', details)
  if (road.length + 1 + levelsBelow > mostLevels) {
    throw new Problem('request.invalid', `Groups lie at most ${mostLevels} deep.`, details)
  }
}

/** @throws Problem `group.not_found` — also for a group of another pool */
export async function groupOf(reader: Reader, pool: Pool, id: string): Promise<Group> {
  const group = await findGroup(reader, pool, id)
  if (!group) throw new Problem('group.not_found')
  return group
}

function record(
  tx: Tx,
  needs: GroupNeeds,
  caller: Caller,
  pool: Pool,
  action: EventAction,
  { groupId, name }: Group,
  more: object = {},
): Promise<void> {
  return recordEvents(tx, needs, caller.facts, [
    {
      ...aboutPool(pool),
      affectedUserPoolId: pool.poolId,
      clientId: caller.clientId,
      subject: 'group',
      action,
      payload: { id: groupId, name, user_pool_id: pool.poolId, ...more },
    },
  ])
}
