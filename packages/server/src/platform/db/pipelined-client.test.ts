import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeMultiConnection, testDatabase } from './testing/index.ts'
import type { TestDatabase } from './testing/index.ts'
import type { Tx } from './index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const now = new Date('2026-11-21T08:00:00Z')
const insert = (tx: Tx, id: string) =>
  tx.insertInto('tenants').values({ tenant_id: id, name: id, created_at: now }).executeTakeFirst()
const read = (id: string) =>
  database.db.reader.selectFrom('tenants').selectAll().where('tenant_id', '=', id).executeTakeFirst()

describeMultiConnection('a connection that does not wait', () => {
  it('keeps the order of what was asked for together', async () => {
    const rows = await database.db.transaction(async (tx) => {
      const rename = (name: string) =>
        tx.updateTable('tenants').set({ name }).where('tenant_id', '=', 'ordered').returning('name').execute()
      const [, first, second] = await Promise.all([insert(tx, 'ordered'), rename('first'), rename('second')])
      return [...first, ...second]
    })
    expect(rows).toStrictEqual([{ name: 'first' }, { name: 'second' }])
    expect(await read('ordered')).toMatchObject({ name: 'second' })
  })

  it('fails a transaction whose insert failed, with the reason, at the next statement', async () => {
    await database.db.transaction((tx) => insert(tx, 'twice'))
    const again = database.db.transaction(async (tx) => {
      await insert(tx, 'twice')
      await tx.selectFrom('tenants').select('name').execute()
    })
    await expect(again).rejects.toMatchObject({ code: '23505' })
  })

  it('and at its commit where no statement follows, keeping nothing of it', async () => {
    const again = database.db.transaction(async (tx) => {
      await insert(tx, 'beside')
      await insert(tx, 'twice')
    })
    await expect(again).rejects.toMatchObject({ code: '23505' })
    expect(await read('beside')).toBeUndefined()
  })

  it('is good for the next transaction after one that failed', async () => {
    for (let time = 0; time < 30; time++) {
      await expect(database.db.transaction((tx) => insert(tx, 'twice'))).rejects.toMatchObject({ code: '23505' })
      await expect(
        sql`select * from no_such_table where 1 = ${time}`.execute(database.db.reader),
      ).rejects.toMatchObject({ code: '42P01' })
    }
    await database.db.transaction((tx) => insert(tx, 'after'))
    expect(await read('after')).toMatchObject({ name: 'after' })
  })

  it('says how many rows a plain insert has put in', async () => {
    const rows = ['one', 'two', 'three'].map((id) => ({ tenant_id: `plain-${id}`, name: id, created_at: now }))
    const result = await database.db.transaction((tx) => tx.insertInto('tenants').values(rows).executeTakeFirst())
    expect(result.numInsertedOrUpdatedRows).toBe(3n)
  })

  it('says how many rows an insert that replaces what is there has kept, and keeps them with what was asked before', async () => {
    const put = (tx: Tx, ids: readonly string[], name: string) =>
      tx
        .insertInto('tenants')
        .values(ids.map((id) => ({ tenant_id: id, name, created_at: now })))
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ name }))
        .executeTakeFirst()
    const [first, second] = await database.db.transaction(async (tx) => [
      await put(tx, ['replaced'], 'first'),
      await put(tx, ['replaced', 'beside-it'], 'second'),
    ])
    expect([first?.numInsertedOrUpdatedRows, second?.numInsertedOrUpdatedRows]).toStrictEqual([1n, 2n])
    expect([await read('replaced'), await read('beside-it')]).toMatchObject([{ name: 'second' }, { name: 'second' }])
  })

  it('waits for an insert that replaces on a condition, which may keep nothing', async () => {
    const put = (tx: Tx, name: string) =>
      tx
        .insertInto('tenants')
        .values({ tenant_id: 'once', name, created_at: now })
        .onConflict((conflict) =>
          conflict.column('tenant_id').doUpdateSet({ name }).where('tenants.created_at', '<', now),
        )
        .executeTakeFirst()
    const results = await database.db.transaction(async (tx) => [await put(tx, 'first'), await put(tx, 'second')])
    expect(results.map(({ numInsertedOrUpdatedRows: rows }) => rows)).toStrictEqual([1n, 0n])
  })

  it('reads columns by their names when a table loses one, on connections that knew it and on those that did not', async () => {
    const { reader } = database.db
    await sql`create table narrowed (first text, second text, third text)`.execute(reader)
    try {
      await sql`insert into narrowed values (${'1'}, ${'2'}, ${'3'})`.execute(reader)
      const rows = async (times: number) => {
        const all = await Promise.all(
          Array.from({ length: times }, (_, at) =>
            // A transaction each, so that each has a connection of its own.
            database.db.transaction(async (tx) => {
              const found = await sql`select * from narrowed where ${at}::int >= 0`.execute(tx)
              return JSON.stringify(found.rows)
            }),
          ),
        )
        return [...new Set(all)]
      }
      expect(await rows(2)).toStrictEqual(['[{"first":"1","second":"2","third":"3"}]'])
      await sql`alter table narrowed drop column second`.execute(reader)
      expect(await rows(30)).toStrictEqual(['[{"first":"1","third":"3"}]'])
      expect(await rows(30)).toStrictEqual(['[{"first":"1","third":"3"}]'])
    } finally {
      await sql`drop table narrowed`.execute(reader)
    }
  })

  it('answers the same statement the same with rows and without', async () => {
    const rename = (id: string, name: string) =>
      database.db.transaction(async (tx) => {
        const { rows } = await sql<{ name: string; created_at: Date }>`
          update tenants set name = ${name} where tenant_id = ${id} returning name, created_at`.execute(tx)
        return rows
      })
    await database.db.transaction((tx) => insert(tx, 'answered'))
    for (const name of ['once', 'twice', 'three times']) {
      expect(await rename('answered', name)).toStrictEqual([{ name, created_at: now }])
      expect(await rename('nobody', name)).toStrictEqual([])
    }
  })

  it('goes on when a table gets another column while statements on it are prepared', async () => {
    await database.db.transaction((tx) => insert(tx, 'grown'))
    const inside = () =>
      database.db.transaction(async (tx) => {
        const { rows } = await sql<{ name: string }>`
          update tenants set name = name || ${'+'} where tenant_id = ${'grown'} returning *`.execute(tx)
        return rows[0]?.name
      })
    // Every connection of the pool has prepared both before the table changes.
    await Promise.all(Array.from({ length: 30 }, () => read('grown')))
    await Promise.all(Array.from({ length: 30 }, inside))
    const before = await inside()
    await sql`alter table tenants add column grown text`.execute(database.db.reader)
    try {
      expect(await Promise.all(Array.from({ length: 30 }, () => read('grown')))).toHaveLength(30)
      await Promise.all(Array.from({ length: 30 }, inside))
      expect(await inside()).toBe(`${before}${'+'.repeat(31)}`)
    } finally {
      await sql`alter table tenants drop column grown`.execute(database.db.reader)
    }
  })
})
