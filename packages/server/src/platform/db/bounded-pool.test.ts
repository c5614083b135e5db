import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createLog } from '../log/index.ts'
import { describeMultiConnection } from './testing/index.ts'
import { openPostgres } from './index.ts'
import { asOutage } from './outage.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const busy = { code: 'server.busy', retryAfterSeconds: 1 }
const unavailable = { code: 'server.unavailable', retryAfterSeconds: 1 }

describeMultiConnection('connections that are all in use', () => {
  it('make so many callers wait, in turn, and send the next one away at once (F06)', async () => {
    const lines: string[] = []
    const { db } = await openPostgres({
      url,
      poolSize: 1,
      poolQueue: 2,
      log: createLog('info', (line) => lines.push(line)),
    })
    const free = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holder = db.transaction(async () => {
      held.resolve()
      await free.promise
    })
    await held.promise
    const ask = (n: number) => sql<{ n: number }>`select ${n}::int as n`.execute(db.reader)
    // Not in one turn: what is asked together travels on one connection.
    const waiting: ReturnType<typeof ask>[] = []
    for (const n of [1, 2]) {
      waiting.push(ask(n))
      await setImmediate()
    }
    const startedAt = performance.now()
    await expect(ask(3)).rejects.toMatchObject(busy)
    expect(performance.now() - startedAt).toBeLessThan(1000)
    free.resolve()
    await holder
    expect((await Promise.all(waiting)).map(({ rows }) => rows[0]?.n)).toEqual([1, 2])
    expect(lines).toEqual([])
    await db.close()
  })

  it('are a wait, and one that opens is none: a process that has just started is no crowd', async () => {
    const { db, pool } = await openPostgres({ url, poolSize: 2, log: createLog('silent') })
    const first = await pool.connect()
    const opening = pool.connect()
    await setImmediate()
    expect(pool.statistics).toMatchObject({ inUse: 2, longestWaitMilliseconds: 0 })
    const second = await opening
    const third = pool.connect()
    await expect.poll(() => pool.statistics.longestWaitMilliseconds).toBeGreaterThan(0)
    second.release()
    for (const client of [first, await third]) client.release()
    expect(pool.statistics.longestWaitMilliseconds).toBe(0)
    await db.close()
  })

  it('that are cut while somebody uses them fail that one, kindly, and nobody after', async () => {
    const lines: string[] = []
    const { db } = await openPostgres({ url, poolSize: 1, log: createLog('info', (line) => lines.push(line)) })
    const cut = db.transaction(async (tx) => {
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    await expect(cut).rejects.toMatchObject(unavailable)
    expect((await sql<{ n: number }>`select 1 as n`.execute(db.reader)).rows).toEqual([{ n: 1 }])
    await db.close()
  })
})

describeMultiConnection('a database that cannot be reached', () => {
  it('is one line in the log, however many ask, and one when it is back', async () => {
    const lines: string[] = []
    const { db, pool } = await openPostgres({ url, poolSize: 2, log: createLog('info', (line) => lines.push(line)) })
    const right = pool.options.connectionString
    // A port that nobody listens on.
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const ask = () => sql`select 1`.execute(db.reader)
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db.reader).catch(() => undefined)
    pool.options.connectionString = `postgres://nobody@127.0.0.1:${port}/nothing`
    for (let n = 0; n < 3; n += 1) await expect(ask()).rejects.toMatchObject(unavailable)
    if (right !== undefined) pool.options.connectionString = right
    await ask()
    expect(lines.filter((line) => line.includes('database cannot be reached'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('database reached again'))).toHaveLength(1)
    await db.close()
  })
})

it('an error that says something else than "away" stays what it is', () => {
  const taken = Object.assign(new Error('duplicate key'), { code: '23505' })
  expect(asOutage(taken)).toBe(taken)
  expect(asOutage('text')).toBe('text')
  expect(asOutage(Object.assign(new Error('the database system is starting up'), { code: '57P03' }))).toMatchObject(
    unavailable,
  )
})
