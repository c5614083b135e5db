import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findName } from '../directory/index.ts'
import { poolId } from '../pools/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { findUser, userId } from '../users/index.ts'
import { localBackend } from './local-backend.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson, person } from './testing/people.ts'
import { someId, someText } from './testing/some.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('users')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())

const create = (body: object, into = pool) => tenant.call(contract.systemCreateUser, { params: { ipID: into }, body })
const get = (id: string) => tenant.call(contract.systemGetUser, { params: { ipID: pool, userID: id } })
const update = (id: string, body: object, headers = {}) =>
  tenant.call(contract.systemUpdateUser, { params: { ipID: pool, userID: id }, body, headers })
const remove = (id: string, headers = {}) =>
  tenant.call(contract.systemDeleteUser, { params: { ipID: pool, userID: id }, headers })
const epochOf = async (id: string) =>
  (await findUser(management.db.reader, organizationId('acme'), userId(id)))?.sessionEpoch

async function eventsAbout(id: string): Promise<string[]> {
  const { body } = await tenant.call(contract.listAuditEvents, {
    params: { wid: 'portal' },
    query: { affected_user_id: id, order: 'asc' },
  })
  return body.audit_events.map((event: contract.AuditEvent) => `${event.event_subject} ${event.action}`)
}

describe('creating a user', () => {
  it('gives back the whole person, of the password only that there is one', async () => {
    const made = await create(person('Robin', { metadata: { cost_centre: 7 } }))
    const times = { created_at: '2026-11-21T08:00:00.000Z', updated_at: '2026-11-21T08:00:00.000Z' }
    const owner = { tenant_id: 'users', user_pool_id: pool, user_id: made.body.id }
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"', 'cache-control': 'no-store' } })
    expect(made.body).toEqual({
      ...times,
      payload_schema_id: 'user_v0',
      metadata_schema_id: 'metadata_v0',
      id: someId,
      tenant_id: 'users',
      user_pool_id: pool,
      status: 'active',
      status_updated_at: times.created_at,
      payload: { name: 'Robin Doe' },
      metadata: { cost_centre: 7 },
      business_metadata: {},
      identifiers: [
        {
          ...owner,
          ...times,
          id: someText,
          type: 'uid',
          identifier: 'Robin',
          identifier_lc: 'robin',
          metadata: {},
        },
      ],
      verifiable_addresses: [
        {
          ...owner,
          ...times,
          id: someText,
          type: 'email',
          address: 'Robin@example.test',
          address_lc: 'robin@example.test',
          status: 'active',
          verified: true,
          verified_at: times.created_at,
          metadata: {},
        },
      ],
      credentials: [
        {
          ...owner,
          ...times,
          id: someText,
          type: 'password',
          state: 'valid',
          payload: { hashed_password: '###' },
        },
      ],
    })
    expect((await get(made.body.id)).body).toEqual(made.body)
    expect(await eventsAbout(made.body.id)).toEqual(['user created', 'credential created'])
  })

  it('refuses a username that somebody of the workspace has, however it is written, and leaves nothing behind', async () => {
    await madePerson(tenant, pool, 'taken.name')
    const other = await madeBiller(tenant, 'second-owner')
    const id = management.needs.random.uuid()
    for (const written of ['taken.name', 'TAKEN.name', ' taken.name ', 'ｔaken.name']) {
      expect(await create(person(written, { id, verifiable_addresses: [] }), other.pool)).toMatchObject({
        status: 409,
        body: { error_code: 'user.identifier_taken' },
      })
    }
    expect(await eventsAbout(id)).toEqual([])
    const { body } = await tenant.call(contract.systemListUsers, { params: { ipID: other.pool } })
    expect(body).toEqual({ users: [] })
  })

  it('lets two organizations use one name where the workspace says that names belong to organizations', async () => {
    const apart = await management.tenant('apart', 'organization')
    const [one, two] = [await madeBiller(apart, 'one'), await madeBiller(apart, 'two')]
    await madePerson(apart, one.pool, 'sam')
    await expect(madePerson(apart, two.pool, 'sam')).resolves.toBeTypeOf('string')
  })

  it('refuses an id that anybody has or had, in any organization', async () => {
    const id = await madePerson(tenant, pool, 'first.owner')
    const elsewhere = await madeBiller(tenant, 'elsewhere')
    const again = { status: 409, body: { error_code: 'user.id_taken' } }
    expect(await create(person('second.try', { id }))).toMatchObject(again)
    expect(await create(person('second.try', { id }), elsewhere.pool)).toMatchObject(again)
    expect((await remove(id)).status).toBe(204)
    expect(await create(person('second.try', { id }))).toMatchObject(again)
    expect(await create(person('second.try', { id }), elsewhere.pool)).toMatchObject(again)
    expect((await create(person('second.try'))).status).toBe(201)
  })

  it('refuses a password that the policy refuses, and says why', async () => {
    const made = await create(person('weak', { credentials: [{ type: 'password', password: 'password' }] }))
    expect(made).toMatchObject({
      status: 422,
      body: {
        error_code: 'password.refused',
        details: { reasons: [{ code: 'too_short', min: 15 }, { code: 'common' }] },
      },
    })
  })

  it('takes a password as another system hashed it, and it opens (D-01)', async () => {
    // bcrypt of "U*U", a published vector of crypt_blowfish.
    const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
    const id = await madePerson(tenant, pool, 'imported', {
      credentials: [{ type: 'password', hashed_password: { format: 'bcrypt', hash }, must_be_changed: true }],
    })
    const verified = await tenant.call(contract.verifyPasswordV2, {
      params: { ipID: pool },
      body: { userID: id, password: 'U*U' },
    })
    expect(verified.body).toEqual({ id, state: 'must_be_changed', result: 'password_correct' })
  })

  it.each([
    ['of another format than it is said to be', { format: 'bcrypt', hash: 'e10adc3949ba59abbe56e057f20f883e' }],
    ['too costly', { format: 'bcrypt', hash: `$2b$31$${'C'.repeat(53)}` }],
    ['of an unknown format', { format: 'crypt', hash: 'aa' }],
  ])('refuses a hash that is %s', async (_, hashed) => {
    const made = await create(person('bad.hash', { credentials: [{ type: 'password', hashed_password: hashed }] }))
    expect(made).toMatchObject({ status: 422, body: { error_code: 'password.refused' } })
  })

  it.each([
    ['a username that is none', { identifiers: [{ type: 'uid', identifier: 'a\u0007b' }] }],
    [
      'an e-mail that is none',
      { verifiable_addresses: [{ type: 'email', address: 'nobody', status: 'active', verified: true }] },
    ],
    [
      'the same name twice',
      {
        identifiers: [
          { type: 'uid', identifier: 'x.y' },
          { type: 'uid', identifier: 'X.Y' },
        ],
      },
    ],
    ['a credential that is not served', { credentials: [{ type: 'totp', totp_secret: 'A' }] }],
    [
      'two passwords',
      {
        credentials: [
          { type: 'password', password: goodPassword },
          { type: 'password', password: goodPassword },
        ],
      },
    ],
    ['a password without a password', { credentials: [{ type: 'password' }] }],
  ])('refuses %s', async (_, fields) => {
    expect(await create(person('refused', fields))).toMatchObject({
      status: 422,
      body: { error_code: 'request.invalid' },
    })
  })

  it.each([
    ['tenant_id', { tenant_id: 'other' }],
    ['user_pool_id', { user_pool_id: 'other' }],
    ['organization_id', { organization_id: 'other' }],
    ['revision', { revision: 5 }],
    ['session_epoch', { session_epoch: 0 }],
    ['created_at', { created_at: '2020-01-01T00:00:00Z' }],
    ['constructor', { constructor: { prototype: {} } }],
  ])('refuses to be told %s (mass assignment)', async (field, extra) => {
    const made = await create(person('assigned', extra))
    expect(made).toMatchObject({ status: 400, body: { error_code: 'request.malformed' } })
    expect(JSON.stringify(made.body)).toContain(field)
  })

  it('links the person of the legacy store, once (D-02)', async () => {
    const legacy = { store_id: 'legacy-a', legacy_id: 'p-1' }
    const id = await madePerson(tenant, pool, 'from.legacy', { legacy })
    const user = await findUser(management.db.reader, organizationId('acme'), userId(id))
    expect(user).toMatchObject({ legacyStoreId: 'legacy-a', legacyId: 'p-1' })
    expect(await create(person('from.legacy.two', { legacy }))).toMatchObject({
      status: 409,
      body: { error_code: 'user.id_taken' },
    })
  })

  it('becomes the legacy person of this username where the directory knows one, and nobody else (D-02)', async () => {
    const { db, needs } = management
    const workspace = { tenantId: 'users', workspaceId: 'portal' }
    const key = needs.nameKeys.ofName(workspace, 'scanned')
    // As the scanner of legacy stores leaves it.
    await db.reader
      .insertInto('directory_names')
      .values({
        name_key: key,
        scope: '*',
        tenant_id: 'users',
        workspace_id: 'portal',
        organization_id: 'acme',
        user_id: null,
        legacy_store_id: 'legacy-a',
        legacy_id: 'p-9',
      })
      .execute()
    const other = { store_id: 'legacy-a', legacy_id: 'p-10' }
    expect(await create(person('scanned', { legacy: other }))).toMatchObject({
      status: 409,
      body: { error_code: 'user.identifier_taken' },
    })
    const id = await madePerson(tenant, pool, 'scanned')
    const user = await findUser(db.reader, organizationId('acme'), userId(id))
    expect(user).toMatchObject({ legacyStoreId: 'legacy-a', legacyId: 'p-9' })
  })
})

