import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** People. Every key begins with the organization, so that all of one organization lives on one shard. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table pools (
      pool_id text primary key,
      tenant_id text not null,
      workspace_id text not null,
      organization_id text not null,
      name text not null,
      description text not null default '',
      policy jsonb not null default '{}',
      wire jsonb not null default '{}',
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
  await sql`create index pools_by_organization on pools (tenant_id, organization_id, pool_id)`.execute(db)
  await sql`
    create table users (
      organization_id text not null,
      user_id uuid not null,
      tenant_id text not null,
      pool_id text not null,
      status text not null check (status in ('new', 'active', 'inactive', 'deleted')),
      payload jsonb not null default '{}',
      metadata jsonb not null default '{}',
      business_metadata jsonb not null default '{}',
      legacy_store_id text,
      legacy_id text,
      session_epoch integer not null default 1,
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      status_updated_at timestamptz not null,
      primary key (organization_id, user_id),
      unique (organization_id, legacy_store_id, legacy_id)
    )`.execute(db)
  await sql`create index users_by_pool on users (organization_id, pool_id, user_id)`.execute(db)
  await sql`
    create table identifiers (
      organization_id text not null,
      pool_id text not null,
      type text not null check (type in ('uid', 'email', 'mobile', 'external', 'federated')),
      canonical text not null,
      identifier text not null,
      identifier_id uuid not null,
      user_id uuid not null,
      metadata jsonb not null default '{}',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, pool_id, type, canonical),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`create index identifiers_by_user on identifiers (organization_id, user_id)`.execute(db)
  await sql`
    create table addresses (
      organization_id text not null,
      user_id uuid not null,
      canonical text not null,
      pool_id text not null,
      type text not null check (type in ('email', 'mobile')),
      address text not null,
      address_id uuid not null,
      status text not null default 'active' check (status in ('active', 'inactive')),
      is_verified boolean not null default false,
      verified_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, user_id, canonical),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`create index addresses_by_address on addresses (organization_id, pool_id, canonical)`.execute(db)
}
