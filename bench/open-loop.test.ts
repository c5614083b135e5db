import { describe, expect, it } from 'vitest'
import { openLoop, percentile } from './open-loop.ts'
import type { Timer } from './open-loop.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Time that stands still until everybody waits, and then jumps to the moment the first of them waits for. */
function countedTime() {
  let now = 1000
  const due: Array<{ at: number; wake: () => void }> = []
  const until = (at: number) => new Promise<void>((resolve) => void due.push({ at, wake: resolve }))
  const timer: Timer = { nowMilliseconds: () => now, until }
  return {
    timer,
    take: (milliseconds: number) => until(now + milliseconds),
    /** Passes while nobody can do anything, not even the driver. */
    freeze: (milliseconds: number) => {
      now += milliseconds
    },
    async whole<T>(work: Promise<T>): Promise<T> {
      const state = { isOver: false }
      void work.finally(() => (state.isOver = true))
      for (await turn(); !state.isOver; await turn()) {
        const next = due.toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) continue
        due.splice(due.indexOf(next), 1)
        now = Math.max(now, next.at)
        next.wake()
      }
      return await work
    },
  }
}

describe('an open loop', () => {
  it('offers at the constant rate although no answer came yet', async () => {
    const time = countedTime()
    const starts: number[] = []
    const load = openLoop({
      ratePerSecond: 10,
      durationSeconds: 1,
      timer: time.timer,
      request: () => {
        starts.push(time.timer.nowMilliseconds() - 1000)
        return time.take(5000)
      },
    })
    const result = await time.whole(load)
    expect(starts).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
    expect(result).toMatchObject({ offered: 10, completed: 10, failed: 0, mostAtOnce: 10 })
    expect(new Set(result.latencies)).toEqual(new Set([5000]))
    expect(result.perSecond).toBeCloseTo(10 / 5.9)
  })

  it('counts a stall in every request it delayed, not once', async () => {
    const time = countedTime()
    const load = openLoop({
      ratePerSecond: 10,
      durationSeconds: 1,
      timer: time.timer,
      request: async (index) => {
        if (index === 2) time.freeze(500)
      },
    })
    const { latencies } = await time.whole(load)
    // Meant for 300, 400, 500 and 600 ms, sent when the stall ended at 700 ms; so was the one that stalled.
    expect(latencies).toEqual([0, 0, 0, 0, 0, 100, 200, 300, 400, 500])
  })

  it('counts a rejected request as failed and goes on', async () => {
    const time = countedTime()
    const load = openLoop({
      ratePerSecond: 4,
      durationSeconds: 1,
      timer: time.timer,
      request: async (index) => {
        if (index === 1) throw new Error('refused')
      },
    })
    const result = await time.whole(load)
    expect(result).toMatchObject({ offered: 4, completed: 3, failed: 1 })
    expect(result.latencies).toHaveLength(4)
  })
})

describe('a percentile', () => {
  it('is a value that was measured, by the nearest rank', () => {
    const sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    expect([0, 0.5, 0.95, 0.99, 1].map((share) => percentile(sorted, share))).toEqual([1, 5, 10, 10, 10])
    expect(percentile([], 0.5)).toBeUndefined()
  })
})
