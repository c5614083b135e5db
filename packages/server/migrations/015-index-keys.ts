import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Which keys the username index is under, and under which of them each name is written. The first key has always been there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table directory_keys (
      generation integer primary key,
      secret_name text not null,
      state text not null check (state in ('current', 'former')),
      since timestamptz not null
    )`.execute(db)
  await sql`insert into directory_keys values (1, 'directory.index-key', 'current', now())`.execute(db)
  await sql`alter table directory_names add column key_generation integer not null default 1`.execute(db)
  await sql`create index directory_names_by_generation on directory_names (key_generation, name_key, scope)`.execute(db)
}
