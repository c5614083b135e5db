import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../../migrations/index.ts'
import type { Db } from './db.ts'

/** Brings the schema up to date. Two nodes may start at once: one migrates, the other waits (Kysely's lock). */
export async function migrate(db: Db): Promise<void> {
  if (await isUpToDate(db)) return
  const migrator = new Migrator({ db: db.reader, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error instanceof Error ? error : new Error('migration failed', { cause: error })
}

/** One query instead of the migrator's dozen: an ordinary start changes nothing. */
async function isUpToDate(db: Db): Promise<boolean> {
  const exists = await sql<{ found: string | null }>`select to_regclass('kysely_migration')::text as found`.execute(
    db.reader,
  )
  if (!exists.rows[0]?.found) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db.reader)
  const applied = new Set(rows.map((row) => row.name))
  return Object.keys(migrations).every((name) => applied.has(name))
}
