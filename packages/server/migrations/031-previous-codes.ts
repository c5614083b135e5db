import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** The code before the newest one, which people may still find first in their mail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table one_time_codes
    add column sealed_previous_code bytea,
    add column previous_created_at timestamptz,
    add column previous_expires_at timestamptz`.execute(db)
}
