import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { remembered } from './index.ts'
import type { Db, Reader } from './index.ts'
import { testDatabase } from './testing/index.ts'
import type { TestDatabase } from './testing/index.ts'
import { tablesWrittenBy } from './written.ts'

let database: TestDatabase
let db: Db
let reads = 0
const nameOf = remembered(['tenants'], async (reader: Reader, id: string) => {
  reads += 1
  const row = await reader.selectFrom('tenants').select('name').where('tenant_id', '=', id).executeTakeFirst()
  return row?.name
})

const rename = (name: string): Promise<unknown> =>
  db.transaction((tx) => tx.updateTable('tenants').set({ name }).where('tenant_id', '=', 'known').execute())

beforeAll(async () => {
  database = await testDatabase()
  db = database.db
  const now = new Date('2026-11-21T08:00:00Z')
  await db.transaction((tx) =>
    tx.insertInto('tenants').values({ tenant_id: 'known', name: 'first', created_at: now }).execute(),
  )
})
afterAll(() => database.close())
beforeEach(async () => {
  await rename('first')
  reads = 0
})

describe('a remembered read', () => {
  it('asks once for all who ask within a second, and again after it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      await Promise.all([nameOf(db.reader, 'known'), nameOf(db.reader, 'known')])
      vi.advanceTimersByTime(990)
      expect([await nameOf(db.reader, 'known'), reads]).toStrictEqual(['first', 1])
      vi.advanceTimersByTime(20)
      expect([await nameOf(db.reader, 'known'), reads]).toStrictEqual(['first', 2])
    } finally {
      vi.useRealTimers()
    }
  })

  it('sees at once what this process has committed', async () => {
    expect(await nameOf(db.reader, 'known')).toBe('first')
    await rename('second')
    expect(await nameOf(db.reader, 'known')).toBe('second')
  })

  it('that began before a commit is not taken for what stands after it', async () => {
    let letGo: () => void = () => {}
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const slowNameOf = remembered(['tenants'], async (reader: Reader, id: string) => {
      const row = await reader.selectFrom('tenants').select('name').where('tenant_id', '=', id).executeTakeFirst()
      await held
      return row?.name
    })
    const early = slowNameOf(db.reader, 'known')
    // The next answer comes after the early read's: there is one queue to the database, or a slower second connection.
    await db.reader.selectFrom('tenants').select('name').execute()
    await rename('second')
    const late = slowNameOf(db.reader, 'known')
    letGo()
    expect([await early, await late]).toStrictEqual(['first', 'second'])
  })

  it('is not remembered in a transaction, which sees its own changes', async () => {
    await nameOf(db.reader, 'known')
    const seen = await db.transaction(async (tx) => {
      await tx.updateTable('tenants').set({ name: 'inside' }).where('tenant_id', '=', 'known').execute()
      return nameOf(tx, 'known')
    })
    expect(seen).toBe('inside')
  })

  it('asks again for what was not there, and after a failure', async () => {
    await nameOf(db.reader, 'nobody')
    await nameOf(db.reader, 'nobody')
    expect(reads).toBe(2)
    const failing = remembered(['tenants'], async (_reader: Reader, _id: string): Promise<string> => {
      reads += 1
      throw new Error('away')
    })
    await expect(failing(db.reader, 'known')).rejects.toThrow('away')
    await expect(failing(db.reader, 'known')).rejects.toThrow('away')
    expect(reads).toBe(4)
  })
})

describe('what a statement writes', () => {
  it.each([
    ['insert into "clients" ("client_id") values ($1) on conflict do update set "name" = $2', ['clients', 'set']],
    ['update "billers" set "mode" = $1', ['billers']],
    ['delete from "organizations" where true', ['organizations']],
    ['select * from "clients" for update', []],
    [
      'with spent as (update "artifacts" set "consumed_at" = $1 returning *) insert into "clients" select 1',
      ['artifacts', 'clients'],
    ],
  ])('is read from its text: %s', (sql, tables) => {
    expect(tablesWrittenBy(sql)).toStrictEqual(tables)
  })
})
