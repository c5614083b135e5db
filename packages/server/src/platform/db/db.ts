import { AsyncLocalStorage } from 'node:async_hooks'
import { DummyDriver, Kysely, Transaction } from 'kysely'
import type { Dialect, KyselyProps, QueryExecutor } from 'kysely'
import type { Log } from '../log/index.ts'
import { fullDisk } from './full-disk.ts'
import { noting } from './noting.ts'
import { isPlanOutdated } from './pipelined-client.ts'
import type { PoolStatistics } from './bounded-pool.ts'
import { statementName } from './statement-name.ts'
import type { Tables } from './tables.ts'
import { together } from './together.ts'
import { openWaits } from './waits.ts'
import { tablesWrittenBy, writtenOn } from './written.ts'

/** A transaction: what every change is given. Never optional, never replaced by the database itself. */
export type Tx = Transaction<Tables>
/** Anything a read can run on: the database outside a transaction, or a transaction. */
export type Reader = Kysely<Tables>

/** What was asked of the database since the start: for metrics, and for tests that hold each step to so many. */
export interface DbCounts {
  readonly statements: number
  readonly transactions: number
  /** To connections of PostgreSQL; statements that travel together are one. 0 with the embedded database. */
  readonly writes: number
}

/** Counts that go on growing. */
export type GrowingCounts = { -readonly [name in keyof DbCounts]: DbCounts[name] }
export const noCounts = (): GrowingCounts => ({ statements: 0, transactions: 0, writes: 0 })

/** The database as use cases know it. */
export interface Db {
  /**
   * For reads that need no transaction. Those asked for together (`Promise.all`) travel to PostgreSQL together.
   *
   * @throws Error inside `transaction`: the embedded database has one connection, and would wait for itself for ever
   */
  readonly reader: Reader
  /**
   * Commits when `work` resolves, rolls back when it throws. Not to be nested.
   *
   * Statements run one after the other in the order they were asked for. Those asked for together (`Promise.all`) travel
   * to PostgreSQL together, so use it where no statement needs the answer of another.
   *
   * `work` is called a second time when the schema changed under a statement: nothing of the first is left then.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * One statement, which is a transaction by itself and needs neither begin nor commit.
   *
   * @throws Error at the second statement, before it is sent
   */
  statement<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly counts: DbCounts
  /** Absent with the embedded database, which has one connection. */
  readonly pool: ConnectionPool | undefined
  /** How long the one has waited who has waited longest for a connection, or for the embedded database to be free. */
  readonly longestWaitMilliseconds: number
  /** Hears what was told (`tell`) inside each transaction, once that has been committed. */
  onCommitted(listener: (fact: Fact) => void): void
  close(): Promise<void>
}

/** Hears of each statement and transaction as it is done. */
export interface DbObserver {
  /** @param name what it does to which table; nothing else of its text */
  statementEnded(name: string, milliseconds: number, error?: unknown): void
  transaction<T>(work: () => Promise<T>): Promise<T>
}

/** Something that is so once the transaction stands; each listener knows those of its kind. */
export interface Fact {
  readonly kind: string
}

export interface ConnectionPool {
  readonly statistics: PoolStatistics
  /** Tells how long each caller waited for a connection, those who got none included. */
  observe(waited: (milliseconds: number) => void): void
}

/** Outside a transaction nobody hears it. */
export function tell(fact: Fact): void {
  insideTransaction.getStore()?.told.push(fact)
}

interface Inside {
  readonly told: Fact[]
  readonly written: Set<string>
  /** How many statements may still be sent. */
  left: number
}

/** Marks the asynchronous work that runs inside a transaction, so that a mistake fails at once on every database. */
const insideTransaction = new AsyncLocalStorage<Inside>()

/** @param log hears of a disk without room */
export function databaseOn(
  given: Dialect,
  log: Log,
  closeMore: () => Promise<void> = async () => {},
  pool?: ConnectionPool,
  observer?: DbObserver,
  counts: GrowingCounts = noCounts(),
): Db {
  const listeners: ((fact: Fact) => void)[] = []
  const asFullDisk = fullDisk(log)
  const waits = openWaits()
  const dialect = noting(given, (sql) => {
    const inside = insideTransaction.getStore()
    if (inside && --inside.left < 0) throw new Error('a second statement where one was promised')
    counts.statements += 1
    for (const table of tablesWrittenBy(sql)) inside?.written.add(table)
  })
  const kysely = new Kysely<Tables>({
    dialect,
    ...(observer && {
      log: (event) =>
        observer.statementEnded(
          statementName(event.query.sql),
          event.queryDurationMillis,
          event.level === 'error' ? event.error : undefined,
        ),
    }),
  })
  const executor = kysely.getExecutor()
  const shared = together({ provideConnection: (consumer) => executor.provideConnection(consumer) })
  const reader = new Kysely<Tables>(propsOn(dialect, executor.withConnectionProvider(shared)))
  const written = writtenOn(reader)

  /** The connection itself in the place of Kysely's queue for it: the driver keeps the order, and sends without waiting. */
  function onConnection<T>(database: Kysely<Tables>, work: (tx: Tx) => Promise<T>): Promise<T> {
    const all = database.getExecutor()
    return all.provideConnection((connection) => {
      const own = all.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
      return work(new Transaction<Tables>(propsOn(dialect, own)))
    })
  }

  async function within<T>(statements: number, work: () => Promise<T>): Promise<T> {
    if (insideTransaction.getStore()) throw new Error('a transaction inside a transaction')
    const inside: Inside = { written: new Set(), told: [], left: statements }
    try {
      const result = await insideTransaction.run(inside, work)
      for (const fact of inside.told) for (const listener of listeners) listener(fact)
      return result
    } catch (error) {
      throw asFullDisk(error)
    } finally {
      written.note(inside.written)
    }
  }

  const db: Db = {
    get reader() {
      if (insideTransaction.getStore()) throw new Error('read through the transaction, not beside it')
      return reader
    },
    transaction(work) {
      const all = () =>
        within(Number.POSITIVE_INFINITY, async () => {
          const once = () => {
            counts.transactions += 1
            const isServed = waits.begin()
            return kysely
              .transaction()
              .execute((tx) => {
                isServed()
                return onConnection(tx, work)
              })
              .finally(isServed)
          }
          try {
            return await once()
          } catch (error) {
            if (!isPlanOutdated(error)) throw error
            insideTransaction.getStore()?.told.splice(0)
            return await once()
          }
        })
      return observer ? observer.transaction(all) : all()
    },
    statement: (work) => within(1, () => onConnection(kysely, work)),
    counts,
    pool,
    get longestWaitMilliseconds() {
      return pool ? pool.statistics.longestWaitMilliseconds : waits.longestMilliseconds
    },
    onCommitted: (listener) => void listeners.push(listener),
    async close() {
      await kysely.destroy()
      await closeMore()
    },
  }
  whole.set(db, kysely)
  return db
}

/** Statements only: it begins no transaction, so it asks its driver nothing. */
const propsOn = (dialect: Dialect, executor: QueryExecutor): KyselyProps => ({
  config: { dialect },
  dialect,
  driver: new DummyDriver(),
  executor,
})

const whole = new WeakMap<Db, Kysely<Tables>>()

/** For the migrator alone, which begins transactions of its own. */
export function kyselyOf(db: Db): Kysely<Tables> {
  const kysely = whole.get(db)
  if (!kysely) throw new Error('not a database that was opened here')
  return kysely
}
