import * as contract from '@gatehouse/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pools = 0
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
})
afterAll(() => management.close())

const emptyPool = async (): Promise<string> => (await madeBiller(tenant, `b${++pools}`)).pool
const made = (pool: string, name: string, more: object = {}) =>
  madePerson(tenant, pool, `${name}.${pool}`, { credentials: [], ...more })

async function page(pool: string, query: Readonly<Record<string, string>>): Promise<string[]> {
  const { status, body } = await tenant.call(contract.systemListUsers, { params: { ipID: pool }, query })
  expect(status).toBe(200)
  return body.users.map((user: contract.ListedUser) => user.id)
}

const found = (pool: string, user_key: string, more: object = {}) =>
  page(pool, { limit: '100', query: JSON.stringify({ user_key, ...more }) })

const uuids = fc.uuid({ version: 4 })

describe('a list of users that is read page by page', () => {
  it('shows everybody who was there all the time exactly once, whoever comes and goes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          before: fc.uniqueArray(uuids, { minLength: 1, maxLength: 8 }),
          limit: fc.integer({ min: 1, max: 4 }),
          order: fc.constantFrom('asc', 'desc'),
          isByKey: fc.boolean(),
          isBackwards: fc.boolean(),
          meanwhile: fc.array(fc.oneof(uuids, fc.nat({ max: 7 })), { maxLength: 6 }),
        }),
        async ({ before, limit, order, isByKey, isBackwards, meanwhile }) => {
          const pool = await emptyPool()
          let made_ = 0
          const add = (id: string) => made(pool, `anna${made_++}`, { id })
          for (const id of before) await add(id)
          const gone = new Set<string>()
          const seen: string[] = []
          let cursor: Record<string, string> = isBackwards ? { before_user_id: order === 'asc' ? last : first } : {}
          for (;;) {
            const filter = isByKey ? { query: '{"user_key":"anna"}' } : {}
            const ids = await page(pool, { limit: String(limit), order, ...filter, ...cursor })
            seen.push(...(isBackwards ? ids.toReversed() : ids))
            const next = seen.at(-1)
            if (ids.length < limit || next === undefined) break
            cursor = { [isBackwards ? 'before_user_id' : 'after_user_id']: next }
            const event = meanwhile.shift()
            if (typeof event === 'string' && !before.includes(event)) await add(event)
            const leaving = typeof event === 'number' ? before[event] : undefined
            if (leaving !== undefined && !gone.has(leaving)) {
              gone.add(leaving)
              await tenant.call(contract.systemDeleteUser, { params: { ipID: pool, userID: leaving } })
            }
          }
          expect(new Set(seen).size).toBe(seen.length)
          const inOrder = seen.toSorted()
          expect(seen).toEqual((order === 'asc') === isBackwards ? inOrder.toReversed() : inOrder)
          for (const id of before) if (!gone.has(id)) expect(seen).toContain(id)
        },
      ),
      { numRuns: 12 },
    )
  })
})
const first = '00000000-0000-0000-0000-000000000000'
const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

describe('a user key', () => {
  it('finds by the beginning and the end of identifiers and verified addresses, and by the id', async () => {
    const pool = await emptyPool()
    const address = (text: string, verified: boolean) => [{ type: 'email', address: text, status: 'active', verified }]
    const identifiers = (...names: string[]) => names.map((identifier) => ({ type: 'uid', identifier }))
    const id = '6f1d2c3b-0000-4000-8000-00000000000a'
    const one = await made(pool, 'one', {
      id,
      identifiers: identifiers(`Söderberg-17`, 'x_odd%'),
      verifiable_addresses: address('x@left.example', true),
    })
    const two = await made(pool, 'two', {
      identifiers: identifiers('left-handed', 'left-over'),
      verifiable_addresses: address('y@other.example', false),
    })
    const both = [one, two].toSorted()
    expect(await found(pool, 'söder')).toEqual([one])
    expect(await found(pool, 'SÖDER')).toEqual([one])
    expect(await found(pool, 'BERG-17')).toEqual([one])
    expect(await found(pool, 'derb')).toEqual([])
    expect(await found(pool, 'left')).toEqual([two])
    expect(await found(pool, 'left.example')).toEqual([one])
    expect(await found(pool, 'y@other')).toEqual([])
    expect(await found(pool, id)).toEqual([one])
    expect(await found(pool, id.slice(0, 8))).toEqual([])
    expect(await found(pool, '%')).toEqual([one])
    expect(await found(pool, 'x_')).toEqual([one])
    expect(await found(pool, '_odd%')).toEqual([one])
    expect(await found(pool, '%odd')).toEqual([])
    expect(await found(pool, '*left')).toEqual([])
    expect(await found(pool, String.raw`\ `)).toEqual([])
    expect(await found(pool, 'e', {})).toEqual([one])
    expect((await found(pool, 'l')).toSorted()).toEqual(both.filter((user) => user === two))
  })

  it('finds together with what payload and metadata hold', async () => {
    const pool = await emptyPool()
    const one = await made(pool, 'anna1', { payload: { city: 'Bern', tags: ['a', 'b'] }, metadata: { vip: true } })
    await made(pool, 'anna2', { payload: { city: 'Bern' } })
    expect(await found(pool, 'anna', { payload: { city: 'Bern' } })).toHaveLength(2)
    expect(await found(pool, 'anna', { payload: { tags: ['b'] } })).toEqual([one])
    expect(await found(pool, 'anna', { payload: { city: 'Bern' }, metadata: { vip: true } })).toEqual([one])
    expect(await found(pool, 'anna', { metadata: { vip: false } })).toEqual([])
  })
})
