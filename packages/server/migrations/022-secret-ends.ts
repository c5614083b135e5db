import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** When a secret that was rotated stops being one: by its hash, the moment in ISO 8601. The current one is not in here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table clients add column secret_ends jsonb not null default '{}'`.execute(db)
}
