import { describe, expect, it } from 'vitest'
import { testDatabase } from './testing/index.ts'
import { openWaits } from './waits.ts'

describe('the longest wait', () => {
  it('is that of the first who still waits', () => {
    let now = 100
    const waits = openWaits(() => now)
    expect(waits.longestMilliseconds).toBe(0)
    const first = waits.begin()
    now = 130
    const second = waits.begin()
    now = 150
    expect(waits.longestMilliseconds).toBe(50)
    first()
    first()
    expect(waits.longestMilliseconds).toBe(20)
    second()
    expect(waits.longestMilliseconds).toBe(0)
  })
})

describe('a database that is busy', () => {
  it('says how long its callers wait, and nothing once they have been served', async () => {
    const { db, close, isMultiConnection } = await testDatabase()
    try {
      const held = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<void>()
      const first = db.transaction(async () => {
        begun.resolve()
        await held.promise
      })
      await begun.promise
      expect(db.longestWaitMilliseconds).toBe(0)
      // The embedded database has one connection; of PostgreSQL's there are more than two.
      const second = db.transaction(async () => {})
      if (!isMultiConnection) await expect.poll(() => db.longestWaitMilliseconds).toBeGreaterThan(0)
      held.resolve()
      await Promise.all([first, second])
      expect(db.longestWaitMilliseconds).toBe(0)
    } finally {
      await close()
    }
  })
})
