import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What happened, written with what changed. `organization_id` is the workspace's own id where no organization is involved. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table audit_events (
      organization_id text not null,
      event_id uuid not null,
      tenant_id text not null,
      workspace_id text not null,
      subject text not null,
      action text not null,
      reason text,
      user_id uuid,
      user_pool_id text,
      affected_user_id uuid,
      affected_user_pool_id text,
      client_id text,
      session_id text,
      authorization_correlation_id text,
      request_id text,
      ip_address text,
      user_agent text,
      context jsonb not null default '{}',
      payload jsonb not null default '{}',
      occurred_at timestamptz not null,
      primary key (organization_id, event_id)
    )`.execute(db)
  await sql`create index audit_events_by_workspace on audit_events (tenant_id, workspace_id, event_id)`.execute(db)
  await sql`create index audit_events_by_user on audit_events (organization_id, affected_user_id, event_id)`.execute(db)
}
