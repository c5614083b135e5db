import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/**
 * Counters differ in when they are forgotten, so each says it itself; a row of the release before has none and is forgotten
 * a day after its last failure. Challenges that were solved are kept until they expire, so that each helps once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table throttles add column forget_at timestamptz`.execute(db)
  await sql`create index throttles_forgotten on throttles (forget_at)`.execute(db)
  await sql`
    create table spent_challenges (
      challenge_key bytea primary key,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`create index spent_challenges_expired on spent_challenges (expires_at)`.execute(db)
}
