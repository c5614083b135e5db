import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What the winner of a race for a refresh token was answered, kept sealed for the few seconds in which others may ask. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table artifacts add column sealed_answer bytea`.execute(db)
  await sql`create index artifacts_answered on artifacts (consumed_at) where sealed_answer is not null`.execute(db)
}
