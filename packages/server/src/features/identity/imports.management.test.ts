import { createHash } from 'node:crypto'
import * as contract from '@gatehouse/contract'
import type { ImportVerdict } from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeMultiConnection } from '../../platform/db/testing/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson, person } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pools = 0

beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('t')
})
afterAll(() => management.close())

/** A pool of an organization of its own. */
async function newPool(): Promise<string> {
  pools += 1
  return (await madeBiller(tenant, `biller-${pools}`)).pool
}

const hashed = (format: string, hash: string, salt?: string) => [
  { type: 'password', hashed_password: { format, hash, ...(salt !== undefined && { salt }) } },
]
/** SHA-1 of the password alone, which is quick to make. */
const sha1 = hashed('unsalted-sha1', createHash('sha1').update(goodPassword).digest('hex'))

const imported = (username: string, more: object = {}) => person(username, { credentials: sha1, ...more })

async function importLines(
  ipID: string,
  body: unknown,
  { key = 'file', offset = 0 }: { key?: string; offset?: number } = {},
): Promise<{ readonly status: number; readonly lines: readonly ImportVerdict[] }> {
  const { status, body: lines } = await tenant.call(contract.importUsers, {
    params: { ipID },
    query: { offset: String(offset) },
    headers: { 'idempotency-key': key },
    body,
  })
  return { status, lines: lines as unknown as readonly ImportVerdict[] }
}

async function countUsers(ipID: string): Promise<number> {
  const query = management.db.reader.selectFrom('users').select((eb) => eb.fn.countAll<string>().as('users'))
  return Number((await query.where('pool_id', '=', ipID).executeTakeFirstOrThrow()).users)
}

const several = (count: number, prefix = 'somebody') =>
  Array.from({ length: count }, (_, at) => imported(`${prefix}.${pools}.${at}`))

