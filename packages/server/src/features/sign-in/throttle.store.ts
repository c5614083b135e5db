import { sql } from 'kysely'
import type { Tx } from '../../platform/db/index.ts'

/** Counts are forgotten a day after the last failure; no lock is for ever. */
export const forgetAfterSeconds = 24 * 3600

export interface ThrottleRule {
  /** So many wrong tries are answered at once. */
  readonly freeTries: number
  /** The first waiting time; each further failure doubles it. */
  readonly firstWaitSeconds: number
  readonly longestWaitSeconds: number
}

/**
 * Takes one try, counted as a failure until `forgive` says otherwise, so that any number of parallel tries together get
 * no more than the rule gives. One statement; committed on its own whatever becomes of the sign-in.
 *
 * @returns undefined when the try may be made, else the moment until which to wait
 */
export async function takeTry(tx: Tx, key: Buffer, rule: ThrottleRule, now: Date): Promise<Date | undefined> {
  const forgotten = new Date(now.getTime() - forgetAfterSeconds * 1000)
  const taken = await sql<{ failures: number }>`
    insert into throttles as t (throttle_key, failures, first_failure_at, last_failure_at, blocked_until)
    values (${key}, 1, ${now}, ${now}, ${rule.freeTries <= 1 ? waitFrom(now, rule, 1) : null})
    on conflict (throttle_key) do update set
      failures = case when t.last_failure_at < ${forgotten} then 1 else t.failures + 1 end,
      first_failure_at = case when t.last_failure_at < ${forgotten} then ${now} else t.first_failure_at end,
      last_failure_at = ${now},
      blocked_until = case
        when t.last_failure_at < ${forgotten} or t.failures + 1 < ${rule.freeTries} then null
        else ${now}::timestamptz + make_interval(secs => least(
          ${rule.longestWaitSeconds}::float8,
          ${rule.firstWaitSeconds}::float8 * power(2, least(20, t.failures + 1 - ${rule.freeTries}))))
      end
    where t.blocked_until is null or t.blocked_until <= ${now} or t.last_failure_at < ${forgotten}
    returning failures`.execute(tx)
  if (taken.rows.length > 0) return undefined
  const row = await tx
    .selectFrom('throttles')
    .select('blocked_until')
    .where('throttle_key', '=', key)
    .executeTakeFirst()
  return row?.blocked_until ?? now
}

const waitFrom = (now: Date, rule: ThrottleRule, failures: number): Date =>
  new Date(
    now.getTime() + Math.min(rule.longestWaitSeconds, rule.firstWaitSeconds * 2 ** (failures - rule.freeTries)) * 1000,
  )

/** The try was right: nothing is held against this name any more. */
export async function forgive(tx: Tx, key: Buffer): Promise<void> {
  await tx.deleteFrom('throttles').where('throttle_key', '=', key).execute()
}

export async function deleteForgotten(tx: Tx, now: Date): Promise<void> {
  const forgotten = new Date(now.getTime() - forgetAfterSeconds * 1000)
  await tx.deleteFrom('throttles').where('last_failure_at', '<', forgotten).execute()
}
