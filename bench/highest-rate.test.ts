import { describe, expect, it } from 'vitest'
import { highestRate } from './highest-rate.ts'
import type { LoadResult } from './open-loop.ts'

/** A server that answers in 10 ms up to its capacity, and in seconds beyond it. */
const serverOf = (capacity: number, failsAbove = Infinity) => {
  const rates: number[] = []
  return {
    rates,
    offer: async (rate: number): Promise<LoadResult> => {
      rates.push(rate)
      const latencies = [rate <= capacity ? 10 : 5000]
      const failed = rate > failsAbove ? 1 : 0
      return { offered: 1, completed: 1 - failed, failed, perSecond: rate, latencies, mostAtOnce: 1 }
    },
  }
}
const search = { aboutPerSecond: 100, secondsEach: 1, longestP99Milliseconds: 500, request: async () => {} }

describe('the highest rate', () => {
  it('is one that was tried and held, as near to the capacity as the trials allow', async () => {
    const server = serverOf(90)
    const { perSecond, p99Milliseconds } = await highestRate({ ...search, trials: 8, offer: server.offer })
    expect(server.rates).toContain(perSecond)
    expect(perSecond).toBeLessThanOrEqual(90)
    expect(perSecond).toBeGreaterThan(88)
    expect(p99Milliseconds).toBe(10)
  })

  it('is found above what a closed loop did, when others held that up', async () => {
    const { perSecond } = await highestRate({ ...search, trials: 8, offer: serverOf(120).offer })
    expect(perSecond).toBeGreaterThan(118)
    expect(perSecond).toBeLessThanOrEqual(120)
  })

  it('is none at which a request failed, however fast the others were', async () => {
    const { perSecond } = await highestRate({ ...search, trials: 8, offer: serverOf(90, 60).offer })
    expect(perSecond).toBeLessThanOrEqual(60)
    expect(perSecond).toBeGreaterThan(58)
  })

  it('is found far below what a closed loop did too, and is 0 when nothing held', async () => {
    expect((await highestRate({ ...search, trials: 12, offer: serverOf(5).offer })).perSecond).toBeGreaterThan(2)
    expect((await highestRate({ ...search, trials: 3, offer: serverOf(0).offer })).perSecond).toBe(0)
  })
})
