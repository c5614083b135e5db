import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addSeconds, movableClock } from '../../platform/clock/index.ts'
import type { MovableClock } from '../../platform/clock/index.ts'
import { readConfig } from '../../platform/config/index.ts'
import { testDatabase, describeMultiConnection } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { nameKeys } from '../directory/index.ts'
import { throttleRules } from './throttle-rules.ts'
import type { Purpose } from './throttle-rules.ts'
import { createThrottle } from './throttle.ts'
import type { Throttle, Trier, TryOutcome } from './throttle.ts'
import { deleteForgotten } from './throttle.store.ts'

const house = '192.0.2.1'
const workspace = { tenantId: 'harbor', workspaceId: 'portal' }
const nameKeysOfTest = nameKeys(systemRandom.bytes(32))
const secret = systemRandom.bytes(32)

let database: TestDatabase
let clock: MovableClock
let throttle: Throttle
let subject: Buffer

const throttleWith = (settings: Readonly<Record<string, string>> = {}): Throttle =>
  createThrottle({
    db: database.db,
    clock,
    secret,
    nameKeys: nameKeysOfTest,
    rules: throttleRules(readConfig(settings).throttle),
  })

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = movableClock(new Date('2026-11-21T08:00:00.250Z'))
  throttle = throttleWith()
  subject = throttle.subjectOf(workspace, systemRandom.secret())
  await database.db.transaction((tx) => tx.deleteFrom('throttles').execute())
})

const network = (at: number): string => `198.51.${Math.floor(at / 250)}.${(at % 250) + 1}`
const from = (ipAddress: string, more: Partial<Trier> = {}): Trier => ({ ipAddress, ...more })
const take = (trier: Trier = from(house), purpose: Purpose = 'password'): Promise<TryOutcome> =>
  throttle.takeTry(purpose, subject, trier)
async function fail(times: number, trier?: Trier, purpose?: Purpose): Promise<void> {
  for (let tried = 0; tried < times; tried += 1) {
    expect(await take(trier, purpose)).toMatchObject({ kind: 'allowed' })
  }
}
async function succeed(trier?: Trier, purpose?: Purpose): Promise<void> {
  const outcome = await take(trier, purpose)
  if (outcome.kind !== 'allowed') throw new Error(`the try was answered ${outcome.kind}`)
  await throttle.giveBack(outcome)
}
/** What the next try is told: `allowed`, or what to wait for and how many seconds. Refused tries change nothing. */
async function next(trier?: Trier, purpose?: Purpose): Promise<string> {
  const outcome = await take(trier, purpose)
  return outcome.kind === 'allowed' ? 'allowed' : `${outcome.kind} ${outcome.untilSeconds - clock.nowSeconds()}`
}
const somebodyElse = (): void => {
  subject = throttle.subjectOf(workspace, systemRandom.secret())
}

describe('wrong tries of one name from one network', () => {
  it('are answered at once ten times, and then wait (A13)', async () => {
    await fail(10)
    expect(await next()).toBe('wait 61')
  })

  it('wait twice as long after each further one, and never longer than a quarter of an hour', async () => {
    await fail(10)
    const waits: number[] = []
    for (let further = 0; further < 7; further += 1) {
      const outcome = await take()
      if (outcome.kind !== 'wait') throw new Error(`a try was answered ${outcome.kind} that had to wait`)
      const until = outcome.untilSeconds * 1000
      waits.push(Math.floor((until - clock.now().getTime()) / 1000))
      clock.move({ milliseconds: until - clock.now().getTime() })
      // Allowed at the very second that was told, and counted as one more.
      expect(await take()).toMatchObject({ kind: 'allowed' })
    }
    expect(waits).toStrictEqual([60, 120, 240, 480, 900, 900, 900])
  })

  it('that are refused make neither the wait longer nor the name closed (BF05)', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_NETWORK_TRIES: '1000' })
    await fail(10)
    const first = await take()
    clock.move({ seconds: 30 })
    for (let more = 0; more < 150; more += 1) expect(await take(from('::ffff:192.0.2.1'))).toStrictEqual(first)
    expect(await next(from(network(1)))).toBe('allowed')
  })

  it('are forgotten a day after the last one', async () => {
    await fail(9)
    clock.move({ seconds: 24 * 3600 - 1 })
    await fail(1)
    expect(await next()).toBe('wait 61')
    clock.move({ seconds: 24 * 3600 + 1 })
    await fail(10)
    expect(await next()).toBe('wait 61')
  })

  it('are forgiven by a right one', async () => {
    await fail(9)
    await succeed()
    await fail(10)
    expect(await next()).toBe('wait 61')
  })

  it('are nobody else’s, and a right one of somebody else forgives nothing (BF08)', async () => {
    await fail(10)
    const guessed = subject
    somebodyElse()
    for (let times = 0; times < 5; times += 1) await succeed()
    subject = guessed
    expect(await next()).toBe('wait 61')
  })

  it('are still counted after a restart, and when the clock goes back (BF08)', async () => {
    await fail(10)
    throttle = throttleWith()
    expect(await next()).toBe('wait 61')
    clock.move({ seconds: -7200 })
    expect(await next()).toBe('wait 7261')
  })

  it('stay counted though the sign-in they belong to is rolled back (BF03)', async () => {
    for (let tried = 0; tried < 10; tried += 1) {
      await take()
      await expect(
        database.db.transaction(async () => {
          throw new Error('the sign-in failed')
        }),
      ).rejects.toThrow('the sign-in failed')
    }
    expect(await next()).toBe('wait 61')
  })

  it('with codes wait sooner and longer, and have a count of their own', async () => {
    await fail(5, from(house), 'code')
    expect(await next(from(house), 'code')).toBe('wait 301')
    expect(await next()).toBe('allowed')
  })

  it('under a rule of one free try wait after the first', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_TRIES: '1' })
    await fail(1)
    expect(await next()).toBe('wait 61')
  })

  it('keep nobody of another network from trying: a script does not lock a person out (BF05)', async () => {
    await fail(10)
    expect(await next()).toBe('wait 61')
    await succeed(from(network(1)))
  })
})

