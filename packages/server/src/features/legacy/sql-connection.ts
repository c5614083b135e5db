import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import pg from 'pg'
import type { LegacyStoreSettings } from './stores-file.ts'

/** One legacy database, asked in its own SQL. */
export interface SqlConnection {
  readonly placeholder: (position: number) => string
  rows(sql: string, values: readonly (string | number | null)[]): Promise<readonly Record<string, unknown>[]>
  /** @returns how many rows the statement changed */
  change(sql: string, values: readonly (string | number | null)[]): Promise<number>
  close(): Promise<void>
}

export function connectSql(settings: LegacyStoreSettings): SqlConnection {
  return settings.dialect === 'sqlite' ? connectSqlite(settings) : connectPostgres(settings)
}

/** Opened at the first call and again when another file stands in its place, so that one that was away is found again. */
function connectSqlite(settings: LegacyStoreSettings): SqlConnection {
  const path = settings.connection.replace(/^file:/, '')
  let database: DatabaseSync | undefined
  let openedFile: string | undefined
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    // SQLite would make an empty file in the place of a missing one, and go on reading one that was replaced.
    const file = statSync(path, { throwIfNoEntry: false })
    const standing = file && `${file.dev} ${file.ino}`
    if (standing !== openedFile) close()
    if (standing === undefined) throw new Error('the SQLite file is missing')
    openedFile = standing
    database ??= new DatabaseSync(path, { timeout: settings.timeoutMilliseconds ?? 2000 })
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const close = (): void => {
    prepared.clear()
    database?.close()
    database = undefined
    openedFile = undefined
  }
  return {
    placeholder: (position) => `?${position}`,
    rows: async (sql, values) => prepare(sql).all(...values),
    change: async (sql, values) => Number(prepare(sql).run(...values).changes),
    close: async () => close(),
  }
}

function connectPostgres(settings: LegacyStoreSettings): SqlConnection {
  const limit = settings.timeoutMilliseconds ?? 2000
  const pool = new pg.Pool({
    connectionString: settings.connection,
    max: 4,
    connectionTimeoutMillis: limit,
    statement_timeout: limit,
    query_timeout: limit,
  })
  // Broken idle connections are replaced at the next query; the breaker counts failed calls, not these.
  pool.on('error', () => {})
  return {
    placeholder: (position) => `$${position}`,
    rows: async (sql, values) => (await pool.query<Record<string, unknown>>(sql, [...values])).rows,
    change: async (sql, values) => (await pool.query(sql, [...values])).rowCount ?? 0,
    close: () => pool.end(),
  }
}
