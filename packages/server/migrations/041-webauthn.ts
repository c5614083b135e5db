import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Public keys of authenticators, and the challenges that a new one has to answer. Nothing in here is a secret. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webauthn_keys (
      organization_id text not null,
      user_id uuid not null,
      credential_id uuid not null,
      key_id text not null,
      public_key bytea not null,
      sign_count double precision not null,
      transports jsonb not null,
      aaguid text not null,
      attachment text,
      attestation_type text not null,
      is_backup_eligible boolean not null,
      is_backed_up boolean not null,
      is_user_verified boolean not null,
      name text not null default '',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (organization_id, user_id, credential_id),
      unique (organization_id, key_id),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
  await sql`
    create table webauthn_challenges (
      organization_id text not null,
      user_id uuid not null,
      challenge text not null,
      rp_id text not null,
      origins jsonb not null,
      answered_at timestamptz,
      proved_key jsonb,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (organization_id, user_id, challenge),
      foreign key (organization_id, user_id) references users on delete cascade
    )`.execute(db)
}
