import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * How long sessions last where a workspace or an organization says so itself; when a session was last used; and
 * organizations that are suspended. The code before this writes sessions without the new columns: it knows one lifetime,
 * which `expires_at` holds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column session_settings jsonb not null default '{}'`.execute(db)
  await sql`alter table organizations add column session_settings jsonb not null default '{}'`.execute(db)
  await sql`alter table organizations add column suspended_at timestamptz`.execute(db)
  await sql`alter table sessions add column last_seen_at timestamptz`.execute(db)
  await sql`alter table sessions add column over_at timestamptz`.execute(db)
  await sql`alter table sessions add column is_remembered boolean not null default false`.execute(db)
  await sql`create index sessions_open on sessions (over_at) where ended_at is null`.execute(db)
}
