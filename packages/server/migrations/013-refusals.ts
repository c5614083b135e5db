import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What each process found its slowest password check to take: all of them answer refusals by the slowest of all. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table refusal_measurements (
      node_id uuid primary key,
      slowest_ms integer not null,
      measured_at timestamptz not null
    )`.execute(db)
}
