import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Sign-ins under way, distributed by their own id, and the counters that slow guessing down. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sign_in_flows (
      flow_id text primary key,
      tenant_id text not null,
      workspace_id text not null,
      issuer_path text not null,
      browser_hash bytea not null,
      state jsonb not null,
      revision integer not null default 1,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`create index sign_in_flows_expired on sign_in_flows (expires_at)`.execute(db)
  await sql`
    create table throttles (
      throttle_key bytea primary key,
      failures integer not null,
      first_failure_at timestamptz not null,
      last_failure_at timestamptz not null,
      blocked_until timestamptz
    )`.execute(db)
  await sql`create index throttles_old on throttles (last_failure_at)`.execute(db)
}
