import { sql } from 'kysely'
import type { Db } from './db.ts'

/** The database's clock at this moment, in milliseconds since 1970: the one that all nodes have in common. */
export async function databaseMilliseconds(db: Db): Promise<number> {
  const { rows } = await sql<{ milliseconds: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as milliseconds`.execute(db.reader)
  const [row] = rows
  if (!row) throw new Error('no time in the answer of the database')
  return row.milliseconds
}