describe('wrong tries of one name from everywhere', () => {
  async function close(): Promise<void> {
    for (let at = 1; at <= 9; at += 1) await fail(10, from(network(at)))
  }

  it('close its password after ninety in a row, on every network (NIST SP 800-63B-4 §3.2.2)', async () => {
    await close()
    expect(await next(from(network(10)))).toMatch(/^closed /)
    // Those who still wait hear the same.
    expect(await next(from(network(1)))).toMatch(/^closed /)
  })

  it('never close it for ever: not longer than thirty days, however often it is tried meanwhile (BF05)', async () => {
    await close()
    for (let days = 0; days < 30; days += 1) {
      expect(await next(from(network(10 + days)))).toMatch(/^closed /)
      clock.move({ seconds: 24 * 3600 })
    }
    expect(await next(from(network(50)))).toBe('allowed')
  })

  it('leave a known browser its own tries, which open the name again (BF05)', async () => {
    await close()
    const known = from(network(10), { knownBrowser: 'of-the-owner' })
    await fail(9, known)
    await succeed(known)
    expect(await next(from(network(11)))).toBe('allowed')
  })

  it('count a known browser as any other once its own ten tries are spent', async () => {
    const known = from(network(1), { knownBrowser: 'stolen' })
    await fail(20, known)
    expect(await next(known)).toBe('wait 61')
    for (let at = 2; at <= 9; at += 1) await fail(10, from(network(at), { knownBrowser: 'stolen' }))
    expect(await next(from(network(10), { knownBrowser: 'stolen' }))).toMatch(/^closed /)
  })

  it('leave the way by code open, and a right code opens the password (BF05)', async () => {
    await close()
    await succeed(from(network(10)), 'code')
    expect(await next(from(network(10)))).toBe('allowed')
  })

  it('count an application’s tries with those of people, though not as a network of theirs (BF04)', async () => {
    const application: Trier = { ipAddress: undefined }
    await fail(10, application)
    expect(await next(application)).toBe('wait 61')
    for (let at = 1; at <= 8; at += 1) await fail(10, from(network(at)))
    expect(await next(from(network(9)))).toMatch(/^closed /)
    await throttle.forgive('password', subject, application)
    expect(await next(application)).toBe('allowed')
    expect(await next(from(network(9)))).toBe('allowed')
  })
})

