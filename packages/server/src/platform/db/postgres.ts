import { PostgresDialect } from 'kysely'
import { StartError } from '../config/index.ts'
import type { Log } from '../log/index.ts'
import { BoundedPool } from './bounded-pool.ts'
import { databaseOn, noCounts } from './db.ts'
import type { Db, DbObserver } from './db.ts'
import { PipelinedClient } from './pipelined-client.ts'
import type { PipelinedConfig } from './pipelined-client.ts'

export interface PostgresOptions {
  readonly url: string
  readonly poolSize: number
  /** Callers that may wait for a connection. 500 when it is not said. */
  readonly poolQueue?: number
  readonly log: Log
  readonly observer?: DbObserver | undefined
}

export interface PostgresDatabase {
  readonly db: Db
  readonly pool: BoundedPool
}

/**
 * Opens PostgreSQL and asks it one question.
 *
 * @throws StartError when it does not answer
 */
export async function openPostgres({
  url,
  poolSize,
  poolQueue = 500,
  log,
  observer,
}: PostgresOptions): Promise<PostgresDatabase> {
  const counts = noCounts()
  const noted: PipelinedConfig = { noteWrite: () => void (counts.writes += 1) }
  const pool = new BoundedPool(
    {
      ...noted,
      Client: PipelinedClient,
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: 5000,
      // A new connection proves its password and prepares every statement anew; the driver would close one after ten seconds.
      idleTimeoutMillis: 300_000,
      idle_in_transaction_session_timeout: 30_000,
      statement_timeout: 30_000,
      // Short statements by key: compiling them costs more than running them.
      options: '-c jit=off',
    },
    { mostWaiting: poolQueue, log },
  )
  // An idle connection that breaks (a restarted server) is not the end of the process; the next query opens another.
  pool.on('error', (error) => log.error('database connection lost', error))
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    throw new StartError('PostgreSQL does not answer: check DATABASE_URL and that the server is running.', { cause })
  }
  return { pool, db: databaseOn(new PostgresDialect({ pool }), log, async () => {}, pool, observer, counts) }
}
