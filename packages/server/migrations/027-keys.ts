import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** When a key stopped to sign, what the nodes watch for changes made elsewhere, and who does what one node does at a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table signing_keys add column retiring_at timestamptz`.execute(db)
  await sql`alter table signing_keys add column end_reason text`.execute(db)
  await sql`create unique index signing_keys_one_next on signing_keys (tenant_id, workspace_id, algorithm) where state = 'next'`.execute(
    db,
  )
  await sql`create table revisions (topic text primary key, revision integer not null)`.execute(db)
  await sql`
    create table leases (
      lease_name text primary key,
      holder uuid not null,
      expires_at timestamptz not null
    )`.execute(db)
}
