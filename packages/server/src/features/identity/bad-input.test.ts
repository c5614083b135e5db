import * as contract from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'

/*
 * Every row of the contract against requests that are wrong in ways that do not depend on what it does. A new row takes
 * part by being in the contract.
 */

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let ids: Readonly<Record<string, string>>
let before: string

beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('ours')
  const { organization, pool } = await madeBiller(tenant, 'biller')
  ids = { tid: 'ours', wid: organization, ipID: pool, userID: await madePerson(tenant, pool, 'somebody') }
  before = await everyTable()
})
afterAll(() => management.close())

/** How many rows each table has. */
async function everyTable(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(management.db.reader)
  const counts = await Promise.all(
    tables.map(async ({ name }) => {
      const counted = await sql<{ n: string }>`select count(*) as n from ${sql.raw(name)}`.execute(management.db.reader)
      return `${name} ${counted.rows[0]?.n}`
    }),
  )
  return counts.join('\n')
}

interface Shape {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Shape>>
}
const shapeOf = (schema: object): Shape => schema

const rows = contract.secureAuthOperations.map((operation) => ({ operation, name: contract.nameOf(operation) }))
const withBody = rows.filter(
  // Lines are judged one by one, by a test of their own.
  ({ operation }) =>
    operation.body !== contract.noBody && operation.isLines !== true && shapeOf(operation.body).type === 'object',
)
const withQuery = rows.filter(({ operation }) => 'limit' in (shapeOf(operation.query).properties ?? {}))

/** Sends a body as it stands. */
async function send(operation: Operation, payload: string | Buffer, contentType = 'application/json') {
  return management.app.inject({
    method: operation.method,
    url: addressOf(operation),
    headers: { authorization: `Bearer ${tenant.token}`, 'content-type': contentType },
    payload,
  })
}

/** Where the address does not name the tenant, the query does. */
function addressOf({ surface, path }: Pick<Operation, 'surface' | 'path'>, ...query: string[]): string {
  const below = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x')
  const [start, asked] =
    surface !== 'hub'
      ? [`/api/${surface}/ours`, query]
      : ['/api/hub', path.includes('{tid}') ? query : ['tid=ours', ...query]]
  return `${start}${below}${asked.length > 0 ? '?' : ''}${asked.join('&')}`
}

function expectRefused(response: Awaited<ReturnType<typeof send>>, status: number, code: string): void {
  expect([response.statusCode, response.json()]).toMatchObject([status, { status_code: status, error_code: code }])
}

const expectMalformed = (response: Awaited<ReturnType<typeof send>>): void =>
  expectRefused(response, 400, 'request.malformed')
/** A value that the shape does not take; undefined where it takes everything. */
function wrongFor({ type, enum: values }: Shape): unknown {
  if (values) return 'no such word'
  return { array: {}, boolean: 'yes', integer: 'one', number: 'one', object: 'x', string: 1 }[type ?? '']
}

describe.each(withBody)('$name', ({ operation }) => {
  it('refuses a body that is larger than any here, and one of another kind', async () => {
    expectRefused(await send(operation, JSON.stringify({ x: 'x'.repeat(300_000) })), 413, 'request.too_large')
    const response = await send(operation, 'a=1', 'application/x-www-form-urlencoded')
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    expect(response.statusCode).toBeLessThan(500)
  })

  it.each([
    ['that is no JSON', '{'],
    ['with something after it', '{} {}'],
    ['that is a list', '[]'],
    ['that is a text', '"x"'],
    ['that is a number', '1'],
    ['that is null', 'null'],
    ['with a field twice', '{"name":"a","name":"b"}'],
    ['with a field that nobody knows', '{"no_such_field":1}'],
    ['with a prototype', '{"__proto__":{"admin":true}}'],
    ['with a zero character', String.raw`{"name":"a\u0000b"}`],
    ['with a constructor', '{"constructor":{"prototype":{"admin":true}}}'],
    ['with a number beyond what is exact', '{"name":9007199254740993}'],
    ['of a thousand levels', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('refuses a body %s (API9)', async (what, payload) => {
    const response = await send(operation, payload)
    // A whole document is read field by field by whoever takes it in, after what it belongs to was found.
    const isDocument = shapeOf(operation.body).properties === undefined && /nobody knows|constructor/.test(what)
    if (isDocument) expect([404, 422]).toContain(response.statusCode)
    else expectMalformed(response)
  })

  const fields = Object.entries(shapeOf(operation.body).properties ?? {}).filter(
    ([, shape]) => wrongFor(shape) !== undefined,
  )
  it.each(fields)('refuses a %s of another type', async (field, shape) => {
    expectMalformed(await send(operation, JSON.stringify({ [field]: wrongFor(shape) })))
    expectMalformed(await send(operation, JSON.stringify({ [field]: null })))
  })

  const lists = fields.filter(([, shape]) => shape.type === 'array')
  it.runIf(lists.length > 0).each(lists)('refuses ten thousand %s', async (field) => {
    expectMalformed(await send(operation, JSON.stringify({ [field]: Array.from({ length: 10_000 }, () => 'x') })))
  })
})

describe.each(rows)('$name', ({ operation }) => {
  it('refuses a parameter that it does not have (D-04)', async () => {
    const response = await management.app.inject({
      method: operation.method,
      url: addressOf(operation, 'no_such_parameter=1'),
      headers: { authorization: `Bearer ${tenant.token}` },
    })
    expectMalformed(response)
  })

  it.runIf(/\{(?!tid)/.test(operation.path))('refuses an address with a zero character in it', async () => {
    const response = await management.app.inject({
      method: operation.method,
      url: addressOf({ ...operation, path: operation.path.replace(/\{(?!tid)\w+\}/, 'a%00') }),
      headers: { authorization: `Bearer ${tenant.token}` },
    })
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    expect(response.statusCode).toBeLessThan(500)
  })
})

describe.each(withQuery)('$name', ({ operation }) => {
  it.each(['limit=0', 'limit=100000', 'limit=x', 'limit=1&limit=2', 'limit=1e1', 'limit[]=1'])(
    'refuses %s',
    async (query) => {
      const response = await management.app.inject({
        method: operation.method,
        url: addressOf(operation, query),
        headers: { authorization: `Bearer ${tenant.token}` },
      })
      expectMalformed(response)
    },
  )
})

it('nothing of all this is written anywhere', async () => {
  expect(await everyTable()).toBe(before)
})
