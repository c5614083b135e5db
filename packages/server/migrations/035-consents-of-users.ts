import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What somebody has allowed goes with them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table consents add constraint consents_of_users
      foreign key (organization_id, user_id) references users on delete cascade`.execute(db)
}
