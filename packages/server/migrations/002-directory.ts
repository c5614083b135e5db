import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Which organization a name belongs to. Distributed by the keyed hash, never by the name itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table directory_names (
      name_key bytea not null,
      scope text not null,
      tenant_id text not null,
      workspace_id text not null,
      organization_id text not null,
      user_id uuid,
      legacy_store_id text,
      legacy_id text,
      primary key (name_key, scope)
    )`.execute(db)
  await sql`create index directory_names_by_store on directory_names (legacy_store_id, name_key, scope) where legacy_store_id is not null`.execute(
    db,
  )
  await sql`
    create table directory_people (
      user_id uuid primary key,
      tenant_id text not null,
      organization_id text not null
    )`.execute(db)
  await sql`
    create table directory_scans (
      legacy_store_id text primary key,
      scan_id uuid not null,
      started_at timestamptz not null,
      finished_at timestamptz,
      names_seen integer not null default 0,
      names_in_conflict integer not null default 0,
      last_version text,
      failure text
    )`.execute(db)
}
