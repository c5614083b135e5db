/** How a load was offered and what came of it. Times are in milliseconds. */
export interface LoadResult {
  readonly offered: number
  readonly completed: number
  readonly failed: number
  /** Completed per second, from the first intended start to the last answer. */
  readonly perSecond: number
  /** From the moment a request was meant to start to its answer, sorted. Failed ones count too: somebody waited for them. */
  readonly latencies: readonly number[]
  /** The most that were under way at one moment. */
  readonly mostAtOnce: number
}

export interface Load {
  readonly ratePerSecond: number
  readonly durationSeconds: number
  /** One request; `index` counts from 0. A rejection is a failed request. */
  readonly request: (index: number) => Promise<unknown>
  readonly timer: Timer
}

/** Time for the driver. `nowMilliseconds` only ever grows; `until` resolves at that time or late, never early. */
export interface Timer {
  nowMilliseconds(): number
  until(atMilliseconds: number): Promise<void>
}

export const machineTimer: Timer = {
  nowMilliseconds: () => performance.now(),
  until: (at) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now()))),
}

/**
 * Offers requests at a constant rate whether or not earlier ones were answered, as people do, and measures each from the
 * moment it was meant to start. A stall therefore shows in every request that it delayed; a driver that waits for an
 * answer before it asks again would count the stall once (coordinated omission).
 */
export async function openLoop({ ratePerSecond, durationSeconds, request, timer }: Load): Promise<LoadResult> {
  const offered = Math.floor(ratePerSecond * durationSeconds)
  const startedAt = timer.nowMilliseconds()
  const latencies: number[] = []
  const underWay = new Set<Promise<void>>()
  let failed = 0
  let mostAtOnce = 0
  let lastAnswerAt = startedAt

  const send = async (index: number, meantAt: number): Promise<void> => {
    try {
      await request(index)
    } catch {
      failed += 1
    }
    lastAnswerAt = timer.nowMilliseconds()
    latencies.push(lastAnswerAt - meantAt)
  }

  for (let index = 0; index < offered; index++) {
    const meantAt = startedAt + (index * 1000) / ratePerSecond
    if (timer.nowMilliseconds() < meantAt) await timer.until(meantAt)
    const sent = send(index, meantAt).finally(() => underWay.delete(sent))
    underWay.add(sent)
    mostAtOnce = Math.max(mostAtOnce, underWay.size)
  }
  await Promise.all(underWay)

  const completed = offered - failed
  const tookSeconds = (lastAnswerAt - startedAt) / 1000
  return {
    offered,
    completed,
    failed,
    perSecond: tookSeconds === 0 ? 0 : completed / tookSeconds,
    latencies: latencies.toSorted((a, b) => a - b),
    mostAtOnce,
  }
}

/** The smallest value that at least `share` (0 to 1) of the sorted values do not exceed. `undefined` of nothing. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
