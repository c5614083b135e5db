/** The doors to the outside, so that tests can move the clock and choose the dice. */
export interface World {
  readonly fetch: typeof globalThis.fetch
  nowMilliseconds(): number
  /** From 0 up to 1. */
  random(): number
  uuid(): string
  /** Resolves after that time, rejects with the signal's reason when it is aborted first. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>
  timeout(milliseconds: number): AbortSignal
}

export const systemWorld = (fetch: typeof globalThis.fetch = (...given) => globalThis.fetch(...given)): World => ({
  fetch,
  nowMilliseconds: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
  pause: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal.reason as Error)
      }
      if (signal.aborted) {
        reject(signal.reason as Error)
        return
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, milliseconds)
      signal.addEventListener('abort', stop, { once: true })
    }),
})
