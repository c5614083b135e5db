import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { createRefusals, shareMeasurements } from './index.ts'

/** Lets everything that is ready run, without letting time pass. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('an answer that may be a refusal', () => {
  /** @param tookMilliseconds how long the work takes on the clock */
  function ask(tookMilliseconds: number, isAtOnce: boolean) {
    const clock = movableClock()
    const refusals = createRefusals(clock, 400)
    const state = { isAnswered: false }
    void refusals
      .answer({ work: () => clock.sleep(tookMilliseconds), isAtOnce: () => isAtOnce })
      .then(() => (state.isAnswered = true))
    return async (milliseconds: number): Promise<boolean> => {
      clock.move({ milliseconds })
      await settle()
      return state.isAnswered
    }
  }

  it('comes at the deadline, however soon it was known', async () => {
    for (const took of [0, 10, 399]) {
      const after = ask(took, false)
      expect([await after(took), await after(399 - took), await after(1)]).toStrictEqual([false, false, true])
    }
  })

  it('comes at once when it is no refusal', async () => {
    const after = ask(30, true)
    expect([await after(29), await after(1)]).toStrictEqual([false, true])
  })

  it('comes at the next whole multiple when the work was late, so that being late says little', async () => {
    for (const took of [401, 650, 799]) {
      const after = ask(took, false)
      expect([await after(400), await after(took - 400), await after(799 - took), await after(1)]).toStrictEqual([
        false,
        false,
        false,
        true,
      ])
    }
  })

  it('fails at once when the work fails', async () => {
    const refusals = createRefusals(movableClock(), 400)
    const failing = refusals.answer({ work: () => Promise.reject(new Error('away')), isAtOnce: () => false })
    await expect(failing).rejects.toThrow('away')
  })

  it('keeps the deadline it began with while the deadline moves', async () => {
    const clock = movableClock()
    const refusals = createRefusals(clock)
    expect(refusals.milliseconds).toBe(400)
    let isAnswered = false
    void refusals.answer({ work: () => Promise.resolve(), isAtOnce: () => false }).then(() => (isAnswered = true))
    refusals.recalibrate(100)
    expect(refusals.milliseconds).toBe(150)
    clock.move({ milliseconds: 399 })
    await settle()
    expect(isAnswered).toBe(false)
    clock.move({ milliseconds: 1 })
    await settle()
    expect(isAnswered).toBe(true)
  })
})

describe('the deadline', () => {
  it('is half again the p99 of the slowest prover, in whole steps', async () => {
    const refusals = createRefusals(movableClock())
    for (let time = 1; time <= 100; time += 1) refusals.record('pool', time)
    for (let time = 1; time <= 100; time += 1) refusals.record('old-store', 2 * time)
    expect(refusals.slowestMilliseconds).toBe(198)
    refusals.recalibrate(198)
    expect(refusals.milliseconds).toBe(300)
  })

  it('learns from the checks of real answers, by prover, and not from those nobody could make', async () => {
    const clock = movableClock()
    const refusals = createRefusals(clock, 1000)
    const answer = async (took: number, prover: string | undefined): Promise<void> => {
      const answered = refusals.answer({
        work: async () => {
          clock.move({ milliseconds: took })
          return prover
        },
        isAtOnce: () => true,
        proverOf: (outcome) => outcome,
      })
      await answered
    }
    await answer(70, 'pool')
    await answer(900, undefined)
    expect(refusals.slowestMilliseconds).toBe(70)
  })

  it('forgets what was slow once', () => {
    const refusals = createRefusals(movableClock())
    refusals.record('pool', 3000)
    for (let count = 0; count < 200; count += 1) refusals.record('pool', 20)
    expect(refusals.slowestMilliseconds).toBe(20)
  })

  it('goes to the first measure in one step and from then on by bounded ones, never past what is asked', () => {
    const refusals = createRefusals(movableClock())
    const after = (slowest: number): number => {
      refusals.recalibrate(slowest)
      return refusals.milliseconds
    }
    expect(after(1000)).toBe(1500)
    expect([after(100), after(100)]).toStrictEqual([1350, 1200])
    let last = refusals.milliseconds
    for (let count = 0; count < 40; count += 1) {
      expect(after(100)).toBeLessThanOrEqual(last)
      last = refusals.milliseconds
    }
    expect(last).toBe(150)
    expect([after(1000), after(1000), after(1000)]).toStrictEqual([225, 350, 525])
  })

  it('has a least and a most, and does not move at all when an operator has fixed it', () => {
    const refusals = createRefusals(movableClock())
    refusals.recalibrate(1)
    expect(refusals.milliseconds).toBe(100)
    for (let count = 0; count < 30; count += 1) refusals.recalibrate(60_000)
    expect(refusals.milliseconds).toBe(5000)
    const fixed = createRefusals(movableClock(), 250)
    fixed.recalibrate(1000)
    expect(fixed.milliseconds).toBe(250)
  })
})

describe('processes of one database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.close())

  it('come to the deadline of the slowest of them, and leave one that is gone behind', async () => {
    const clock = movableClock()
    const needs = { db: database.db, clock }
    const [fast, slow] = [createRefusals(clock), createRefusals(clock)]
    fast.record('pool', 80)
    slow.record('pool', 200)
    const [one, other] = [systemRandom.uuid(), systemRandom.uuid()]
    await shareMeasurements(needs, one, fast)
    expect(fast.milliseconds).toBe(125)
    await shareMeasurements(needs, other, slow)
    expect(slow.milliseconds).toBe(300)
    for (let minute = 0; minute < 4; minute += 1) {
      await shareMeasurements(needs, one, fast)
      await shareMeasurements(needs, other, slow)
      clock.move({ seconds: 60 })
    }
    expect([fast.milliseconds, slow.milliseconds]).toStrictEqual([300, 300])
    // The slow one stops measuring.
    for (let minute = 0; minute < 20; minute += 1) {
      clock.move({ seconds: 60 })
      await shareMeasurements(needs, one, fast)
    }
    expect(fast.milliseconds).toBe(125)
  })
})
