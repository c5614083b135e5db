/** The only source of time. Everything that judges an age is given one. */
export interface Clock {
  now(): Date
  nowSeconds(): number
  /** Since some moment of the past. Never steps back, whatever happens to the date: for measuring how long something took. */
  elapsedMilliseconds(): number
  /** Resolves when at least `milliseconds` have passed on this clock. */
  sleep(milliseconds: number): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  nowSeconds: () => Math.floor(Date.now() / 1000),
  elapsedMilliseconds: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds))),
}
