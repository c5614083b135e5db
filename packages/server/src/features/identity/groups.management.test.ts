import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'
import { describeMultiConnection } from '../../platform/db/testing/index.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
/** Each test has a pool of its own. */
let pool: string
let pools = 0
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
})
afterAll(() => management.close())
beforeEach(async () => {
  pools += 1
  pool = (await madeBiller(tenant, `biller-${pools}`)).pool
})

const create = (id: string, more: object = {}) =>
  tenant.call(contract.createGroup, { params: { ipID: pool }, body: { id, user_pool_id: pool, ...more } })
const update = (groupID: string, more: object, headers = {}) =>
  tenant.call(contract.updateGroup, {
    params: { ipID: pool, groupID },
    body: { user_pool_id: pool, ...more },
    headers,
  })
const get = (groupID: string) => tenant.call(contract.getGroup, { params: { ipID: pool, groupID } })
const remove = (groupID: string) => tenant.call(contract.deleteGroup, { params: { ipID: pool, groupID } })
const made = (username: string) => madePerson(tenant, pool, `${username}.${pool}`, { credentials: [] })
const add = (groupID: string, userID: string) =>
  tenant.call(contract.addUserToGroup, { params: { ipID: pool, groupID, userID } })
const takeOut = (groupID: string, userID: string) =>
  tenant.call(contract.removeUserFromGroup, { params: { ipID: pool, groupID, userID } })
const isIn = async (groupID: string, userID: string, query = {}) =>
  (await tenant.call(contract.isUserInGroup, { params: { ipID: pool, groupID, userID }, query })).status
const namesOf = (groups: readonly contract.Group[]) => groups.map(({ name }) => name)
const list = async (query = {}) =>
  namesOf((await tenant.call(contract.listGroups, { params: { ipID: pool }, query })).body)
const groupsOf = async (userID: string, query = {}) =>
  namesOf((await tenant.call(contract.listUserGroups, { params: { ipID: pool, userID }, query })).body)
const members = async (groupID: string, query = {}) => {
  const { body } = await tenant.call(contract.listUsersInGroup, { params: { ipID: pool, groupID }, query })
  return body.users.map(({ id }: contract.ListedUser) => id)
}

/** a > b > c, and d beside a. */
async function family() {
  await create('a')
  await create('b', { parent_id: 'a' })
  await create('c', { parent_id: 'b' })
  await create('d')
}

