import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LegacyStoreSettings } from '../features/legacy/index.ts'

export interface ShardRow {
  readonly id: string
  readonly biller: string
  readonly username: string
  readonly hash: string
  readonly salt?: string
  readonly format: string
  readonly email?: string
  readonly isLocked?: boolean
  readonly isDisabled?: boolean
  readonly mustChange?: boolean
}

/** A legacy store in a file of its own, as a customer's would be: its own table, asked in its own SQL. */
export function makeShard(
  folder: string,
  id: string,
  rows: readonly ShardRow[],
): LegacyStoreSettings & { readonly file: string } {
  const file = join(folder, `${id}.sqlite`)
  const database = new DatabaseSync(file)
  database.exec(`create table login (
    id text primary key, biller text not null, name text not null, hash text, salt text, format text not null,
    email text, locked integer not null, disabled integer not null, must_change integer not null)`)
  const insert = database.prepare('insert into login values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  for (const row of rows) {
    insert.run(
      row.id,
      row.biller,
      row.username,
      row.hash,
      row.salt ?? null,
      row.format,
      row.email ?? null,
      Number(row.isLocked ?? false),
      Number(row.isDisabled ?? false),
      Number(row.mustChange ?? false),
    )
  }
  database.close()
  const columns = `id as legacy_id, biller as biller_key, name as username, hash as password_hash, salt as password_salt,
    format as password_format, email, name as display_name, locked as is_locked, disabled as is_disabled, must_change`
  return {
    file,
    id,
    dialect: 'sqlite',
    connection: `file:${file}`,
    statements: {
      find: `select ${columns} from login where lower(name) = :canonical`,
      findByAddress: `select ${columns} from login where lower(email) = :address`,
      list: `select ${columns} from login where id > :after order by id limit :limit`,
      writePassword: `update login set hash = :password_hash, salt = :password_salt, must_change = 0
        where id = :legacy_id and hash = :previous_hash`,
    },
  }
}
