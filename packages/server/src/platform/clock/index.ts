import type { Clock } from './clock.ts'

export type { Clock } from './clock.ts'
export { systemClock } from './clock.ts'
export { letDateFollow, openSharedClock, ownTime } from './shared-clock.ts'
export type { OwnTime, SharedClock } from './shared-clock.ts'

/** A clock that tests move by hand. Sleepers wake when it passes them. */
export interface MovableClock extends Clock {
  move(by: { seconds?: number; milliseconds?: number }): void
}

export function movableClock(start = new Date('2026-11-21T08:00:00Z')): MovableClock {
  let time = start.getTime()
  let sleepers: Array<{ at: number; wake: () => void }> = []
  return {
    now: () => new Date(time),
    nowSeconds: () => Math.floor(time / 1000),
    elapsedMilliseconds: () => time,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        if (milliseconds <= 0) resolve()
        else sleepers.push({ at: time + milliseconds, wake: resolve })
      }),
    move({ seconds = 0, milliseconds = 0 }) {
      time += seconds * 1000 + milliseconds
      const due = sleepers.filter((sleeper) => sleeper.at <= time)
      sleepers = sleepers.filter((sleeper) => sleeper.at > time)
      for (const sleeper of due) sleeper.wake()
    },
  }
}

export const addSeconds = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000)
