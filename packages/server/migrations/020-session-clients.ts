import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Applications that take part in a session and want to hear of its end; a row goes when it is told or has expired. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table session_clients (
      organization_id text not null,
      session_uid text not null,
      client_id text not null,
      tenant_id text not null,
      workspace_id text not null,
      issuer_path text not null,
      user_id uuid not null,
      client_sid text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (organization_id, session_uid, client_id)
    )`.execute(db)
  await sql`create index session_clients_by_user on session_clients (organization_id, user_id)`.execute(db)
  await sql`create index session_clients_expired on session_clients (expires_at)`.execute(db)
}
