import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** How a workspace shows its sign-in, and its hosted page; null: one page for everybody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table workspaces add column sign_in jsonb`.execute(db)
}
