import { Problem } from '../../problem/index.ts'
import { isHashable, make, verify } from '../../protocol/password-hash/index.ts'
import type { RandomBytes, Recipe } from '../../protocol/password-hash/index.ts'
import { opaqueString } from '../../protocol/precis.ts'

export interface HashPoolSettings {
  /** Jobs at work at one time. The caller divides the cores among its processes. */
  readonly threads: number
  /** Jobs that may wait. The next one is refused. */
  readonly maxQueued: number
}

export interface HashPool {
  /**
   * Does the job when it is its turn, first come first served.
   * A caller who gives up while waiting leaves the queue; one who gives up while the job runs is answered at once, but
   * the place is free only when the job has ended, because native hashing cannot be stopped.
   *
   * @throws Problem `server.busy` when the queue is full, with a time to try again
   * @throws the signal's reason when it is aborted, and whatever the job throws
   */
  run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /**
   * Tells whether a typed password is the one behind the stored hash, in one job. Hashes of ours are made of the
   * prepared text (`opaqueString`), imported ones of whatever was typed: both are tried where they differ.
   * A password that cannot be hashed (too long, NUL) is refused without taking a place.
   *
   * @throws Problem `server.busy`
   */
  verify(typed: string, stored: string, signal?: AbortSignal): Promise<boolean>
  /**
   * Hashes a password, which the password policy has prepared, and gives its stored form.
   *
   * @throws Problem `server.busy`
   * @throws RangeError as `make` of `protocol/password-hash`
   */
  make(recipe: Recipe, password: string, randomBytes: RandomBytes, signal?: AbortSignal): Promise<string>
  statistics(): HashPoolStatistics
  /** Tells what becomes of each job from here on. */
  observe(observer: HashPoolObserver): void
}

export interface HashPoolObserver {
  elapsedMilliseconds(): number
  refused(): void
  /** The job has ended, well or not. Times in milliseconds: until it had a place, and from then on. */
  done(waited: number, took: number): void
}

export interface HashPoolStatistics {
  readonly running: number
  readonly queued: number
}

/** What a full queue advises: by then it has moved on at any sensible cost. */
const retryAfterSeconds = 1

/**
 * A bounded room for password hashing, so that a flood of sign-ins costs refusals and not the rest of the server.
 * The work itself runs in node's own threads (`UV_THREADPOOL_SIZE`, four by default); `threads` should stay below that
 * number, or hashing holds back file and DNS work.
 */
export function createHashPool({ threads, maxQueued }: HashPoolSettings): HashPool {
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError('threads must be a whole number above 0')
  if (!Number.isInteger(maxQueued) || maxQueued < 0) throw new RangeError('maxQueued must be a whole number')

  /** In order of arrival; each starts one waiting job. */
  const waiting = new Set<() => void>()
  let running = 0
  let observer: HashPoolObserver | undefined
  const nowMilliseconds = (): number => observer?.elapsedMilliseconds() ?? 0

  function release(): void {
    running -= 1
    const [start] = waiting
    if (!start) return
    waiting.delete(start)
    start()
  }

  function run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const askedAt = nowMilliseconds()
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) {
        reject(reasonOf(signal))
        return
      }
      const abandon = (): void => {
        waiting.delete(start)
        reject(reasonOf(signal))
      }
      let startedAt = askedAt
      // the place is free before the caller hears, so that whoever was answered may ask again
      const end = (): void => {
        signal?.removeEventListener('abort', abandon)
        observer?.done(startedAt - askedAt, nowMilliseconds() - startedAt)
        release()
      }
      const start = (): void => {
        running += 1
        startedAt = nowMilliseconds()
        settled(job).then(
          (result) => {
            end()
            resolve(result)
          },
          (error: Error) => {
            end()
            reject(error)
          },
        )
      }
      if (running >= threads && waiting.size >= maxQueued) {
        observer?.refused()
        reject(new Problem('server.busy', undefined, { retryAfterSeconds }))
        return
      }
      signal?.addEventListener('abort', abandon, { once: true })
      if (running < threads) start()
      else waiting.add(start)
    })
  }

  return {
    run,
    async verify(typed, stored, signal) {
      if (!isHashable(typed)) return false
      const prepared = opaqueString(typed)
      return run(async () => {
        if (await verify(typed, stored)) return true
        return prepared !== undefined && prepared !== typed && (await verify(prepared, stored))
      }, signal)
    },
    make: (recipe, password, randomBytes, signal) => run(() => make(recipe, password, randomBytes), signal),
    statistics: () => ({ running, queued: waiting.size }),
    observe(given) {
      observer = given
    },
  }
}

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error('the caller gave up', { cause: signal?.reason })

/** A job that throws before it gives a promise must free its place too. */
async function settled<T>(job: () => Promise<T>): Promise<T> {
  return await job()
}
