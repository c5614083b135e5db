import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StartError } from '../config/index.ts'
import { silentLog } from '../log/index.ts'
import { migrate, openPostgres } from './index.ts'
import { describeMultiConnection, testDatabase } from './testing/index.ts'
import type { TestDatabase } from './testing/index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const now = new Date('2026-11-21T08:00:00Z')
const tenantsOf = async (id: string): Promise<number> =>
  (await database.db.reader.selectFrom('tenants').select('tenant_id').where('tenant_id', '=', id).execute()).length

describe('a transaction', () => {
  it('leaves nothing behind when its work throws, and all of it when it does not', async () => {
    const insert = (id: string, fails: boolean): Promise<void> =>
      database.db.transaction(async (tx) => {
        await tx.insertInto('tenants').values({ tenant_id: id, name: id, created_at: now }).execute()
        if (fails) throw new Error('changed my mind')
      })
    await expect(insert('undone', true)).rejects.toThrow('changed my mind')
    await insert('done', false)
    expect([await tenantsOf('undone'), await tenantsOf('done')]).toStrictEqual([0, 1])
  })

  it('refuses a read beside it at once, on every database, and however deep in the call', async () => {
    const deep = async (): Promise<number> => {
      await Promise.resolve()
      return tenantsOf('any')
    }
    await expect(database.db.transaction(() => deep())).rejects.toThrow('read through the transaction')
  })

  it('refuses another one inside it', async () => {
    await expect(database.db.transaction(() => database.db.transaction(async () => 1))).rejects.toThrow(
      'a transaction inside a transaction',
    )
  })

  it('that was refused leaves the database free for the next', async () => {
    await expect(database.db.transaction(() => tenantsOf('any'))).rejects.toThrow(/./)
    expect(await database.db.transaction(async () => 'next')).toBe('next')
    expect(await tenantsOf('nobody')).toBe(0)
  })

  it('of one statement refuses a second before it is sent, and keeps the first', async () => {
    const insert = (id: string) =>
      database.db.statement(async (tx) => {
        await tx.insertInto('tenants').values({ tenant_id: id, name: id, created_at: now }).execute()
        if (id === 'and-more') await tx.deleteFrom('tenants').execute()
      })
    await insert('alone')
    await expect(insert('and-more')).rejects.toThrow('a second statement where one was promised')
    expect([await tenantsOf('alone'), await tenantsOf('and-more')]).toStrictEqual([1, 1])
  })

  it('and each statement is counted', async () => {
    const { statements, transactions } = database.db.counts
    await database.db.transaction(async (tx) => {
      await tx.selectFrom('tenants').select('name').execute()
      await sql`select 1`.execute(tx)
    })
    await tenantsOf('nobody')
    expect([database.db.counts.statements - statements, database.db.counts.transactions - transactions]).toStrictEqual([
      3, 1,
    ])
  })

  it('beside others in the same process knows only itself', async () => {
    const works = Array.from({ length: 8 }, (_, index) =>
      database.db.transaction(async (tx) => {
        const { rows } = await sql<{ given: number }>`select ${index}::integer as given`.execute(tx)
        return rows[0]?.given
      }),
    )
    expect(await Promise.all(works)).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
})

describe('migrating', () => {
  it('again changes nothing', async () => {
    const applied = () =>
      sql<{ name: string; timestamp: string }>`select name, timestamp from kysely_migration order by name`.execute(
        database.db.reader,
      )
    const before = await applied()
    await migrate(database.db)
    await migrate(database.db)
    expect((await applied()).rows).toStrictEqual(before.rows)
    expect(before.rows.length).toBeGreaterThan(0)
  })
})

describeMultiConnection('an empty database', () => {
  it('may be migrated by several nodes at once', async () => {
    const name = `gatehouse_test_empty_${process.pid}`
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? '')
    await sql`create database ${sql.id(name)}`.execute(database.db.reader)
    url.pathname = `/${name}`
    const nodes = await Promise.all([1, 2, 3].map(() => openPostgres({ url: url.href, poolSize: 2, log: silentLog })))
    try {
      await Promise.all(nodes.map(({ db }) => migrate(db)))
      const rows = await nodes[0]!.db.reader.selectFrom('tenants').select('tenant_id').execute()
      expect(rows).toStrictEqual([])
    } finally {
      for (const { db } of nodes) await db.close()
      await sql`drop database ${sql.id(name)} with (force)`.execute(database.db.reader)
    }
  })
})

describe('a PostgreSQL that does not answer', () => {
  it.each(['postgres://gatehouse:hunter2@127.0.0.1:1/gatehouse', 'postgres://gatehouse:hunter2@[bad/gatehouse'])(
    'stops the start with one line that keeps the address to itself',
    async (url) => {
      const opened = openPostgres({ url, poolSize: 1, log: silentLog })
      await expect(opened).rejects.toThrow(StartError)
      await expect(opened).rejects.toThrow(/^PostgreSQL does not answer: [^\n]*DATABASE_URL[^\n]*$/)
      await expect(opened).rejects.not.toThrow(/hunter2/)
    },
  )
})
