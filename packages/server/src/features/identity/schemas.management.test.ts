import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, person } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())

const create = (id: string, schema: unknown, more: object = {}) =>
  tenant.call(contract.systemCreateSchema, { body: { tenant_id: 'prod', id, name: id, schema, ...more } })
const get = (schID: string) => tenant.call(contract.systemGetSchema, { params: { schID } })
const update = (schID: string, more: object, headers = {}) =>
  tenant.call(contract.systemUpdateSchema, {
    params: { schID },
    body: { tenant_id: 'prod', name: schID, schema: { type: 'object' }, ...more },
    headers,
  })
const remove = (schID: string, headers = {}) => tenant.call(contract.systemDeleteSchema, { params: { schID }, headers })
const list = async () =>
  (await tenant.call(contract.systemListSchemas)).body.schemas.map((schema: contract.Schema) => schema.id)

const address = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 2, pattern: '^[A-Z]' },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', uniqueItems: true, items: { enum: ['a', 'b'] } },
    toString: { type: 'string' },
  },
  patternProperties: { '^x-': { type: 'string' } },
}

describe('a schema', () => {
  it('is kept as it came, known by its tag, and deleted', async () => {
    const made = await create('kept', address, { description: 'd' })
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' } })
    expect(made.body).toMatchObject({ id: 'kept', tenant_id: 'prod', name: 'kept', description: 'd', system: false })
    expect(made.body.schema).toEqual(address)
    expect((await get('kept')).body).toEqual(made.body)
    expect(await list()).toEqual(['metadata_v0', 'user_v0', 'kept'])
    expect((await create('kept', address)).body).toMatchObject({ error_code: 'schema.id_taken' })
    expect((await update('kept', { name: 'Late' }, { 'if-match': '"7"' })).status).toBe(412)
    expect(await update('kept', { name: 'New' }, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { name: 'New', description: 'd', schema: { type: 'object' } },
    })
    expect((await remove('kept', { 'if-match': '"1"' })).status).toBe(412)
    expect((await remove('kept')).status).toBe(204)
    expect((await get('kept')).status).toBe(404)
    expect((await remove('kept')).status).toBe(404)
  })

  it('of the system, and one that comes with the server, is neither changed nor deleted', async () => {
    await create('fixed', { type: 'object' }, { system: true })
    for (const id of ['fixed', 'user_v0']) {
      expect(await update(id, {})).toMatchObject({ status: 409, body: { error_code: 'schema.protected' } })
      expect(await remove(id)).toMatchObject({ status: 409, body: { error_code: 'schema.protected' } })
      expect((await get(id)).body).toMatchObject({ id, system: true })
    }
    expect((await create('user_v0', { type: 'object' })).status).toBe(409)
  })

  it('is another tenant’s own', async () => {
    const other = await management.tenant('other')
    await create('ours', { type: 'object' })
    expect((await other.call(contract.systemGetSchema, { params: { schID: 'ours' } })).status).toBe(404)
    expect((await create('foreign', {}, { tenant_id: 'other' })).body).toMatchObject({
      error_code: 'request.invalid',
      details: { field: 'tenant_id' },
    })
  })

  const nested = (levels: number): object => (levels === 0 ? {} : { not: nested(levels - 1) })
  it.each([
    ['a reference', { $ref: 'https://evil.example/schema.json' }, 'schema/$ref'],
    ['a reference to itself', { properties: { a: { $recursiveRef: '#' } } }, 'schema/properties/a/$recursiveRef'],
    ['a name of its own', { $id: 'https://evil.example' }, 'schema/$id'],
    ['a pattern that looks ahead', { pattern: '(?=a)b' }, 'schema/pattern'],
    ['a pattern that looks back', { pattern: String.raw`(a)\1` }, 'schema/pattern'],
    ['a pattern that is none', { pattern: '(' }, 'schema/pattern'],
    ['a pattern that is huge', { pattern: '(a{1000}){1000}' }, 'schema/pattern'],
    ['a pattern that is long', { pattern: 'a'.repeat(501) }, 'schema/pattern'],
    ['many patterns', { allOf: Array.from({ length: 9 }, () => ({ pattern: 'a{300}' })) }, 'schema/allOf/6/pattern'],
    ['a slow name of properties', { patternProperties: { '(?!a)': {} } }, 'schema/patternProperties'],
    ['levels without end', nested(9), 'schema/not/not/not/not/not/not/not/not'],
    ['too many parts', { allOf: Array.from({ length: 200 }, () => ({})) }, 'schema/allOf/199'],
    ['10,000 keywords', Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, 1])), 'schema'],
    ['10,000 values', { enum: Array.from({ length: 10_000 }, () => 'a') }, 'schema'],
    ['a keyword of another type', { type: ['object', 'null'] }, 'schema/type'],
    ['a type that is none', { type: 'date' }, 'schema/type'],
    ['a list where a schema belongs', { properties: [] }, 'schema/properties'],
    ['a negative length', { minLength: -1 }, 'schema/minLength'],
    ['a step of nothing', { multipleOf: 0 }, 'schema/multipleOf'],
    ['a property of every object', { constructor: {} }, 'schema/constructor'],
  ])('with %s is refused, and says where', async (_, schema, field) => {
    const refused = await create('hostile', schema)
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'request.invalid' } })
    const { details } = refused.body as unknown as { details: { field: string } }
    expect(details.field).toBe(field)
    expect((await get('hostile')).status).toBe(404)
  })

  it('named by a pool or a user stays', async () => {
    await create('of-pool', { type: 'object' })
    await create('of-user', { type: 'object' })
    const params = { ipID: pool }
    const name = 'Staff'
    await tenant.call(contract.systemUpdatePool, { params, body: { name, business_metadata_schema_id: 'of-pool' } })
    const made = await tenant.call(contract.systemCreateUser, {
      params,
      body: person('names.one', { metadata_schema_id: 'of-user' }),
    })
    expect(made.body).toMatchObject({
      payload_schema_id: 'user_v0',
      metadata_schema_id: 'of-user',
      business_metadata_schema_id: 'of-pool',
    })
    const inUse = { status: 409, body: { error_code: 'schema.in_use' } }
    expect(await remove('of-user')).toMatchObject(inUse)
    expect(await remove('of-pool')).toMatchObject(inUse)
    await tenant.call(contract.systemUpdatePool, { params, body: { name, business_metadata_schema_id: 'user_v0' } })
    // Whoever was created under it is still held to it.
    expect(await remove('of-pool')).toMatchObject(inUse)
    await tenant.call(contract.systemDeleteUser, { params: { ...params, userID: made.body.id } })
    expect((await remove('of-pool')).status).toBe(204)
    expect((await remove('of-user')).status).toBe(204)
  })

  it('leaves its events, without its words', async () => {
    await create('told', { const: 'private words' })
    const events = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'system' },
      query: { event_subject: 'schema', limit: '1' },
    })
    expect(events.body.audit_events).toMatchObject([
      { event_subject: 'schema', action: 'created', payload: { schema_created: { id: 'told', name: 'told' } } },
    ])
    expect(JSON.stringify(events.body)).not.toContain('private words')
  })
})

