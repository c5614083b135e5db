import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * What administrators set by the API: words of a workspace that are kept for them, themes that workspaces wear, limits of
 * tries, and where news is to be sent. Tenant tables, so foreign keys among them are allowed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table themes (
      tenant_id text not null references tenants,
      theme_id text not null,
      name text not null,
      logo_url text,
      brand jsonb not null default '{}',
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, theme_id)
    )`.execute(db)
  await sql`alter table workspaces
    add column wire jsonb not null default '{}',
    add column revision integer not null default 1,
    add column theme_id text`.execute(db)
  await sql`
    create table try_limits (
      tenant_id text not null references tenants,
      purpose text not null,
      tries integer not null,
      wait_seconds integer not null,
      updated_at timestamptz not null,
      primary key (tenant_id, purpose)
    )`.execute(db)
  await sql`
    create table webhooks (
      tenant_id text not null,
      workspace_id text not null,
      webhook_id text not null,
      url text not null,
      is_active boolean not null,
      events jsonb not null,
      sealed_api_key bytea,
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, workspace_id, webhook_id),
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
}
