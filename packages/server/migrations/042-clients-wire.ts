import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Fields of the vendor's client that are kept for their owner and not read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table clients add column wire jsonb not null default '{}'`.execute(db)
}
