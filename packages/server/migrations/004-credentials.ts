import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Password verifiers, always sealed, with the state that says whether they may be used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table passwords (
      organization_id text not null,
      user_id uuid not null,
      credential_id uuid not null,
      sealed_verifier bytea not null,
      generation integer not null default 1,
      state text not null check (state in ('valid', 'must_be_reset', 'must_be_changed')),
      state_reason text not null default '',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, user_id),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`
    create table password_history (
      organization_id text not null,
      user_id uuid not null,
      generation integer not null,
      sealed_verifier bytea not null,
      retired_at timestamptz not null,
      primary key (organization_id, user_id, generation),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`
    create table one_time_codes (
      code_id text primary key,
      purpose text not null,
      tenant_id text not null,
      sealed_code bytea not null,
      subject_key bytea not null,
      attempts_left integer not null,
      consumed_at timestamptz,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`create index one_time_codes_by_subject on one_time_codes (subject_key, purpose, created_at)`.execute(db)
  await sql`create index one_time_codes_expired on one_time_codes (expires_at)`.execute(db)
}
