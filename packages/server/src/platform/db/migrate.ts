import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Migration } from 'kysely/migration'
import { migrations } from '../../../migrations/index.ts'
import { StartError } from '../config/index.ts'
import { kyselyOf } from './db.ts'
import type { Db } from './db.ts'

/**
 * The longest that a change of a table may wait for its turn. Everybody who comes after it waits too, so it is short: who
 * cannot have the table now lets the others go first and comes again. Shorter than PostgreSQL's `deadlock_timeout` (a
 * second): where a change of two tables and a request wait for each other, the change gives way before PostgreSQL chooses
 * which of them fails.
 */
const lockTimeout = '500ms'
const patienceMilliseconds = 120_000
const pauseMilliseconds = 500

/**
 * Brings the schema up to date. On a database in use each change is a transaction of its own, so that nobody waits for
 * more than one of them; an empty one gets all of them at once. Killed in the middle, each change is there or not. Several
 * nodes may start at once: one migrates, the others wait (Kysely's lock).
 *
 * @throws StartError when a table could not be had for two minutes
 */
export async function migrate(db: Db): Promise<void> {
  let waited = 0
  for (;;) {
    const pending = await pendingMigrations(db)
    if (pending.length === 0) return
    const migrator = new Migrator({
      db: kyselyOf(db),
      provider: { getMigrations: async () => limited(migrations) },
      // Rooms number their migrations by themselves.
      allowUnorderedMigrations: true,
    })
    const isEmpty = pending.length === knownMigrations.length
    const { error } = await (isEmpty ? migrator.migrateToLatest() : migrator.migrateUp())
    if (error === undefined) continue
    if (!isImpatience(error)) throw error instanceof Error ? error : new Error('migration failed', { cause: error })
    if (waited >= patienceMilliseconds) {
      throw new StartError('The schema cannot be brought up to date: a table is in use for minutes. Try again later.', {
        cause: error,
      })
    }
    await pause(pauseMilliseconds)
    waited += pauseMilliseconds
  }
}

/** Names of every change of the schema that this release knows, in order. */
export const knownMigrations: readonly string[] = Object.keys(migrations)

/** Names of what is not applied yet, in order. One query or two instead of the migrator's dozen; changes nothing. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const exists = await sql<{ found: string | null }>`select to_regclass('kysely_migration')::text as found`.execute(
    db.reader,
  )
  if (!exists.rows[0]?.found) return Object.keys(migrations)
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db.reader)
  const applied = new Set(rows.map((row) => row.name))
  return Object.keys(migrations).filter((name) => !applied.has(name))
}

/** Waits for no lock long, and runs as long as it must. */
const limited = (all: Readonly<Record<string, Migration>>): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(all).map(([name, migration]) => [
      name,
      {
        ...migration,
        async up(db) {
          await sql`set local lock_timeout = ${sql.lit(lockTimeout)}`.execute(db)
          await sql`set local statement_timeout = 0`.execute(db)
          await migration.up(db)
        },
      } satisfies Migration,
    ]),
  )

/** 55P03: the table is in use. 57014: another node has been migrating for longer than a statement may wait. 40P01: a deadlock. */
const isImpatience = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['55P03', '57014', '40P01'].includes(String(error.code))
