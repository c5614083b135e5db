import {
  addUserToGroup,
  createGroup as createGroupRow,
  deleteGroup,
  getGroup,
  groupFilter,
  isUserInGroup,
  listGroups,
  listUserGroups,
  listUsersInGroup,
  removeUserFromGroup,
  updateGroup,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import { Value } from 'typebox/value'
import { Problem } from '../../problem/index.ts'
import { parseStrictJson } from '../../surfaces/management/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { listedOf, poolOf, readUserId, shownListed, userOf } from '../identity/index.ts'
import { poolId } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { changeGroup, changeMember, createGroup, groupOf, removeGroup } from './change-group.ts'
import type { GroupInput, GroupNeeds } from './change-group.ts'
import type { Group } from './group.ts'
import { findGroup, isMember, selectGroups, selectMembers } from './groups.store.ts'
import type { Among } from './groups.store.ts'

export function mountGroups(mount: Mount, needs: GroupNeeds): void {
  const answer = (tenantId: string, group: Group) => ({ body: shown(tenantId, group), revision: group.revision })

  mount(listGroups, async ({ caller, params, query }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    const { parent_id: parentId, with_nested_groups: isNested = false } = query
    if (parentId !== undefined) await groupOf(needs.reader, pool, parentId)
    const among: Among =
      parentId !== undefined ? { kind: 'in', groupId: parentId, isNested } : { kind: isNested ? 'all' : 'top' }
    return { body: await listed(needs, pool, among, query) }
  })

  mount(createGroupRow, async ({ caller, params, body }) => {
    requirePlace(body, await poolOf(needs.reader, caller, poolId(params.ipID)))
    return answer(caller.tenantId, await createGroup(needs, caller, poolId(params.ipID), body.id, readInput(body)))
  })

  mount(getGroup, async ({ caller, params }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    return answer(caller.tenantId, await groupOf(needs.reader, pool, params.groupID))
  })

  mount(updateGroup, async ({ caller, params, body, expected }) => {
    requirePlace(body, await poolOf(needs.reader, caller, poolId(params.ipID)))
    if (body.id !== undefined && body.id !== params.groupID) throw invalid('The id of a group does not change.', 'id')
    const id = poolId(params.ipID)
    return answer(caller.tenantId, await changeGroup(needs, caller, id, params.groupID, readInput(body), expected))
  })

  mount(deleteGroup, async ({ caller, params, expected }) => {
    await removeGroup(needs, caller, poolId(params.ipID), params.groupID, expected)
    return { body: undefined }
  })

  mount(listUsersInGroup, async ({ caller, params, query }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    const group = await groupOf(needs.reader, pool, params.groupID)
    const { after_user_id: afterId, before_user_id: beforeId, limit = 20 } = query
    for (const id of [afterId, beforeId]) if (id !== undefined) readUserId(id)
    const isBack = beforeId !== undefined && afterId === undefined
    const isNested = query.with_nested_groups ?? false
    const page = isBack ? { afterId: beforeId } : { afterId, beforeId }
    const ids = await selectMembers(needs.reader, group, { ...page, isNested, descending: isBack, limit })
    const users = await listedOf(needs.reader, pool, ids)
    return { body: { users: users.map(shownListed) } }
  })

  mount(addUserToGroup, async ({ caller, params }) => {
    await changeMember(needs, caller, poolId(params.ipID), params.groupID, readUserId(params.userID), 'added')
    return { body: undefined }
  })

  mount(removeUserFromGroup, async ({ caller, params }) => {
    await changeMember(needs, caller, poolId(params.ipID), params.groupID, readUserId(params.userID), 'removed')
    return { body: undefined }
  })

  mount(listUserGroups, async ({ caller, params, query }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    const { userId } = await userOf(needs.reader, pool, readUserId(params.userID))
    const isNested = query.with_parent_groups ?? false
    return { body: await listed(needs, pool, { kind: 'of_user', userId, isNested }, query) }
  })

  mount(isUserInGroup, async ({ caller, params, query }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    const { userId } = await userOf(needs.reader, pool, readUserId(params.userID))
    const group = await groupOf(needs.reader, pool, params.groupID)
    // Answered as a group that is not there.
    if (!(await isMember(needs.reader, group, userId, query.with_nested_groups ?? false))) {
      throw new Problem('group.not_found')
    }
    return { body: undefined }
  })
}

interface GroupQuery {
  readonly after_group_id?: string
  readonly before_group_id?: string
  readonly query?: string
  readonly limit?: number
}

async function listed(needs: GroupNeeds, pool: Pool, among: Among, query: GroupQuery): Promise<wire.Group[]> {
  const after = await placeOf(needs, pool, query.after_group_id, 'after_group_id')
  const before = await placeOf(needs, pool, query.before_group_id, 'before_group_id')
  const filter = { among, name: readName(query.query), limit: query.limit ?? 20 }
  // What lies before a group is read backwards, so that a page back is the one next to it.
  const groups =
    before && !after
      ? (await selectGroups(needs.reader, pool, { ...filter, after: before, descending: true })).toReversed()
      : await selectGroups(needs.reader, pool, { ...filter, after, before, descending: false })
  return groups.map((group) => shown(pool.tenantId, group))
}

/** A list in the order of names goes on from a name, which only a group that is there has. */
async function placeOf(
  needs: GroupNeeds,
  pool: Pool,
  id: string | undefined,
  field: string,
): Promise<Group | undefined> {
  if (id === undefined) return undefined
  const group = await findGroup(needs.reader, pool, id)
  if (!group) throw invalid(`${field} is no group of the pool.`, field)
  return group
}

/** @throws Problem `request.malformed` when the parameter is not the JSON it should be */
function readName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  let given: unknown
  try {
    given = parseStrictJson(text)
  } catch (cause) {
    throw new Problem('request.malformed', 'The parameter query is not JSON.', { cause })
  }
  if (!Value.Check(groupFilter, given)) throw new Problem('request.malformed', 'The parameter query takes name.')
  return given.name
}

/** The pool and the tenant are those of the address; a body repeats them and does not change them. */
function requirePlace(body: wire.Group, pool: Pool): void {
  if (body.user_pool_id !== pool.poolId) throw invalid('user_pool_id is not the pool of the address.', 'user_pool_id')
  if (body.tenant_id !== undefined && body.tenant_id !== pool.tenantId) {
    throw invalid('tenant_id is not the tenant of the address.', 'tenant_id')
  }
}

const invalid = (detail: string, field: string) => new Problem('request.invalid', detail, { details: { field } })

const readInput = ({ name, description, parent_id: parentId }: wire.Group): GroupInput => ({
  name,
  description,
  parentId,
})

const shown = (tenantId: string, group: Group): wire.Group => ({
  id: group.groupId,
  name: group.name,
  description: group.description,
  ...(group.parentId === undefined ? {} : { parent_id: group.parentId }),
  tenant_id: tenantId,
  user_pool_id: group.poolId,
})
