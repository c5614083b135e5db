import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Groups of a pool and who is in them. A group lies in one other at most; that there is no circle is kept by whoever changes
 * it, under the pool's lock. The name is compared byte by byte, whatever the database's language: lists are in its order.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table groups (
      organization_id text not null,
      pool_id text not null,
      group_id text not null,
      parent_id text,
      name text collate "C" not null,
      description text not null,
      revision integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, pool_id, group_id),
      foreign key (organization_id, pool_id, parent_id) references groups
    )`.execute(db)
  await sql`create index groups_by_name on groups (organization_id, pool_id, name, group_id)`.execute(db)
  await sql`create index groups_by_parent on groups (organization_id, pool_id, parent_id, name, group_id)`.execute(db)
  await sql`
    create table group_members (
      organization_id text not null,
      pool_id text not null,
      group_id text not null,
      user_id uuid not null,
      created_at timestamptz not null,
      primary key (organization_id, pool_id, group_id, user_id),
      foreign key (organization_id, pool_id, group_id) references groups on delete cascade,
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`create index group_members_by_user on group_members (organization_id, user_id)`.execute(db)
}
