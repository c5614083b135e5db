import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely } from 'kysely'
import type { Dialect, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** A transaction: what every change is given. Never optional, never replaced by the database itself. */
export type Tx = Transaction<Tables>
/** Anything a read can run on: the database outside a transaction, or a transaction. */
export type Reader = Kysely<Tables>

/** The database as use cases know it. */
export interface Db {
  /**
   * For reads that need no transaction.
   *
   * @throws Error inside `transaction`: the embedded database has one connection, and would wait for itself for ever
   */
  readonly reader: Reader
  /** Commits when `work` resolves, rolls back when it throws. Not to be nested. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Marks the asynchronous work that runs inside a transaction, so that a mistake fails at once on every database. */
const insideTransaction = new AsyncLocalStorage<true>()

export function databaseOn(dialect: Dialect, closeMore: () => Promise<void> = async () => {}): Db {
  const kysely = new Kysely<Tables>({ dialect })
  return {
    get reader() {
      if (insideTransaction.getStore()) throw new Error('read through the transaction, not beside it')
      return kysely
    },
    transaction(work) {
      if (insideTransaction.getStore()) throw new Error('a transaction inside a transaction')
      return insideTransaction.run(true, () => kysely.transaction().execute(work))
    },
    async close() {
      await kysely.destroy()
      await closeMore()
    },
  }
}