describe('changing a user', () => {
  it('keeps fields that are not given and replaces those that are', async () => {
    const id = await madePerson(tenant, pool, 'partial', { metadata: { a: 1 } })
    const changed = await update(id, { payload: { name: 'New' } })
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(changed.body).toMatchObject({ payload: { name: 'New' }, metadata: { a: 1 }, status: 'active' })
    expect((await update(id, { payload: { name: 'New' } })).headers.etag).toBe('"2"')
    expect(await eventsAbout(id)).toEqual(['user created', 'credential created', 'user updated'])
  })

  it.each(['inactive', 'deleted', 'new'])('ends every session when the status becomes %s', async (status) => {
    const id = await madePerson(tenant, pool, `becomes.${status}`)
    expect(await epochOf(id)).toBe(1)
    expect((await update(id, { status })).body.status).toBe(status)
    expect(await epochOf(id)).toBe(2)
    await update(id, { status: 'active' })
    expect(await epochOf(id)).toBe(2)
  })

  it('refuses a change to a revision that is gone (RFC 9110 §13.1.1)', async () => {
    const id = await madePerson(tenant, pool, 'revised')
    expect((await update(id, { metadata: { n: 1 } }, { 'if-match': '"1"' })).status).toBe(200)
    const late = await update(id, { metadata: { n: 2 } }, { 'if-match': '"1"' })
    expect(late).toMatchObject({ status: 412, body: { error_code: 'request.conflict' } })
    expect((await update(id, { metadata: { n: 3 } }, { 'if-match': 'W/"2"' })).status).toBe(412)
    expect((await remove(id, { 'if-match': '"1"' })).status).toBe(412)
    expect((await get(id)).body.metadata).toEqual({ n: 1 })
    expect((await update(id, { metadata: { n: 4 } }, { 'if-match': '"7", "2"' })).status).toBe(200)
  })

  it('lets one of many writers of one revision win', async () => {
    const id = await madePerson(tenant, pool, 'raced')
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => update(id, { metadata: { n } }, { 'if-match': '"1"' })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9)
  })
})

