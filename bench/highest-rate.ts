import { machineTimer, openLoop, percentile } from './open-loop.ts'
import type { LoadResult } from './open-loop.ts'

export interface Search {
  /** Requests per second that a closed loop got through a moment before; on a shared machine that may be too little. */
  readonly aboutPerSecond: number
  readonly trials: number
  readonly secondsEach: number
  readonly longestP99Milliseconds: number
  readonly request: (index: number) => Promise<unknown>
  /** One trial. Stands apart so that the search can be tested without load. */
  readonly offer?: (ratePerSecond: number, seconds: number) => Promise<LoadResult>
}

export interface HighestRate {
  /** What was offered and held. 0 when not even the lowest rate tried was. */
  readonly perSecond: number
  readonly p99Milliseconds: number
  readonly tried: readonly string[]
}

/**
 * Looks for the highest constant rate at which nothing fails and the 99th percentile stays under the limit, by halving
 * between nothing and a quarter more than what a closed loop did. Each trial starts from an empty queue.
 */
export async function highestRate(search: Search): Promise<HighestRate> {
  const { aboutPerSecond, trials, secondsEach, longestP99Milliseconds, request } = search
  const offer =
    search.offer ??
    ((ratePerSecond, durationSeconds) => openLoop({ ratePerSecond, durationSeconds, request, timer: machineTimer }))
  let held = { perSecond: 0, p99Milliseconds: Number.NaN }
  let low = 0
  let high = aboutPerSecond * 1.25
  const tried: string[] = []
  // The answer is mostly near three quarters of the closed loop's.
  let rate = aboutPerSecond * 0.75
  for (let trial = 0; trial < trials; trial++) {
    const { latencies, failed } = await offer(rate, secondsEach)
    const p99Milliseconds = percentile(latencies, 0.99) ?? Number.NaN
    const isHeld = failed === 0 && p99Milliseconds < longestP99Milliseconds
    tried.push(`${rate.toFixed(0)}/s p99 ${p99Milliseconds.toFixed(0)} ms${failed > 0 ? `, ${failed} failed` : ''}`)
    if (isHeld) {
      held = { perSecond: rate, p99Milliseconds }
      low = rate
    } else {
      high = rate
    }
    rate = (low + high) / 2
  }
  return { ...held, tried }
}
