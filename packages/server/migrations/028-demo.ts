import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What was made for a demonstration says so, for ever: its secrets lie in files that anybody may have read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tenants add column is_demo boolean not null default false`.execute(db)
}
