import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Clients and keys (reference tables), protocol artifacts (by the hash of their own id), sessions (by organization). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table clients (
      client_id text primary key,
      tenant_id text not null,
      workspace_id text not null,
      name text not null,
      is_enabled boolean not null default true,
      settings jsonb not null,
      secret_hashes jsonb not null default '[]',
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
  await sql`create index clients_by_workspace on clients (tenant_id, workspace_id, client_id)`.execute(db)
  await sql`
    create table resources (
      tenant_id text not null,
      workspace_id text not null,
      audience text not null,
      name text not null,
      scopes jsonb not null,
      access_token_seconds integer not null default 300,
      created_at timestamptz not null,
      primary key (tenant_id, workspace_id, audience),
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
  await sql`
    create table signing_keys (
      tenant_id text not null,
      workspace_id text not null,
      kid text not null,
      algorithm text not null,
      state text not null check (state in ('next', 'active', 'retiring', 'retired')),
      public_jwk jsonb not null,
      sealed_private_jwk bytea not null,
      created_at timestamptz not null,
      activated_at timestamptz,
      retired_at timestamptz,
      primary key (tenant_id, workspace_id, kid),
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
  await sql`create unique index signing_keys_one_active on signing_keys (tenant_id, workspace_id, algorithm) where state = 'active'`.execute(
    db,
  )
  await sql`
    create table artifacts (
      id_hash bytea not null,
      kind text not null,
      tenant_id text not null,
      workspace_id text not null,
      sealed_payload bytea not null,
      grant_id text,
      session_uid text,
      client_id text,
      user_id uuid,
      consumed_at timestamptz,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (id_hash, kind)
    )`.execute(db)
  await sql`create index artifacts_by_grant on artifacts (grant_id) where grant_id is not null`.execute(db)
  await sql`create index artifacts_by_session on artifacts (session_uid) where kind = 'Session'`.execute(db)
  await sql`create index artifacts_expired on artifacts (expires_at)`.execute(db)
  await sql`
    create table revoked_tokens (
      token_id text primary key,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`
    create table revoked_grants (
      grant_id text primary key,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`
    create table sessions (
      organization_id text not null,
      session_uid text not null,
      tenant_id text not null,
      workspace_id text not null,
      user_id uuid not null,
      session_epoch integer not null,
      route text not null,
      methods jsonb not null,
      authenticated_at timestamptz not null,
      ip_address text not null,
      user_agent text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      end_reason text,
      primary key (organization_id, session_uid)
    )`.execute(db)
  await sql`create index sessions_by_user on sessions (organization_id, user_id)`.execute(db)
}
