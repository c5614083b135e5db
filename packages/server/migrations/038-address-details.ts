import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What applications say about an address, kept for them; and how its owner prefers to be called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table addresses
    add column metadata jsonb not null default '{}',
    add column preferred_contact_method text check (preferred_contact_method in ('sms', 'voice'))`.execute(db)
}
