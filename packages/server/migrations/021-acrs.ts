import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What a workspace calls its strengths of sign-in, weakest first; null: the usual ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column acrs jsonb`.execute(db)
}