describe('deleting a user', () => {
  it('frees the username, keeps the history, and is gone the second time', async () => {
    const id = await madePerson(tenant, pool, 'leaver')
    expect(await remove(id)).toMatchObject({ status: 204, body: undefined })
    expect((await get(id)).status).toBe(404)
    expect((await remove(id)).status).toBe(404)
    expect(await eventsAbout(id)).toEqual(['user created', 'credential created', 'user deleted'])
    const successor = await madePerson(tenant, pool, 'leaver')
    const lookup = await findName(
      management.db.reader,
      management.needs.nameKeys,
      { tenantId: 'users', workspaceId: 'portal', name: '', kind: 'customer', usernameScope: 'workspace', brand: {} },
      'leaver',
      undefined,
    )
    expect(lookup).toMatchObject({ kind: 'found', entry: { userId: successor } })
  })
})

describe('finding users', () => {
  it('finds by identifier in any letter case, by verified address, and nobody by an unverified or shared one', async () => {
    const found = await madeBiller(tenant, 'found')
    const unverified = {
      verifiable_addresses: [{ type: 'email', address: 'un@example.test', status: 'active', verified: false }],
    }
    const shared = {
      verifiable_addresses: [{ type: 'email', address: 'desk@example.test', status: 'active', verified: true }],
    }
    const id = await madePerson(tenant, found.pool, 'Finder', {
      identifiers: [
        { type: 'uid', identifier: 'Finder' },
        { type: 'email', identifier: 'Finder@Work.test' },
      ],
    })
    await madePerson(tenant, found.pool, 'unverified', unverified)
    await madePerson(tenant, found.pool, 'desk.one', shared)
    await madePerson(tenant, found.pool, 'desk.two', shared)
    const byKey = (body: object) => tenant.call(contract.systemGetUserByKey, { params: { ipID: found.pool }, body })
    expect((await byKey({ identifier: 'FINDER' })).body.id).toBe(id)
    expect((await byKey({ identifier: 'finder@work.TEST' })).body.id).toBe(id)
    expect((await byKey({ address: 'FINDER@example.test' })).body.id).toBe(id)
    for (const key of [{ address: 'un@example.test' }, { address: 'desk@example.test' }, { identifier: 'nobody' }]) {
      expect(await byKey(key)).toMatchObject({ status: 404, body: { error_code: 'user.not_found' } })
    }
    expect((await byKey({})).status).toBe(422)
    expect((await byKey({ address: 'a@b.test', identifier: 'c' })).status).toBe(422)
  })

  it('pages in both directions without losing or repeating anybody', async () => {
    const paged = await madeBiller(tenant, 'paged')
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.push(await madePerson(tenant, paged.pool, `paged.${n}`, { credentials: [] }))
    ids.sort()
    const list = async (query: Record<string, string>) => {
      const { body } = await tenant.call(contract.systemListUsers, { params: { ipID: paged.pool }, query })
      return body.users.map((user: contract.ListedUser) => user.id)
    }
    expect(await list({ limit: '2' })).toEqual(ids.slice(0, 2))
    expect(await list({ limit: '2', after_user_id: ids[1]! })).toEqual(ids.slice(2, 4))
    expect(await list({ limit: '2', before_user_id: ids[4]! })).toEqual(ids.slice(2, 4))
    expect(await list({ limit: '2', order: 'desc' })).toEqual([ids[4], ids[3]])
    expect(await list({ limit: '2', order: 'desc', after_user_id: ids[3]! })).toEqual([ids[2], ids[1]])
    expect(await list({ limit: '2', order: 'desc', before_user_id: ids[1]! })).toEqual([ids[3], ids[2]])
  })

  it('filters by key, payload and metadata, all of them together', async () => {
    const filtered = await madeBiller(tenant, 'filtered')
    const id = await madePerson(tenant, filtered.pool, 'anna_1', {
      payload: { city: 'Bern', tags: ['a', 'b'] },
      metadata: { vip: true },
    })
    await madePerson(tenant, filtered.pool, 'annax1', { payload: { city: 'Bern' } })
    const list = async (filter: object) => {
      const query = { query: JSON.stringify(filter) }
      return (await tenant.call(contract.systemListUsers, { params: { ipID: filtered.pool }, query })).body.users
    }
    expect(await list({ user_key: 'anna' })).toHaveLength(2)
    expect((await list({ user_key: 'anna_' })).map((user: contract.ListedUser) => user.id)).toEqual([id])
    expect(await list({ user_key: '@example.test' })).toHaveLength(2)
    expect(await list({ payload: { city: 'Bern' } })).toHaveLength(2)
    expect(await list({ payload: { city: 'Bern', tags: ['b'] } })).toHaveLength(1)
    expect(await list({ user_key: 'anna', metadata: { vip: true } })).toHaveLength(1)
    expect((await list({ user_key: 'anna_' }))[0]).toMatchObject({
      identifiers: ['anna_1'],
      identifiers_with_details: [{ type: 'uid', value: 'anna_1' }],
      addresses: [{ address: 'anna_1@example.test', verified: true }],
      'verified addresses': ['anna_1@example.test'],
    })
  })

  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: 'ten' },
    { after_user_id: "' or 1=1 --" },
    { sort: 'password' },
    { order: 'sideways' },
    { query: '{"user_key":{"$ne":null}}' },
    { query: '{' },
    { query: '{"user_key":"a","user_key":"b"}' },
    { unknown: '1' },
  ])('refuses to list with %j', async (query) => {
    const listed = await tenant.call(contract.systemListUsers, {
      params: { ipID: pool },
      query,
    })
    expect(listed).toMatchObject({ status: 400, body: { error_code: 'request.malformed' } })
  })

  it('refuses a parameter that comes twice', async () => {
    const listed = await tenant.call(contract.systemListUsers, { params: { ipID: pool }, query: { limit: ['1', '2'] } })
    expect(listed.status).toBe(400)
  })
})

