import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Schemas of a tenant, which of them a person's data meets, and finding people by the beginning and the end of what they are
 * called. Identifiers and addresses are compared byte by byte, whatever the database's language.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table schemas (
      tenant_id text not null,
      schema_id text not null,
      name text not null,
      description text not null,
      document jsonb not null,
      is_system boolean not null,
      revision integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, schema_id)
    )`.execute(db)
  await sql`
    alter table users
      add column payload_schema_id text,
      add column metadata_schema_id text,
      add column business_metadata_schema_id text`.execute(db)
  await sql`
    create index identifiers_by_start on identifiers
      (organization_id, pool_id, canonical text_pattern_ops) include (user_id)`.execute(db)
  await sql`
    create index identifiers_by_end on identifiers
      (organization_id, pool_id, reverse(canonical) text_pattern_ops) include (user_id, canonical)`.execute(db)
  await sql`
    create index addresses_by_start on addresses
      (organization_id, pool_id, canonical text_pattern_ops) include (user_id) where is_verified`.execute(db)
  await sql`
    create index addresses_by_end on addresses
      (organization_id, pool_id, reverse(canonical) text_pattern_ops) include (user_id, canonical) where is_verified`.execute(
    db,
  )
}