describe('a group', () => {
  it('is created, read, changed under its tag and deleted', async () => {
    const group = await create('finance', { name: 'Finance', description: 'Money' })
    const said = { id: 'finance', name: 'Finance', description: 'Money', tenant_id: 'prod', user_pool_id: pool }
    expect(group).toMatchObject({ status: 201, headers: { etag: '"1"' } })
    expect(group.body).toEqual(said)
    expect((await get('finance')).body).toEqual(said)
    expect((await create('finance')).body).toMatchObject({ error_code: 'group.id_taken' })
    expect((await update('finance', { name: 'Late' }, { 'if-match': '"9"' })).status).toBe(412)
    expect((await update('finance', { name: 'Purse' }, { 'if-match': '"1"' })).body).toEqual({ ...said, name: 'Purse' })
    expect((await remove('finance')).status).toBe(204)
    expect((await remove('finance')).status).toBe(404)
    expect((await get('finance')).status).toBe(404)
  })

  it('without id and name gets an id, and is called by it', async () => {
    const { body } = await tenant.call(contract.createGroup, {
      params: { ipID: pool },
      body: { user_pool_id: pool },
    })
    expect(body.name).toBe(body.id)
  })

  it.each([
    ['another pool', { user_pool_id: 'other' }, 422],
    ['another tenant', { tenant_id: 'other' }, 422],
    ['a parent that is none', { parent_id: 'nowhere' }, 422],
    ['itself as its parent', { parent_id: 'x' }, 422],
    ['an empty name', { name: '' }, 400],
    ['an unknown field', { members: [] }, 400],
    ['an id that needs escaping', { id: '../x' }, 400],
    ['an object for a parent', { parent_id: { id: 'a' } }, 400],
  ])('with %s is refused, and nothing is written', async (_, more, status) => {
    expect((await create('x', more)).status).toBe(status)
    expect(await list({ with_nested_groups: 'true' })).toEqual([])
  })

  it('never lies in itself, at any depth, and goes sixteen deep', async () => {
    await family()
    for (const parent of ['a', 'b', 'c']) expect((await update('a', { parent_id: parent })).status).toBe(422)
    expect((await update('c', { parent_id: 'd' })).body).toMatchObject({ parent_id: 'd' })
    expect((await update('a', { parent_id: 'c' })).body).toMatchObject({ parent_id: 'c' })
    expect((await update('d', { parent_id: 'b' })).status).toBe(422)
    // d > c > a > b are four levels.
    for (let level = 5; level <= 16; level += 1) {
      await create(`l${level}`, { parent_id: level === 5 ? 'b' : `l${level - 1}` })
    }
    expect((await create('too-deep', { parent_id: 'l16' })).status).toBe(422)
    await create('e')
    expect((await update('d', { parent_id: 'e' })).status).toBe(422)
    expect((await update('d', { parent_id: '' })).status).toBe(200)
  })

  it('is listed among the top ones, among those of its parent, or with all below', async () => {
    await family()
    expect(await list()).toEqual(['a', 'd'])
    expect(await list({ with_nested_groups: 'true' })).toEqual(['a', 'b', 'c', 'd'])
    expect(await list({ parent_id: 'a' })).toEqual(['b'])
    expect(await list({ parent_id: 'a', with_nested_groups: 'true' })).toEqual(['b', 'c'])
    const absent = await tenant.call(contract.listGroups, { params: { ipID: pool }, query: { parent_id: 'nowhere' } })
    expect(absent.status).toBe(404)
  })

  it('is found by the beginning and the end of its name, in any letter case', async () => {
    for (const name of ['Sales North', 'sales south', 'North Sales', '100%']) {
      await create(name.replaceAll(/[^A-Za-z0-9]/g, ''), { name })
    }
    const named = (name: string) => list({ query: JSON.stringify({ name }) })
    expect(await named('SALES')).toEqual(['North Sales', 'Sales North', 'sales south'])
    expect(await named('outh')).toEqual(['sales south'])
    expect(await named('%')).toEqual(['100%'])
    for (const query of ['{', '{"id":"a"}', '{"name":1}', '{"name":"a","name":"b"}', '{"__proto__":1}']) {
      const refused = await tenant.call(contract.listGroups, { params: { ipID: pool }, query: { query } })
      expect(refused.status).toBe(400)
    }
  })

  it('is paged by name in both directions, also where names are equal', async () => {
    for (const id of ['g1', 'g2', 'g3', 'g4', 'g5']) await create(id, { name: id === 'g4' ? 'first' : 'same' })
    const ids = async (query: object) =>
      (await tenant.call(contract.listGroups, { params: { ipID: pool }, query: { limit: '2', ...query } })).body.map(
        ({ id }: contract.Group) => id,
      )
    expect(await ids({})).toEqual(['g4', 'g1'])
    expect(await ids({ after_group_id: 'g1' })).toEqual(['g2', 'g3'])
    expect(await ids({ after_group_id: 'g3' })).toEqual(['g5'])
    expect(await ids({ before_group_id: 'g5' })).toEqual(['g2', 'g3'])
    expect(await ids({ after_group_id: 'g4', before_group_id: 'g2' })).toEqual(['g1'])
    const gone = await tenant.call(contract.listGroups, {
      params: { ipID: pool },
      query: { after_group_id: 'gone' },
    })
    expect(gone).toMatchObject({ status: 422, body: { details: { field: 'after_group_id' } } })
  })
})

