import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What an authenticator and we both know of a person, always sealed, and the last time step of it that was taken. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table totp_secrets (
      organization_id text not null,
      user_id uuid not null,
      credential_id uuid not null,
      sealed_secret bytea not null,
      generation integer not null default 1,
      last_step integer not null default 0,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, user_id),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
}
