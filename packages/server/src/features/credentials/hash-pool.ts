import { Problem } from '../../problem/index.ts'
import { isHashable, make, verify } from '../../protocol/password-hash/index.ts'
import type { RandomBytes, Recipe } from '../../protocol/password-hash/index.ts'
import { opaqueString } from '../../protocol/precis.ts'

export interface HashPoolSettings {
  /** Jobs at work at one time. The caller divides the cores among its processes. */
  readonly threads: number
  /** The longest that a job may be expected to wait for its turn. One that would wait longer is refused. */
  readonly mostWaitMilliseconds: number
  /** Never steps back. */
  readonly elapsedMilliseconds: () => number
}

/** What is done in the pool. */
export interface Hashing {
  /**
   * Does the job when it is its turn, first come first served.
   * A caller who gives up while waiting leaves the queue; one who gives up while the job runs is answered at once, but
   * the place is free only when the job has ended, because native hashing cannot be stopped.
   *
   * @throws Problem `server.busy` when it would wait too long, with a time to try again
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
}

export interface HashPool extends Hashing {
  /**
   * Keeps a place for this work before it begins, so that being refused costs nothing of what it would have done first.
   * Its jobs are then never refused; those after the first (a hash that is renewed) queue like any other.
   *
   * @throws Problem `server.busy` before the work has begun, and whatever the work throws
   */
  reserved<T>(work: (hashing: Hashing) => Promise<T>): Promise<T>
  /** How long one more job would wait, by those before it and by what jobs took lately. */
  expectedWaitMilliseconds(): number
  statistics(): HashPoolStatistics
  /** Tells what becomes of each job from here on. */
  observe(observer: HashPoolObserver): void
}

export interface HashPoolObserver {
  refused(): void
  /** The job has ended, well or not. Times in milliseconds: until it had a place, and from then on. */
  done(waited: number, took: number): void
}

export interface HashPoolStatistics {
  readonly running: number
  readonly queued: number
}

/** What one job is taken to last before any has ended: more than one of ours takes, on the machines we know. */
const assumedMilliseconds = 50
/** However quick jobs were, the queue ends somewhere. */
const leastMilliseconds = 1
/** Share of the newest job in what jobs are taken to last. */
const newestShare = 1 / 16

/**
 * A bounded room for password hashing, so that a flood of sign-ins costs refusals and not the rest of the server. Its
 * queue is as long as can be worked off in the time given, whatever a hash costs on this machine.
 * The work itself runs in node's own threads (`UV_THREADPOOL_SIZE`, four by default); `threads` should stay below that
 * number, or hashing holds back file and DNS work.
 */
export function createHashPool({ threads, mostWaitMilliseconds, elapsedMilliseconds }: HashPoolSettings): HashPool {
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError('threads must be a whole number above 0')
  if (!(mostWaitMilliseconds >= 0)) throw new RangeError('mostWaitMilliseconds must not be below 0')

  /** In order of arrival; each starts one waiting job. */
  const waiting = new Set<() => void>()
  let running = 0
  /** Places kept for jobs that have not come yet. */
  let kept = 0
  let jobMilliseconds = assumedMilliseconds
  let observer: HashPoolObserver | undefined

  function expectedWaitMilliseconds(): number {
    const before = running + waiting.size + kept - threads
    return before < 0 ? 0 : ((before + 1) * jobMilliseconds) / threads
  }

  function assertRoom(): void {
    const expected = expectedWaitMilliseconds()
    if (expected <= mostWaitMilliseconds) return
    observer?.refused()
    throw new Problem('server.busy', undefined, { retryAfterSeconds: Math.max(1, Math.ceil(expected / 1000)) })
  }

  function release(): void {
    running -= 1
    const [start] = waiting
    if (!start) return
    waiting.delete(start)
    start()
  }

  /** @param enter takes the caller in, or throws */
  function run<T>(enter: () => void, job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const askedAt = elapsedMilliseconds()
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
        const took = elapsedMilliseconds() - startedAt
        jobMilliseconds = Math.max(leastMilliseconds, jobMilliseconds + (took - jobMilliseconds) * newestShare)
        observer?.done(startedAt - askedAt, took)
        release()
      }
      const start = (): void => {
        running += 1
        startedAt = elapsedMilliseconds()
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
      enter()
      signal?.addEventListener('abort', abandon, { once: true })
      if (running < threads) start()
      else waiting.add(start)
    })
  }

  const entering = (enter: () => void): Hashing => {
    const hashing: Hashing = {
      run: (job, signal) => run(enter, job, signal),
      async verify(typed, stored, signal) {
        if (!isHashable(typed)) return false
        const prepared = opaqueString(typed)
        return hashing.run(async () => {
          if (await verify(typed, stored)) return true
          return prepared !== undefined && prepared !== typed && (await verify(prepared, stored))
        }, signal)
      },
      make: (recipe, password, randomBytes, signal) => hashing.run(() => make(recipe, password, randomBytes), signal),
    }
    return hashing
  }

  return {
    ...entering(assertRoom),
    async reserved(work) {
      assertRoom()
      kept += 1
      let isKept = true
      const give = (): void => {
        if (isKept) kept -= 1
        isKept = false
      }
      try {
        return await work(entering(give))
      } finally {
        give()
      }
    },
    expectedWaitMilliseconds,
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