describe('being in a group', () => {
  it('begins and ends, and twice is as good as once', async () => {
    await family()
    const user = await made('one')
    expect(await isIn('a', user)).toBe(404)
    expect((await add('a', user)).status).toBe(204)
    expect((await add('a', user)).status).toBe(204)
    expect(await isIn('a', user)).toBe(204)
    expect((await takeOut('a', user)).status).toBe(204)
    expect((await takeOut('a', user)).status).toBe(204)
    expect(await isIn('a', user)).toBe(404)
    const said = { group_id: 'a', group_name: 'a', user_id: user, user_pool_id: pool }
    const { body } = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { affected_user_id: user, event_action: 'added_to_group,removed_from_group', order: 'asc' },
    })
    expect(body.audit_events.map(({ payload }: contract.AuditEvent) => payload)).toEqual([
      { user_added_to_group: said },
      { user_removed_from_group: said },
    ])
  })

  it('counts for the groups around it where that is asked', async () => {
    await family()
    const [one, two] = [await made('one'), await made('two')]
    await add('c', one)
    await add('c', two)
    await add('a', two)
    expect(await isIn('a', one)).toBe(404)
    expect(await isIn('a', one, { with_nested_groups: 'true' })).toBe(204)
    expect(await isIn('d', one, { with_nested_groups: 'true' })).toBe(404)
    expect(await groupsOf(one)).toEqual(['c'])
    expect(await groupsOf(one, { with_parent_groups: 'true' })).toEqual(['a', 'b', 'c'])
    expect(await groupsOf(two, { with_parent_groups: 'true', after_group_id: 'a' })).toEqual(['b', 'c'])
    expect(await groupsOf(two, { query: '{"name":"A"}' })).toEqual(['a'])
    expect(await members('a')).toEqual([two])
    expect(await members('a', { with_nested_groups: 'true' })).toEqual([one, two].toSorted())
  })

  it('is listed by user, in pages of both directions', async () => {
    await create('a')
    const ids: string[] = []
    for (const name of ['p', 'q', 'r', 's', 't']) ids.push(await made(name))
    for (const id of ids) await add('a', id)
    ids.sort()
    expect(await members('a', { limit: '2' })).toEqual(ids.slice(0, 2))
    expect(await members('a', { limit: '2', after_user_id: ids[1] ?? '' })).toEqual(ids.slice(2, 4))
    expect(await members('a', { limit: '2', before_user_id: ids[4] ?? '' })).toEqual(ids.slice(2, 4))
  })

  it('ends with the user and with the group, whose own groups move up', async () => {
    await family()
    const [one, two] = [await made('one'), await made('two')]
    for (const user of [one, two]) await add('b', user)
    await tenant.call(contract.systemDeleteUser, { params: { ipID: pool, userID: one } })
    expect(await members('b')).toEqual([two])
    expect((await remove('b')).status).toBe(204)
    expect(await groupsOf(two)).toEqual([])
    expect((await get('c')).body.parent_id).toBe('a')
    await remove('a')
    expect((await get('c')).body).not.toHaveProperty('parent_id')
  })

  it('is not for users of another pool', async () => {
    await create('a')
    const first = pool
    pool = (await madeBiller(tenant, `beside-${pools}`)).pool
    const stranger = await made('stranger')
    pool = first
    expect((await add('a', stranger)).body).toMatchObject({ error_code: 'user.not_found' })
    expect((await add('a', 'not-an-id')).body).toMatchObject({ error_code: 'user.not_found' })
    expect(await members('a')).toEqual([])
  })
})

describe('a pool', () => {
  it('takes its groups along when it is deleted', async () => {
    await family()
    expect((await tenant.call(contract.systemDeletePool, { params: { ipID: pool } })).status).toBe(204)
    await tenant.call(contract.systemCreatePool, { body: { id: pool, name: 'Again', workspace_id: `biller-${pools}` } })
    expect(await list({ with_nested_groups: 'true' })).toEqual([])
  })
})

describeMultiConnection('groups that move at the same time', () => {
  it('never end in a circle', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [x, y] = [`x${round}`, `y${round}`]
      await create(x)
      await create(y)
      const moved = await Promise.all([update(x, { parent_id: y }), update(y, { parent_id: x })])
      expect(moved.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422])
    }
  })
})
