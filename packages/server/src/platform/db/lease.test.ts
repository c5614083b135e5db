import { afterAll, beforeAll, expect, it } from 'vitest'
import { sql } from 'kysely'
import { announceChange, readRevisions, withLease } from './index.ts'
import { describeMultiConnection, testDatabase } from './testing/index.ts'
import type { TestDatabase } from './testing/index.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.close())

it('work under a lease is done by one at a time, and by the next as soon as it is done', async () => {
  const { db } = database
  const order: string[] = []
  const inside = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const first = withLease(db, 'test', async () => {
    order.push('first')
    inside.resolve()
    await go.promise
  })
  await inside.promise
  expect(await withLease(db, 'test', async () => void order.push('second'))).toBe(false)
  expect(await withLease(db, 'other', async () => void order.push('other'))).toBe(true)
  go.resolve()
  expect(await first).toBe(true)
  expect(await withLease(db, 'test', async () => void order.push('third'))).toBe(true)
  expect(order).toStrictEqual(['first', 'other', 'third'])
})

it('a lease whose holder failed or died is free again', async () => {
  const { db } = database
  const failing = withLease(db, 'failing', async () => {
    throw new Error('planted')
  })
  await expect(failing).rejects.toThrow('planted')
  expect(await withLease(db, 'failing', async () => {})).toBe(true)
  await db.transaction((tx) =>
    tx
      .insertInto('leases')
      .values({
        lease_name: 'died',
        holder: '00000000-0000-7000-8000-000000000000',
        expires_at: sql<Date>`now() - interval '1 second'`,
      })
      .execute(),
  )
  expect(await withLease(db, 'died', async () => {})).toBe(true)
})

it('a change is seen as a number that grows, and not at all when its transaction fails', async () => {
  const { db } = database
  expect((await readRevisions(db.reader)).get('settings')).toBeUndefined()
  for (const expected of [1, 2]) {
    await db.transaction((tx) => announceChange(tx, 'settings'))
    expect((await readRevisions(db.reader)).get('settings')).toBe(expected)
  }
  const failing = db.transaction(async (tx) => {
    await announceChange(tx, 'settings')
    throw new Error('planted')
  })
  await expect(failing).rejects.toThrow('planted')
  expect((await readRevisions(db.reader)).get('settings')).toBe(2)
})

describeMultiConnection('a lease that many want at once', () => {
  it('is given to one', async () => {
    const { db } = database
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
    }
    const taken = await Promise.all([1, 2, 3, 4, 5, 6].map(() => withLease(db, 'contended', work)))
    expect(taken).toContain(true)
    expect(most).toBe(1)
  })
})
