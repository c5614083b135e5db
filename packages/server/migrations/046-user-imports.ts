import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Files of people that were taken in, under the name that the caller gave each. A batch is written with what it made; its
 * verdicts are what is recorded of each person.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table user_imports (
      organization_id text not null,
      pool_id text not null,
      import_key text not null,
      tenant_id text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, pool_id, import_key)
    )`.execute(db)
  await sql`
    create table user_import_batches (
      organization_id text not null,
      pool_id text not null,
      import_key text not null,
      first_line integer not null,
      line_digests bytea not null,
      user_ids uuid[] not null,
      refusals jsonb not null default '{}',
      done_at timestamptz not null,
      primary key (organization_id, pool_id, import_key, first_line)
    )`.execute(db)
  await sql`create index user_import_batches_by_time on user_import_batches (organization_id, pool_id, done_at)`.execute(
    db,
  )
}
