import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What people have allowed applications of other companies. The code before this never asks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table consents (
      organization_id text not null,
      user_id uuid not null,
      client_id text not null,
      tenant_id text not null,
      workspace_id text not null,
      openid_scopes jsonb not null,
      api_scopes jsonb not null,
      granted_at timestamptz not null,
      primary key (organization_id, user_id, client_id)
    )`.execute(db)
}