describe('wrong tries of one network', () => {
  const spray = async (times: number, trier: Trier): Promise<void> => {
    for (let tried = 0; tried < times; tried += 1) {
      somebodyElse()
      await fail(1, trier)
    }
  }

  it('are asked for work after a hundred in an hour, and go one in half a minute without', async () => {
    await spray(101, from(house))
    somebodyElse()
    expect(await next()).toBe('work 31')
    expect(throttle.isSuspect(from(house))).toBe(true)
    expect(throttle.isSuspect(from(network(1)))).toBe(false)
    clock.move({ seconds: 31 })
    expect(await next()).toBe('allowed')
    somebodyElse()
    expect(await next()).toBe('work 31')
  })

  it('count for the whole /64, however the addresses are spelled, and for no other (HD03)', async () => {
    for (let host = 0; host < 101; host += 1) await spray(1, from(`2001:db8:1:2:${host.toString(16)}::${host}`))
    somebodyElse()
    expect(await next(from('2001:DB8:1:2:ffff:ffff:ffff:ffff'))).toBe('work 31')
    expect(await next(from('2001:db8:1:3::1'))).toBe('allowed')
  })

  it('are taken with work, each piece of which helps once', async () => {
    await spray(101, from(house))
    const solved = { challengeKey: systemRandom.bytes(16), expiresAt: addSeconds(clock.now(), 600) }
    somebodyElse()
    expect(await next(from(house, { solved }))).toBe('allowed')
    expect(await next(from(house, { solved }))).toBe('wait 31')
  })

  it('wait with work too after a thousand', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_NETWORK_TRIES: '2', GATEHOUSE_THROTTLE_NETWORK_LIMIT: '4' })
    const work = (): Trier =>
      from(house, { solved: { challengeKey: systemRandom.bytes(16), expiresAt: addSeconds(clock.now(), 600) } })
    for (let tried = 0; tried < 5; tried += 1) await spray(1, work())
    expect(await next(work())).toBe('wait 31')
  })

  it('are given back by right ones, one each: nobody clears a network with an account of their own (BF08)', async () => {
    await spray(99, from(house))
    for (let times = 0; times < 20; times += 1) {
      somebodyElse()
      await succeed()
    }
    await spray(2, from(house))
    somebodyElse()
    expect(await next()).toMatch(/^work /)
  })

  it('are forgotten an hour after the first', async () => {
    await spray(101, from(house))
    clock.move({ seconds: 3601 })
    await spray(100, from(house))
    expect(await next()).toBe('allowed')
  })

  it('count for one network where the address cannot be read', async () => {
    for (const [at, unreadable] of Array.from({ length: 101 }, (_, n) => [n, `junk ${n}`] as const)) {
      expect(at).toBeLessThan(101)
      await spray(1, from(unreadable))
    }
    somebodyElse()
    expect(await next(from('other junk'))).toBe('work 31')
  })
})

describe('refusals at one door', () => {
  const door = { ...workspace, organizationId: 'oldtown' }

  it('ask everybody there for work once there are too many, and nobody elsewhere', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_DOOR_REFUSALS: '3' })
    for (let at = 1; at <= 3; at += 1) {
      somebodyElse()
      const outcome = await take(from(network(at), { door }))
      if (outcome.kind !== 'allowed') throw new Error('refused')
      await throttle.refused(outcome)
    }
    const here = from(network(10), { door })
    expect(throttle.isSuspect(here)).toBe(true)
    // The first of a network needs no work; a second one within half a minute does.
    expect(await next(here)).toBe('allowed')
    somebodyElse()
    expect(await next(here)).toBe('work 31')
    const elsewhere = from(network(11), { door: { ...workspace, organizationId: undefined } })
    expect(throttle.isSuspect(elsewhere)).toBe(false)
    await fail(2, elsewhere)
    clock.move({ seconds: 601 })
    await fail(2, from(network(12), { door }))
  })
})

describe('messages to one person', () => {
  it('come half a minute apart and five in an hour, whoever the person is (A14)', async () => {
    const gaps: string[] = []
    for (let message = 0; message < 5; message += 1) {
      gaps.push(await next(from(house), 'message'), await next(from(house), 'message'))
      clock.move({ seconds: 31 })
    }
    expect(gaps).toStrictEqual([
      ...Array.from({ length: 4 }, () => ['allowed', 'wait 31']).flat(),
      'allowed',
      `wait ${3601 - 4 * 31}`,
    ])
    expect(await next(from(house), 'message')).toBe(`wait ${3601 - 5 * 31}`)
  })

  it('are ten in an hour from everywhere, and a known browser has some of its own (BF05)', async () => {
    for (let at = 1; at <= 10; at += 1) await fail(1, from(network(at)), 'message')
    expect(await next(from(network(11)), 'message')).toMatch(/^wait /)
    expect(await next(from(network(11), { knownBrowser: 'of-the-owner' }), 'message')).toBe('allowed')
    clock.move({ seconds: 3601 })
    expect(await next(from(network(11)), 'message')).toBe('allowed')
  })

  it('are sixty in an hour from one network, to whomever', async () => {
    for (let tried = 0; tried < 60; tried += 1) {
      somebodyElse()
      await fail(1, from(house), 'message')
    }
    somebodyElse()
    expect(await next(from(house), 'message')).toMatch(/^wait /)
    expect(await next(from(network(1)), 'message')).toBe('allowed')
  })
})