describe('a change and its event', () => {
  const caller = {
    tenantId: 'users',
    scopes: new Set(['identity']),
    clientId: 'c',
    facts: { requestId: 'r', ipAddress: '::1', userAgent: '' },
  }

  it('stand or fall together', async () => {
    const id = await madePerson(tenant, pool, 'together')
    const broken = { ...management.needs, random: { ...management.needs.random, uuid: () => 'not-a-uuid' } }
    const change = localBackend(broken).updateUser(caller, poolId(pool), userId(id), { status: 'inactive' }, undefined)
    await expect(change).rejects.toThrow('not-a-uuid')
    expect((await get(id)).body.status).toBe('active')
    expect(await epochOf(id)).toBe(1)
    expect(await eventsAbout(id)).toEqual(['user created', 'credential created'])
  })

  it('join the transaction of the caller, and go when it goes', async () => {
    const id = userId(management.needs.random.uuid())
    const needs = { ...management.needs }
    const work = management.db.transaction(async (tx) => {
      const inside = localBackend({ ...needs, reader: tx, transact: (run) => run(tx) })
      const input = {
        userId: id,
        status: 'active',
        payload: {},
        metadata: {},
        businessMetadata: {},
        identifiers: [],
        addresses: [],
      } as const
      await inside.createUser(caller, poolId(pool), input)
      throw new Error('the caller changed its mind')
    })
    await expect(work).rejects.toThrow('changed its mind')
    expect((await get(id)).status).toBe(404)
    expect(await eventsAbout(id)).toEqual([])
  })
})
