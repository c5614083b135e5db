import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../problem/index.ts'
import { make, recipeOf } from '../../protocol/password-hash/index.ts'
import { createHashPool } from './hash-pool.ts'

/** A job that ends when it is told to, and notes that it began. */
function heldJob(began: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const job = () => {
    began.push(name)
    return promise
  }
  return { job, finish: () => resolve(name), fail: (error: Error) => reject(error) }
}

/** Until a job has ended, each is taken to last 50 ms. */
const assumedMilliseconds = 50

/** A pool in which so many may wait at the beginning, with a clock that stands still unless a test moves it. */
const poolFor = (threads: number, mostWaiting: number, elapsedMilliseconds = () => 0) =>
  createHashPool({ threads, mostWaitMilliseconds: (mostWaiting * assumedMilliseconds) / threads, elapsedMilliseconds })

const recipe = { format: 'argon2id', memoryKiB: 256, passes: 1 } as const

describe('the hashing pool', () => {
  it('runs at most as many jobs as it has threads, the others in order of arrival', async () => {
    const pool = poolFor(2, 3)
    const began: string[] = []
    const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => heldJob(began, name))
    const results = jobs.map(({ job }) => pool.run(job))
    expect(began).toEqual(['a', 'b'])
    expect(pool.statistics()).toEqual({ running: 2, queued: 3 })

    jobs[1]?.finish()
    expect(await results[1]).toBe('b')
    await expect.poll(() => began).toEqual(['a', 'b', 'c'])
    for (const { finish } of jobs) finish()
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(began).toEqual(['a', 'b', 'c', 'd', 'e'])
    await expect.poll(() => pool.statistics()).toEqual({ running: 0, queued: 0 })
  })

  it('refuses what does not fit into the queue, with a time to try again, and takes the next when there is room', async () => {
    const pool = poolFor(1, 1)
    const held = heldJob([], 'first')
    const first = pool.run(held.job)
    const second = pool.run(async () => 'second')
    const refused: unknown = await pool.run(async () => 'third').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Problem)
    expect(refused).toMatchObject({ code: 'server.busy', retryAfterSeconds: 1 })

    held.finish()
    expect(await Promise.all([first, second])).toEqual(['first', 'second'])
    expect(await pool.run(async () => 'fourth')).toBe('fourth')
  })

  it('counts its queue in time: dear hashes let fewer wait, cheap ones more', async () => {
    let now = 0
    const pool = createHashPool({ threads: 1, mostWaitMilliseconds: 1000, elapsedMilliseconds: () => now })
    const mostWaiting = async (): Promise<number> => {
      const held = Array.from({ length: 2000 }, () => heldJob([], ''))
      const outcomes = held.map(({ job }) => pool.run(job).then(Boolean, () => true))
      const { queued } = pool.statistics()
      for (const { finish } of held) finish()
      await Promise.all(outcomes)
      return queued
    }
    const jobsOf = async (milliseconds: number): Promise<void> => {
      for (let times = 0; times < 200; times += 1) {
        await pool.run(async () => {
          now += milliseconds
        })
      }
    }
    await jobsOf(200)
    expect(pool.expectedWaitMilliseconds()).toBe(0)
    expect(await mostWaiting()).toBe(5)
    await jobsOf(10)
    expect(await mostWaiting()).toBe(99)
  })

  it('keeps a place for who was let in: they are never refused later, and others meanwhile are', async () => {
    const pool = poolFor(1, 1)
    const held = heldJob([], 'first')
    const first = pool.run(held.job)
    const begun = Promise.withResolvers<void>()
    const placed = pool.reserved(async (hashing) => {
      await begun.promise
      return hashing.run(async () => 'placed')
    })
    expect(pool.statistics()).toEqual({ running: 1, queued: 0 })
    await expect(pool.run(async () => 'late')).rejects.toMatchObject({ code: 'server.busy' })
    let hasBegun = false
    const refused = pool.reserved(async () => {
      hasBegun = true
    })
    await expect(refused).rejects.toMatchObject({ code: 'server.busy' })
    expect(hasBegun).toBe(false)

    begun.resolve()
    held.finish()
    expect(await Promise.all([first, placed])).toEqual(['first', 'placed'])
    // A place that was not used, or whose work failed, is free again.
    await pool.reserved(async () => 'nothing to hash')
    await expect(pool.reserved(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(pool.expectedWaitMilliseconds()).toBe(0)
  })

  it('frees the place of a job that fails, at once or later', async () => {
    const pool = poolFor(1, 2)
    const thrown = pool.run(() => {
      throw new Error('at once')
    })
    const rejected = pool.run(() => Promise.reject(new Error('later')))
    const next = pool.run(async () => 'next')
    await expect(thrown).rejects.toThrow('at once')
    await expect(rejected).rejects.toThrow('later')
    expect(await next).toBe('next')
    await expect.poll(() => pool.statistics()).toEqual({ running: 0, queued: 0 })
  })

  it('forgets a caller who gives up while waiting, and never runs the job', async () => {
    const pool = poolFor(1, 1)
    const began: string[] = []
    const held = heldJob(began, 'first')
    const first = pool.run(held.job)
    const caller = new AbortController()
    const abandoned = pool.run(heldJob(began, 'abandoned').job, caller.signal)
    caller.abort(new Error('gone'))
    await expect(abandoned).rejects.toThrow('gone')
    expect(pool.statistics()).toEqual({ running: 1, queued: 0 })

    const next = pool.run(async () => 'next')
    held.finish()
    expect(await Promise.all([first, next])).toEqual(['first', 'next'])
    expect(began).toEqual(['first'])
  })

  it('answers a caller who gives up while the job runs, and keeps the place until the job has ended', async () => {
    const pool = poolFor(1, 1)
    const began: string[] = []
    const held = heldJob(began, 'running')
    const caller = new AbortController()
    const abandoned = pool.run(held.job, caller.signal)
    const next = pool.run(heldJob(began, 'next').job)
    next.catch(() => {})
    caller.abort(new Error('gone'))
    await expect(abandoned).rejects.toThrow('gone')
    expect(pool.statistics()).toEqual({ running: 1, queued: 1 })
    expect(began).toEqual(['running'])

    held.finish()
    await expect.poll(() => began).toEqual(['running', 'next'])
    expect(pool.statistics()).toEqual({ running: 1, queued: 0 })
  })

  it('does not begin for a caller who is gone already', async () => {
    const pool = poolFor(1, 0)
    await expect(pool.run(async () => 'never', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
    expect(pool.statistics()).toEqual({ running: 0, queued: 0 })
  })

  it('verifies what it made, and imported hashes of text that was never normalised', async () => {
    const pool = poolFor(2, 10)
    const decomposed = 'cafe\u0301 au lait'
    const composed = 'café au lait'
    const ours = await pool.make(recipe, composed, randomBytes)
    const imported = await make({ format: 'aspnet-membership' }, decomposed, randomBytes)
    expect(await pool.verify(composed, ours)).toBe(true)
    expect(await pool.verify(decomposed, ours)).toBe(true)
    expect(await pool.verify(decomposed, imported)).toBe(true)
    expect(await pool.verify('cafe au lait', ours)).toBe(false)
    expect(await pool.verify(composed, 'not a hash')).toBe(false)
  })

  it.each([
    { format: 'bcrypt', cost: 4, version: '2y' },
    { format: 'aspnet-identity', version: 2 },
    { format: 'aspnet-membership' },
  ] as const)('writes another $format hash like the one a legacy store has', async (legacy) => {
    const pool = poolFor(1, 1)
    const old = await make(legacy, 'old password', randomBytes)
    const stored = await pool.make(recipeOf(old) ?? recipe, 'new password', randomBytes)
    expect(recipeOf(stored)).toEqual(recipeOf(old))
    expect(await pool.verify('new password', stored)).toBe(true)
    expect(await pool.verify('old password', stored)).toBe(false)
  })
})

describe('500 sign-ins at one time with long passwords (DO04)', () => {
  it('DO04: only what fits is hashed, the rest is refused, and the event loop keeps turning', async () => {
    const threads = 2
    const mostWaiting = 48
    const pool = poolFor(threads, mostWaiting)
    const password = '🔑'.repeat(4096)
    const stored = await make(recipe, password, randomBytes)

    let turns = 0
    let isDone = false
    let mostRunning = 0
    let mostQueued = 0
    const turn = (): void => {
      turns += 1
      const { running, queued } = pool.statistics()
      mostRunning = Math.max(mostRunning, running)
      mostQueued = Math.max(mostQueued, queued)
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)

    const outcomes = await Promise.allSettled(Array.from({ length: 500 }, () => pool.verify(password, stored)))
    isDone = true

    const accepted = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(accepted.map(({ value }) => value)).toEqual(Array.from({ length: threads + mostWaiting }, () => true))
    expect(refused).toHaveLength(500 - threads - mostWaiting)
    expect(refused.every(({ reason }) => reason instanceof Problem && reason.code === 'server.busy')).toBe(true)
    expect(mostRunning).toBe(threads)
    expect(mostQueued).toBeLessThanOrEqual(mostWaiting)
    // each pair of hashes ends in a turn of its own; hashing on the event loop would have let none pass
    expect(turns).toBeGreaterThanOrEqual((threads + mostWaiting) / threads)
    expect(pool.statistics()).toEqual({ running: 0, queued: 0 })
  })

  it('DO04: one megabyte of password is answered without hashing', async () => {
    const pool = poolFor(1, 0)
    // a hash of the greatest cost we read: working it out would take minutes of this test's time
    const dear = `$pbkdf2-sha512$i=10000000$${'A'.repeat(22)}$${'A'.repeat(86)}`
    for (let times = 0; times < 200; times += 1) expect(await pool.verify('a'.repeat(1024 * 1024), dear)).toBe(false)
  })
})