describe('a file of users', () => {
  it('is taken in line by line, and each can sign in with the password they had', async () => {
    const ipID = await newPool()
    const salted = createHash('md5').update(`salt${goodPassword}`).digest('hex')
    const people = [
      imported('anna.imports'),
      imported('ben.imports', { credentials: hashed('salted-md5-first', salted, 'salt') }),
      imported('carl.imports', { credentials: [], metadata: { from: 'a "legacy" table, {1,2}' } }),
    ]
    const { status, lines } = await importLines(ipID, people)
    expect(status).toBe(200)
    expect(lines).toMatchObject([
      { line: 1, status: 'created' },
      { line: 2, status: 'created' },
      { line: 3, status: 'created' },
    ])
    for (const identifier of ['anna.imports', 'ben.imports']) {
      const verified = await tenant.call(contract.verifyPasswordV2, {
        params: { ipID },
        body: { identifier, password: goodPassword },
      })
      expect(verified.status).toBe(200)
    }
    const carl = await tenant.call(contract.systemGetUser, { params: { ipID, userID: lines[2]?.id ?? '' } })
    expect(carl.body).toMatchObject({
      status: 'active',
      metadata: { from: 'a "legacy" table, {1,2}' },
      identifiers: [{ identifier: 'carl.imports', type: 'uid' }],
      verifiable_addresses: [{ address: 'carl.imports@example.test', verified: true }],
      credentials: [],
    })
  })

  it('makes the same user as systemCreateUser does', async () => {
    const ipID = await newPool()
    const more = {
      payload: { name: 'É' },
      business_metadata: { n: 1 },
      status: 'new',
      identifiers: [
        { type: 'uid', identifier: 'Ünï.Code' },
        { type: 'external', identifier: 'crm-7', metadata: { a: [1] } },
      ],
      verifiable_addresses: [{ type: 'mobile', address: '+49 170 1234567', status: 'inactive', verified: false }],
      credentials: [{ ...sha1[0], must_be_reset: true }],
    }
    await importLines(ipID, [more])
    const other = await newPool()
    const one = await tenant.call(contract.systemCreateUser, {
      params: { ipID: other },
      body: { ...more, identifiers: [{ type: 'uid', identifier: 'ünï.code2' }, more.identifiers[1]] },
    })
    expect(one.status).toBe(201)
    const rows = async (table: 'users' | 'identifiers' | 'addresses' | 'passwords', pool: string) => {
      const all = await management.db.reader.selectFrom(table).selectAll().execute()
      const ids = await management.db.reader.selectFrom('users').select('user_id').where('pool_id', '=', pool).execute()
      return all
        .filter((row) => ids.some(({ user_id }) => user_id === row.user_id))
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              /_id$|_at$|sealed/.test(name) && value !== null
                ? typeof value
                : JSON.stringify(value).replace('ode2', 'ode'),
            ]),
          ),
        )
        .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    }
    for (const table of ['users', 'identifiers', 'addresses', 'passwords'] as const) {
      const [mine, theirs] = [await rows(table, ipID), await rows(table, other)]
      expect(mine.map((row) => JSON.stringify(row).toLowerCase())).toEqual(
        theirs.map((row) => JSON.stringify(row).toLowerCase()),
      )
    }
  })

  it('says of every bad line why, by its number, and takes the others', async () => {
    const ipID = await newPool()
    await madePerson(tenant, ipID, 'was.here')
    const id = management.needs.random.uuid()
    const { lines } = await importLines(ipID, [
      imported('good.one', { id }),
      '{"status":',
      '{"status":"active","status":"active"}',
      '{"status":"active","__proto__":{}}',
      imported('x', { nonsense: 1 }),
      'x'.repeat(70_000),
      '',
      imported('bad\u0007name'),
      person('in.clear'),
      imported('bad.hash', { credentials: hashed('bcrypt', '$2b$31$nonsense') }),
      imported('dear.hash', { credentials: hashed('sha512-crypt', `$6$rounds=999999999$salt$${'.'.repeat(86)}`) }),
      imported('WAS.here'),
      imported('Good.One'),
      imported('good.two', { id }),
      imported('twice', {
        identifiers: [
          { type: 'uid', identifier: 'a' },
          { type: 'uid', identifier: 'A' },
        ],
      }),
      imported('good.three'),
    ])
    expect(lines.map(({ line, status, reason, same_as_line }) => [line, status, reason, same_as_line])).toEqual([
      [1, 'created', undefined, undefined],
      [2, 'refused', 'malformed', undefined],
      [3, 'refused', 'malformed', undefined],
      [4, 'refused', 'malformed', undefined],
      [5, 'refused', 'malformed', undefined],
      [6, 'refused', 'too_long', undefined],
      [7, 'refused', 'malformed', undefined],
      [8, 'refused', 'invalid', undefined],
      [9, 'refused', 'password_in_clear', undefined],
      [10, 'refused', 'hash_unusable', undefined],
      [11, 'refused', 'hash_unusable', undefined],
      [12, 'refused', 'identifier_taken', undefined],
      [13, 'refused', 'duplicate', 1],
      [14, 'refused', 'duplicate', 1],
      [15, 'refused', 'invalid', undefined],
      [16, 'created', undefined, undefined],
    ])
    expect(JSON.stringify(lines)).not.toContain(goodPassword)
    expect(await countUsers(ipID)).toBe(3)
  })

  it('refuses what is taken in any way, whatever it is beside', async () => {
    const ipID = await newPool()
    const taken = await madePerson(tenant, ipID, 'first.of.all', {
      identifiers: [
        { type: 'uid', identifier: 'first.of.all' },
        { type: 'external', identifier: 'crm-1' },
      ],
    })
    const { lines } = await importLines(ipID, [
      imported('fine.one'),
      imported('same.id', { id: taken }),
      imported('same.crm', {
        identifiers: [
          { type: 'uid', identifier: 'same.crm' },
          { type: 'external', identifier: 'crm-1' },
        ],
      }),
      imported('half', {
        identifiers: [
          { type: 'uid', identifier: 'half.new' },
          { type: 'uid', identifier: 'first.of.all' },
        ],
      }),
      imported('fine.two'),
    ])
    expect(lines.map(({ reason }) => reason)).toEqual([
      undefined,
      'id_taken',
      'identifier_taken',
      'identifier_taken',
      undefined,
    ])
    // What the refused ones would have taken is free.
    const again = await importLines(ipID, [imported('same.id'), imported('same.crm'), imported('half.new')], {
      key: 'b',
    })
    expect(again.lines.map(({ status }) => status)).toEqual(['created', 'created', 'created'])
  })

  it('finds a double across batches by its line, and writes one event a batch', async () => {
    const ipID = await newPool()
    const people = several(1200)
    people[1100] = imported(`SOMEBODY.${pools}.7`)
    const { lines } = await importLines(ipID, people)
    expect(lines.map(({ line }) => line)).toEqual(people.map((_, at) => at + 1))
    expect(lines.filter(({ status }) => status === 'refused')).toEqual([
      { line: 1101, status: 'refused', reason: 'duplicate', same_as_line: 8 },
    ])
    expect(await countUsers(ipID)).toBe(1199)
    const { body } = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { limit: '100', affected_user_pool_id: ipID },
    })
    const events = body.audit_events.filter((event) => event.event_subject === 'user')
    expect(events.map(({ payload }) => payload)).toMatchObject({ length: 3 })
  })
})

