import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Organizations are found by their e-mail domains, in any letter case. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index organizations_domains on organizations using gin ((lower(domains::text)::jsonb) jsonb_path_ops)`.execute(
    db,
  )
}
