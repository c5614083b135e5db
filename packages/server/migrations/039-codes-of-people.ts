import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Codes for every purpose: the long form that stands alone, which issue it is, and the address it was made for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table one_time_codes
    add column sealed_extended bytea,
    add column issue_id uuid,
    add column address_id uuid`.execute(db)
}