describe('a file that comes again', () => {
  it('is told the same verdicts, and nobody is made twice', async () => {
    const ipID = await newPool()
    const people = [...several(700), 'not json']
    const first = await importLines(ipID, people)
    const second = await importLines(ipID, people)
    expect(second.lines).toEqual(first.lines.map((verdict) => ({ ...verdict, done_before: true })))
    expect(await countUsers(ipID)).toBe(700)
  })

  it('goes on from any line, with what was done told as such', async () => {
    const ipID = await newPool()
    const people = several(1300)
    const first = await importLines(ipID, people.slice(0, 750))
    const rest = await importLines(ipID, people.slice(600), { offset: 600 })
    expect(rest.lines.map(({ line }) => line)).toEqual(people.slice(600).map((_, at) => 601 + at))
    expect(rest.lines.slice(0, 150).map(({ id, done_before: done }) => [id, done])).toEqual(
      first.lines.slice(600).map(({ id }) => [id, true]),
    )
    expect(rest.lines.slice(150).every(({ status, done_before: done }) => status === 'created' && !done)).toBe(true)
    const whole = await importLines(ipID, people)
    expect(whole.lines.every(({ done_before: done, status }) => done === true && status === 'created')).toBe(true)
    expect(await countUsers(ipID)).toBe(1300)
  })

  it('fills a gap that an offset has left', async () => {
    const ipID = await newPool()
    const people = several(30)
    await importLines(ipID, people.slice(20), { offset: 20 })
    await importLines(ipID, people.slice(5, 10), { offset: 5 })
    const whole = await importLines(ipID, people)
    expect(whole.lines.filter(({ done_before: done }) => done === true).map(({ line }) => line)).toEqual([
      6, 7, 8, 9, 10, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    ])
    expect(await countUsers(ipID)).toBe(30)
  })

  it('is refused with 422 when it is another file, and in the last line when that shows later', async () => {
    const ipID = await newPool()
    const people = several(800)
    await importLines(ipID, people)
    const other = await importLines(ipID, [imported('somebody.else'), ...people.slice(1)])
    expect(other).toMatchObject({ status: 422, lines: { error_code: 'request.invalid' } })
    const later = await importLines(ipID, [...people.slice(0, 700), imported('somebody.else')])
    expect(later.status).toBe(200)
    expect(later.lines).toHaveLength(501)
    expect(later.lines.at(-1)).toMatchObject({ error_code: 'request.invalid', status_code: 422 })
    expect(await countUsers(ipID)).toBe(800)
  })

  it('is another file in another pool, and under another key', async () => {
    const [a, b] = [await newPool(), await newPool()]
    await importLines(a, [imported('only.in.a')])
    expect((await importLines(b, [imported('only.in.b')])).lines).toMatchObject([{ status: 'created' }])
    const again = await importLines(a, [imported('only.in.a')], { key: 'another' })
    expect(again.lines).toMatchObject([{ status: 'refused', reason: 'identifier_taken' }])
  })
})

