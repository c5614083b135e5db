/** How late this process is with what is due. */
export interface EventLoopWatch {
  /** On average over the last few ticks, what is late at this moment included. Milliseconds. */
  delayMilliseconds(): number
  stop(): void
}

const everyMilliseconds = 20
/** Share of the newest tick in the average: an onset shows within a tenth of a second, before many have been let in. */
const newestShare = 1 / 3

/** Ticks, and sees how late each tick comes: work that holds the event loop up shows here, whatever it is. */
export function watchEventLoop(): EventLoopWatch {
  let average = 0
  let dueAt = performance.now() + everyMilliseconds
  const withLateness = (late: number): number => average + (Math.max(0, late) - average) * newestShare
  const timer = setInterval(() => {
    const now = performance.now()
    average = withLateness(now - dueAt)
    dueAt = now + everyMilliseconds
  }, everyMilliseconds)
  timer.unref()
  return {
    // A tick that is overdue is only known to be late once it comes, which may be after those who ask.
    delayMilliseconds: () => Math.max(average, withLateness(performance.now() - dueAt)),
    stop: () => clearInterval(timer),
  }
}
