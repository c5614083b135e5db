import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import type { MovableClock } from '../../platform/clock/index.ts'
import { testDatabase, describeMultiConnection } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { nameKeys } from '../directory/index.ts'
import { codeRule, createThrottle, passwordRule } from './throttle.ts'
import type { Throttle, TryOutcome } from './throttle.ts'
import { deleteForgotten } from './throttle.store.ts'

let database: TestDatabase
let clock: MovableClock
let throttle: Throttle
let key: Buffer
const workspace = { tenantId: 'harbor', workspaceId: 'portal' }

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(() => {
  clock = movableClock(new Date('2026-11-21T08:00:00.250Z'))
  throttle = createThrottle({
    db: database.db,
    clock,
    secret: systemRandom.bytes(32),
    nameKeys: nameKeys(systemRandom.bytes(32)),
  })
  key = throttle.keyOf('test', systemRandom.secret())
})

const take = (rule = passwordRule): Promise<TryOutcome> => throttle.takeTry(key, rule)
async function fail(times: number, rule = passwordRule): Promise<void> {
  for (let tried = 0; tried < times; tried += 1) expect(await take(rule)).toStrictEqual({ kind: 'allowed' })
}
/** How long the next try has to wait, in seconds; 0 when it may be made. Refused tries change nothing. */
async function waitOf(rule = passwordRule): Promise<number> {
  const outcome = await take(rule)
  return outcome.kind === 'allowed' ? 0 : outcome.untilSeconds - clock.nowSeconds()
}

describe('wrong tries', () => {
  it('are answered at once ten times, and then wait', async () => {
    await fail(10)
    expect(await waitOf()).toBeGreaterThan(0)
  })

  it('wait twice as long after each further one, and never longer than a quarter of an hour', async () => {
    await fail(10)
    const waits: number[] = []
    for (let further = 0; further < 7; further += 1) {
      const outcome = await take()
      if (outcome.kind === 'allowed') throw new Error('a try was allowed that had to wait')
      const until = outcome.untilSeconds * 1000
      waits.push(Math.floor((until - clock.now().getTime()) / 1000))
      clock.move({ milliseconds: until - clock.now().getTime() })
      // Allowed at the very second that was told, and counted as one more.
      expect(await take()).toStrictEqual({ kind: 'allowed' })
    }
    expect(waits).toStrictEqual([60, 120, 240, 480, 900, 900, 900])
  })

  it('that are refused do not make the wait longer', async () => {
    await fail(10)
    const first = await take()
    clock.move({ seconds: 30 })
    for (let more = 0; more < 20; more += 1) expect(await take()).toStrictEqual(first)
  })

  it('are forgotten a day after the last one', async () => {
    await fail(9)
    clock.move({ seconds: 24 * 3600 - 1 })
    await fail(1)
    expect(await waitOf()).toBeGreaterThan(0)
    clock.move({ seconds: 24 * 3600 + 1 })
    await fail(10)
    expect(await waitOf()).toBeGreaterThan(0)
  })

  it('are forgiven by a right one', async () => {
    await fail(9)
    await throttle.forgive(key)
    await fail(10)
    expect(await waitOf()).toBeGreaterThan(0)
    await throttle.forgive(key)
    expect(await waitOf()).toBe(0)
  })

  it('of one name are nobody else’s', async () => {
    await fail(10)
    expect(await throttle.takeTry(throttle.keyOf('test', 'somebody else'), passwordRule)).toStrictEqual({
      kind: 'allowed',
    })
  })

  it('with codes wait sooner and longer', async () => {
    await fail(5, codeRule)
    expect(await waitOf(codeRule)).toBeGreaterThanOrEqual(300)
  })

  it('under a rule of one free try wait after the first', async () => {
    const rule = { freeTries: 1, firstWaitSeconds: 60, longestWaitSeconds: 900 }
    await fail(1, rule)
    expect(await waitOf(rule)).toBeGreaterThanOrEqual(60)
  })

  it('never exceed the limit, however many are made one after the other', async () => {
    const outcomes: string[] = []
    for (let tried = 0; tried < 100; tried += 1) outcomes.push((await take()).kind)
    expect(outcomes.filter((kind) => kind === 'allowed')).toHaveLength(10)
  })
})

describeMultiConnection('wrong tries at the same moment', () => {
  it('never exceed the limit: of 100 at the first, 10; of 100 after the wait, one', async () => {
    const all = async (): Promise<number> =>
      (await Promise.all(Array.from({ length: 100 }, () => take()))).filter(({ kind }) => kind === 'allowed').length
    expect(await all()).toBe(10)
    clock.move({ seconds: 61 })
    expect(await all()).toBe(1)
  })
})

describe('the key of a name', () => {
  it('is one for every way of writing it (BF01)', () => {
    const variants = ['jane', 'JANE', ' Jane ', '\u00A0jane', 'ja\u200Bne', 'ｊａｎｅ', 'jane\uFEFF', 'Jane\t']
    const keys = variants.map((typed) => throttle.keyOfName(workspace, typed).toString('hex'))
    expect(new Set(keys).size).toBe(1)
  })

  it('is another for another name, another workspace and another tenant', () => {
    const keys = [
      throttle.keyOfName(workspace, 'jane'),
      throttle.keyOfName(workspace, 'joan'),
      throttle.keyOfName({ ...workspace, workspaceId: 'admin' }, 'jane'),
      throttle.keyOfName({ ...workspace, tenantId: 'staging' }, 'jane'),
      throttle.keyOf('name', 'jane'),
    ].map((one) => one.toString('hex'))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('counts for names that nobody has and that no username could be', async () => {
    for (const typed of ['nobody-has-this', '', 'a\u0000b', 'x'.repeat(100_000), '\uD800']) {
      key = throttle.keyOfName(workspace, typed)
      await fail(10)
      expect(await waitOf()).toBeGreaterThan(0)
    }
  })

  it('is stored, never the name', async () => {
    key = throttle.keyOfName(workspace, 'very-special-name')
    await fail(1)
    const rows = await database.db.reader.selectFrom('throttles').selectAll().where('throttle_key', '=', key).execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('special')
    expect(Buffer.from(rows[0]!.throttle_key).toString('latin1')).not.toContain('special')
  })
})

describe('tidying', () => {
  it('removes only what would be forgotten anyway', async () => {
    await fail(3)
    clock.move({ seconds: 24 * 3600 })
    await database.db.transaction((tx) => deleteForgotten(tx, clock.now()))
    const rowsOf = () =>
      database.db.reader.selectFrom('throttles').select('failures').where('throttle_key', '=', key).execute()
    expect(await rowsOf()).toStrictEqual([{ failures: 3 }])
    clock.move({ seconds: 1 })
    await database.db.transaction((tx) => deleteForgotten(tx, clock.now()))
    expect(await rowsOf()).toStrictEqual([])
  })
})