describe('a request for an import', () => {
  it.each([
    ['without a key', { 'idempotency-key': '' }],
    ['with a key of 101 characters', { 'idempotency-key': 'k'.repeat(101) }],
    ['with a key that is not visible', { 'idempotency-key': 'a b' }],
  ])('%s is refused', async (_name, headers) => {
    const ipID = await newPool()
    const { status } = await tenant.call(contract.importUsers, {
      params: { ipID },
      headers,
      body: [imported('nobody')],
    })
    expect(status).toBe(400)
    expect(await countUsers(ipID)).toBe(0)
  })

  it('with JSON for a body is refused, as lines are everywhere else', async () => {
    const ipID = await newPool()
    const asJson = await tenant.call(contract.importUsers, {
      params: { ipID },
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(asJson.status).toBeGreaterThanOrEqual(400)
    const asLines = await tenant.call(contract.systemCreateUser, {
      params: { ipID },
      headers: { 'content-type': 'application/x-ndjson' },
      body: imported('nobody'),
    })
    expect(asLines.status).toBeGreaterThanOrEqual(400)
    expect(await countUsers(ipID)).toBe(0)
  })

  it('without a line, and with a bad offset, makes nobody', async () => {
    const ipID = await newPool()
    expect(await importLines(ipID, '')).toEqual({ status: 200, lines: [] })
    expect((await importLines(ipID, [imported('nobody')], { offset: -1 })).status).toBe(400)
    expect(await countUsers(ipID)).toBe(0)
  })
})

describeMultiConnection('two at the same time', () => {
  it('with one file make everybody once, and hear the same verdicts', async () => {
    const ipID = await newPool()
    const people = several(1500)
    const [a, b] = await Promise.all([importLines(ipID, people), importLines(ipID, people)])
    expect(a.lines.map(({ id }) => id)).toEqual(b.lines.map(({ id }) => id))
    expect(await countUsers(ipID)).toBe(1500)
  })

  it('with files that share half their names make everybody once', async () => {
    const ipID = await newPool()
    const people = several(1500)
    const [a, b] = await Promise.all([
      importLines(ipID, people.slice(0, 1000), { key: 'a' }),
      importLines(ipID, people.slice(500).toReversed(), { key: 'b' }),
    ])
    const created = [...a.lines, ...b.lines].filter(({ status }) => status === 'created')
    expect(created).toHaveLength(1500)
    expect(await countUsers(ipID)).toBe(1500)
  })

  it('with single creations beside them make everybody once', async () => {
    const ipID = await newPool()
    const people = several(600)
    const singles = people.slice(0, 60).map(async (one) => {
      const { status } = await tenant.call(contract.systemCreateUser, { params: { ipID }, body: one })
      expect([201, 409]).toContain(status)
      return status
    })
    const [{ lines }, ...statuses] = await Promise.all([importLines(ipID, people), ...singles])
    const made = lines.filter(({ status }) => status === 'created').length
    expect(made + statuses.filter((status) => status === 201).length).toBe(600)
    expect(await countUsers(ipID)).toBe(600)
  })
})

describe('what systemCreateUser holds people to', () => {
  it('holds for a file: schemas line by line, authenticators, metadata of addresses', async () => {
    const ipID = await newPool()
    const schema = { type: 'object', properties: { name: { type: 'string', maxLength: 5 } }, required: ['name'] }
    const made = await tenant.call(contract.systemCreateSchema, {
      body: { tenant_id: 't', id: 'short-names', name: 'Short names', schema },
    })
    expect(made.status).toBe(201)
    const held = (name: string, given: string) =>
      imported(name, { payload: { name: given }, payload_schema_id: 'short-names' })
    const { lines } = await importLines(ipID, [
      held('meets.schema', 'Ann'),
      held('breaks.schema', 'Annabella'),
      imported('no.schema', { payload_schema_id: 'no-such-schema' }),
      imported('has.totp', { credentials: [{ type: 'totp', totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }] }),
      imported('bad.totp', { credentials: [{ type: 'totp', totp_secret: 'short' }] }),
    ])
    expect(lines.map(({ status, reason }) => reason ?? status)).toEqual([
      'created',
      'invalid',
      'invalid',
      'created',
      'invalid',
    ])
    const shown = await tenant.call(contract.systemGetUser, { params: { ipID, userID: lines[3]?.id ?? '' } })
    expect(shown.body).toMatchObject({ credentials: [{ type: 'totp' }] })
    expect(await countUsers(ipID)).toBe(2)
  })
})