describeMultiConnection('wrong tries at the same moment', () => {
  const allowedOf = async (outcomes: readonly Promise<TryOutcome>[]): Promise<number> =>
    (await Promise.all(outcomes)).filter(({ kind }) => kind === 'allowed').length
  const hundred = <T>(one: (at: number) => T): T[] => Array.from({ length: 100 }, (_, at) => one(at))

  it('never exceed the limit: of 100 at the first, 10; of 100 after the wait, one (BF03)', async () => {
    expect(await allowedOf(hundred(() => take()))).toBe(10)
    clock.move({ seconds: 61 })
    expect(await allowedOf(hundred(() => take()))).toBeLessThanOrEqual(1)
  })

  it('never exceed ninety from a hundred networks (BF03)', async () => {
    expect(await allowedOf(hundred((at) => take(from(network(at)))))).toBe(90)
  })

  it('of a hundred names from one network pass no more than its limit without work (BF03)', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_NETWORK_TRIES: '20' })
    const subjects = hundred(() => throttle.subjectOf(workspace, systemRandom.secret()))
    expect(await allowedOf(subjects.map((one) => throttle.takeTry('password', one, from(house))))).toBe(21)
  })

  it('with right ones among them neither fail nor stay held', async () => {
    const outcomes = await Promise.all(
      hundred(async (at) => {
        const outcome = await take(from(network(at % 5)))
        if (outcome.kind === 'allowed' && at % 3 === 0) await throttle.giveBack(outcome)
        return outcome.kind
      }),
    )
    expect(new Set(outcomes).has('allowed')).toBe(true)
  })

  it('with one piece of work pass once', async () => {
    throttle = throttleWith({ GATEHOUSE_THROTTLE_NETWORK_TRIES: '1' })
    await fail(2)
    const solved = { challengeKey: systemRandom.bytes(16), expiresAt: addSeconds(clock.now(), 600) }
    expect(await allowedOf(hundred(() => take(from(house, { solved }))))).toBe(1)
  })
})

describe('the key of a name', () => {
  it('is one for every way of writing it (BF01)', () => {
    const variants = ['jane', 'JANE', ' Jane ', '\u00A0jane', 'ja\u200Bne', 'ｊａｎｅ', 'jane\uFEFF', 'Jane\t']
    const keys = variants.map((typed) => throttle.subjectOf(workspace, typed).toString('hex'))
    expect(new Set(keys).size).toBe(1)
  })

  it('is another for another name, another workspace and another tenant', () => {
    const keys = [
      throttle.subjectOf(workspace, 'jane'),
      throttle.subjectOf(workspace, 'joan'),
      throttle.subjectOf({ ...workspace, workspaceId: 'admin' }, 'jane'),
      throttle.subjectOf({ ...workspace, tenantId: 'staging' }, 'jane'),
      throttle.subjectOfAddress(workspace, 'jane'),
    ].map((one) => one.toString('hex'))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('counts for names that nobody has and that no username could be', async () => {
    for (const typed of ['nobody-has-this', '', 'a\u0000b', 'x'.repeat(100_000), '\uD800']) {
      subject = throttle.subjectOf(workspace, typed)
      await fail(10)
      expect(await next()).toBe('wait 61')
    }
  })

  it('is stored, never the name nor the network', async () => {
    subject = throttle.subjectOf(workspace, 'very-special-name')
    await fail(1, from(house, { door: { ...workspace, organizationId: 'special' } }))
    const rows = await database.db.reader.selectFrom('throttles').selectAll().execute()
    expect(rows).toHaveLength(3)
    const stored = rows.map((row) => JSON.stringify(row) + Buffer.from(row.throttle_key).toString('latin1')).join()
    expect(stored).not.toContain('special')
    expect(stored).not.toContain(house)
  })
})

describe('tidying', () => {
  it('removes only what would be forgotten anyway', async () => {
    await fail(3)
    await fail(1, from(house), 'message')
    const tidied = async (): Promise<number[]> => {
      await database.db.transaction((tx) => deleteForgotten(tx, clock.now()))
      const rows = await database.db.reader.selectFrom('throttles').select('failures').execute()
      return rows.map(({ failures }) => failures).toSorted((one, other) => one - other)
    }
    expect(await tidied()).toStrictEqual([1, 1, 1, 3, 3, 3])
    clock.move({ seconds: 3600 })
    expect(await tidied()).toStrictEqual([3, 3])
    clock.move({ seconds: 23 * 3600 })
    expect(await tidied()).toStrictEqual([3])
    clock.move({ seconds: 29 * 24 * 3600 })
    expect(await tidied()).toStrictEqual([])
  })

  it('and counting take a row of the release before as it was meant', async () => {
    await fail(10)
    await database.db.transaction((tx) => tx.updateTable('throttles').set({ forget_at: null }).execute())
    expect(await next()).toBe('wait 61')
    clock.move({ seconds: 24 * 3600 })
    expect(await next()).toBe('allowed')
  })
})