describe('a person’s data', () => {
  const made = async (username: string, more: object) =>
    tenant.call(contract.systemCreateUser, { params: { ipID: 'held' }, body: person(username, more) })
  beforeAll(async () => {
    await create('address', address)
    await create('level', { properties: { level: { type: 'integer' } } })
    await tenant.call(contract.systemCreatePool, {
      body: { id: 'held', name: 'Held', workspace_id: 'acme', payload_schema_id: 'address' },
    })
  })

  it('meets the schema of the pool where no other is named', async () => {
    expect((await made('ok.one', { payload: { name: 'Robin', tags: ['a', 'b'], 'x-y': 'z' } })).status).toBe(201)
    for (const [fields, payload] of [
      [{ 'payload/name': 'required' }, {}],
      [{ 'payload/name': 'pattern' }, { name: 'secret-value' }],
      [{ 'payload/name': 'minLength' }, { name: 'S' }],
      [{ 'payload/age': 'type' }, { name: 'Robin', age: 'secret-value' }],
      [{ 'payload/tags': 'uniqueItems' }, { name: 'Robin', tags: ['a', 'a'] }],
      [{ 'payload/more': 'additionalProperties' }, { name: 'Robin', more: 'secret-value' }],
      [{ 'payload/x-y': 'type' }, { name: 'Robin', 'x-y': 1 }],
      [{ 'payload/toString': 'type' }, { name: 'Robin', toString: 1 }],
    ] as const) {
      const refused = await made('not.ok', { payload })
      expect(refused).toMatchObject({ status: 422, body: { error_code: 'request.invalid', details: { fields } } })
      expect(JSON.stringify(refused.body)).not.toContain('secret-value')
    }
    const found = await tenant.call(contract.systemGetUserByKey, {
      params: { ipID: 'held' },
      body: { identifier: 'not.ok' },
    })
    expect(found.status).toBe(404)
  })

  it('meets the schema that is named, which must be there', async () => {
    expect((await made('free.one', { payload: { any: 1 }, payload_schema_id: 'user_v0' })).status).toBe(201)
    for (const field of ['payload_schema_id', 'metadata_schema_id', 'business_metadata_schema_id']) {
      expect(await made('no.one', { payload: { name: 'Robin' }, [field]: 'nowhere' })).toMatchObject({
        status: 422,
        body: { details: { field } },
      })
    }
    expect(
      await tenant.call(contract.systemUpdatePool, {
        params: { ipID: 'held' },
        body: { name: 'Held', metadata_schema_id: 'nowhere' },
      }),
    ).toMatchObject({ status: 422, body: { details: { field: 'metadata_schema_id' } } })
  })

  it('meets it when it is changed, alone or together with its schema', async () => {
    const { body } = await made('changing.one', { payload: { name: 'Robin' } })
    const change = (sent: object) =>
      tenant.call(contract.systemUpdateUser, { params: { ipID: 'held', userID: body.id }, body: sent })
    expect((await change({ payload: { name: 'r' } })).status).toBe(422)
    expect((await change({ metadata: { level: 'high' }, metadata_schema_id: 'level' })).status).toBe(422)
    expect((await change({ metadata: { level: 1 }, metadata_schema_id: 'level' })).body).toMatchObject({
      metadata_schema_id: 'level',
      metadata: { level: 1 },
      payload: { name: 'Robin' },
    })
    expect((await change({ payload: { free: true }, payload_schema_id: 'metadata_v0' })).status).toBe(200)
    expect((await change({ payload_schema_id: 'address' })).body).toMatchObject({
      details: { fields: { 'payload/name': 'required' } },
    })
  })

  it('is not judged again when only something else changes', async () => {
    await create('strict-later', { type: 'object' })
    const { body } = await made('later.one', { payload: { a: 1 }, payload_schema_id: 'strict-later' })
    expect((await update('strict-later', { schema: { required: ['b'] } })).status).toBe(200)
    const params = { ipID: 'held', userID: body.id }
    expect((await tenant.call(contract.systemUpdateUser, { params, body: { status: 'inactive' } })).status).toBe(200)
    expect((await tenant.call(contract.systemUpdateUser, { params, body: { payload: { a: 2 } } })).status).toBe(422)
  })

  it('is judged in time that grows with it, whatever the pattern', async () => {
    await create('slow', { properties: { t: { pattern: '^(a+)+$' } } })
    const body = person('slow.one', { payload: { t: `${'a'.repeat(200_000)}!` }, payload_schema_id: 'slow' })
    expect(await tenant.call(contract.systemCreateUser, { params: { ipID: 'held' }, body })).toMatchObject({
      status: 422,
      body: { details: { fields: { 'payload/t': 'pattern' } } },
    })
  })
})
