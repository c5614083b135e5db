import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What the scripts and policies of a workspace keep sealed here. A tenant table. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table workspace_secrets (
      tenant_id text not null,
      workspace_id text not null,
      secret_id text not null,
      sealed_value bytea not null,
      revision integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (tenant_id, workspace_id, secret_id),
      foreign key (tenant_id, workspace_id) references workspaces
    )`.execute(db)
}
