import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Tenants, workspaces, organizations and billers: few rows, read everywhere, written by administrators.
 * On distributed PostgreSQL these are reference tables, so foreign keys among them are allowed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tenants (
      tenant_id text primary key,
      name text not null,
      created_at timestamptz not null
    )`.execute(db)
  await sql`
    create table workspaces (
      tenant_id text not null references tenants,
      workspace_id text not null,
      name text not null,
      kind text not null check (kind in ('system', 'admin', 'customer')),
      username_scope text not null default 'workspace' check (username_scope in ('workspace', 'organization')),
      brand jsonb not null default '{}',
      created_at timestamptz not null,
      primary key (tenant_id, workspace_id)
    )`.execute(db)
  await sql`
    create table organizations (
      tenant_id text not null,
      organization_id text not null,
      workspace_id text not null,
      name text not null,
      description text not null default '',
      domains jsonb not null default '[]',
      metadata jsonb not null default '{}',
      brand jsonb not null default '{}',
      is_template boolean not null default false,
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, organization_id),
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
  await sql`
    create table billers (
      tenant_id text not null,
      organization_id text not null,
      biller_guid uuid not null unique,
      legacy_store_id text,
      legacy_biller_key text,
      mode text not null check (mode in ('legacy', 'concurrent', 'new')),
      epoch integer not null default 1,
      is_custom_url_enabled boolean not null default true,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, organization_id),
      foreign key (tenant_id, organization_id) references organizations,
      unique (legacy_store_id, legacy_biller_key)
    )`.execute(db)
  await sql`
    create table secrets (
      secret_name text primary key,
      sealed_value bytea not null,
      created_at timestamptz not null
    )`.execute(db)
}
