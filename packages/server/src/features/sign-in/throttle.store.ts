import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { GrowingRule, PacedRule, PurposeRules, WindowRule } from './throttle-rules.ts'

/** The counters of one try. Keys are keyed hashes: they name nobody. */
export interface CounterKeys {
  /** The name from this network. */
  readonly lane: Buffer
  /** The name on this known browser; where there is one, it is counted in the place of `lane` and `total` until its free tries are spent. */
  readonly known: Buffer | undefined
  readonly total: Buffer
  /** Absent for an application that proved itself: its network is not the person's. */
  readonly network: Buffer | undefined
  /** Read, never written, by a try. */
  readonly door: Buffer | undefined
}

/** A challenge that was solved; it helps one try. */
export interface SolvedChallenge {
  readonly challengeKey: Buffer
  readonly expiresAt: Date
}

export type Taken = (
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly by: 'network' | 'lane' | 'total' }
) & {
  /** The network has had more failures than a try without work may have. */
  readonly isSuspect: boolean
  /** The door has had more refusals than it may have in a window. */
  readonly isAttacked: boolean
}

/**
 * Takes one try, counted as a failure until `giveBack` says otherwise, so that any number of parallel tries together get
 * no more than the rules give. One statement: the network is counted first, then the name from there, then the name in all;
 * whoever refuses ends it, so that tries which are not made close nobody's name. Rows are locked in that order everywhere.
 */
export async function takeTry(
  tx: Tx,
  keys: CounterKeys,
  rules: PurposeRules,
  door: WindowRule,
  solved: SolvedChallenge | undefined,
  now: Date,
): Promise<Taken> {
  const isAttacked = keys.door
    ? sql`exists (select 1 from throttles d where d.throttle_key = ${keys.door} and d.failures >= ${door.most}
        and d.forget_at > ${now})`
    : sql`false`
  const spent = solved
    ? sql`insert into spent_challenges (challenge_key, expires_at)
        values (${solved.challengeKey}, ${solved.expiresAt}) on conflict do nothing returning 1 as one`
    : sql`select 1 as one where false`
  const network = keys.network
    ? counted({
        key: sql`${keys.network}::bytea`,
        rule: rules.network,
        now,
        from: sql`(select 1) as first`,
        forgetAt: addSeconds(now, forgetSecondsOf(rules.network)),
      })
    : sql`select null::bytea as throttle_key, 0 as failures`
  const known = keys.known
  const isKnownOpen = known
    ? sql`not exists (select 1 from throttles k where k.throttle_key = ${known} and k.failures >= ${freeOf(rules.lane)}
        and k.forget_at > ${now})`
    : sql`false`
  const { rows } = await sql<{
    network_failures: number | null
    lane_key: Uint8Array | null
    is_total_counted: boolean
    is_attacked: boolean
  }>`
    with spent as (${spent}),
    door as (select ${isAttacked} as is_attacked, ${isKnownOpen} as is_known_open),
    network as (${network}),
    lane as (${counted({
      key: sql`case when door.is_known_open then ${known ?? keys.lane}::bytea else ${keys.lane}::bytea end`,
      rule: rules.lane,
      now,
      from: sql`network, door`,
      // While the name is closed nothing more is held against who asks: the answer stays "choose a new password".
      unless: sql`not door.is_known_open and exists (select 1 from throttles c where c.throttle_key = ${keys.total}
        and c.blocked_until > ${now} and c.forget_at > ${now})`,
      forgetAt: sql`case when door.is_known_open then ${addSeconds(now, rules.knownForgetSeconds)}::timestamptz
        else ${addSeconds(now, forgetSecondsOf(rules.lane))}::timestamptz end`,
    })}),
    total as (${counted({
      key: sql`${keys.total}::bytea`,
      rule: rules.total,
      now,
      from: sql`lane`,
      unless: known ? sql`lane.throttle_key = ${known}` : sql`false`,
      forgetAt: addSeconds(now, forgetSecondsOf(rules.total)),
    })})
    select
      (select failures from network) as network_failures,
      (select throttle_key from lane) as lane_key,
      exists (select 1 from total) as is_total_counted,
      (select is_attacked from door) as is_attacked`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('a select without a table gives one row')
  const suspectAfter = rules.network.kind === 'paced' ? rules.network.suspectAfter : rules.network.most
  const marks = {
    isSuspect: row.network_failures === null || row.network_failures >= suspectAfter,
    isAttacked: row.is_attacked,
  }
  if (row.network_failures === null) return { kind: 'refused', by: 'network', ...marks }
  const isKnown = known !== undefined && row.lane_key !== null && known.equals(row.lane_key)
  if (isKnown || row.is_total_counted) return { kind: 'taken', ...marks }
  return { kind: 'refused', by: row.lane_key === null ? 'lane' : 'total', ...marks }
}

/** One more on a network's counter, by itself. @returns false when it must wait */
export async function takeOne(tx: Tx, key: Buffer, rule: PacedRule, now: Date): Promise<boolean> {
  const { rows } = await sql`
    with spent as (select 1 as one where false), door as (select false as is_attacked)
    ${counted({
      key: sql`${key}::bytea`,
      rule,
      now,
      from: sql`(select 1) as first`,
      forgetAt: addSeconds(now, rule.windowSeconds),
    })}`.execute(tx)
  return rows.length > 0
}

interface Counted {
  readonly key: RawBuilder<unknown>
  readonly rule: GrowingRule | WindowRule | PacedRule
  readonly now: Date
  readonly from: RawBuilder<unknown>
  readonly unless?: RawBuilder<unknown>
  /** When a count that begins now, or goes on now, is forgotten. */
  readonly forgetAt: Date | RawBuilder<unknown>
}

/** One more on a counter, or no row when it must wait. */
function counted({ key, rule, now, from, unless = sql`false`, forgetAt }: Counted): RawBuilder<unknown> {
  const isForgotten = sql`coalesce(t.forget_at, t.last_failure_at + interval '1 day') <= ${now}`
  const failures = sql`(case when ${isForgotten} then 1 else t.failures + 1 end)`
  // A window ends when it was said to end; a row of failures lives on with each one.
  const nextForgetAt =
    rule.kind === 'growing'
      ? sql`excluded.forget_at`
      : sql`(case when ${isForgotten} then excluded.forget_at else t.forget_at end)`
  const before = sql`(case when ${isForgotten} then null else t.blocked_until end)`
  const waited = sql`${isForgotten} or t.blocked_until is null or t.blocked_until <= ${now}`
  const mayCount = rule.kind === 'paced' ? sql`${waited} or t.failures < ${paceFrom(rule)}` : waited
  return sql`
    insert into throttles as t (throttle_key, failures, first_failure_at, last_failure_at, forget_at, blocked_until)
    select ${key}, 1, ${now}::timestamptz, ${now}::timestamptz, ${forgetAt}::timestamptz,
      ${blockedAfter(rule, sql`1`, sql`${forgetAt}::timestamptz`, sql`null::timestamptz`, now)}
    from ${from} where not (${unless})
    on conflict (throttle_key) do update set
      failures = ${failures},
      first_failure_at = case when ${isForgotten} then excluded.first_failure_at else t.first_failure_at end,
      last_failure_at = excluded.last_failure_at,
      forget_at = ${nextForgetAt},
      blocked_until = ${blockedAfter(rule, failures, nextForgetAt, before, now)}
    where ${mayCount}
    returning throttle_key, failures`
}

/** From how many failures on a network goes at a pace: with work later than without, at a door under attack at once. */
const paceFrom = (rule: PacedRule): RawBuilder<unknown> =>
  sql`(case when exists (select 1 from spent) then ${rule.most}::int
    when (select is_attacked from door) then 0 else ${rule.suspectAfter}::int end)`

function blockedAfter(
  rule: GrowingRule | WindowRule | PacedRule,
  failures: RawBuilder<unknown>,
  forgetAt: RawBuilder<unknown>,
  before: RawBuilder<unknown>,
  now: Date,
): RawBuilder<unknown> {
  switch (rule.kind) {
    case 'growing':
      return sql`case when ${failures} < ${rule.freeTries}::int then null
        else ${now}::timestamptz + make_interval(secs => least(
          ${rule.longestWaitSeconds}::float8,
          ${rule.firstWaitSeconds}::float8 * power(2, least(20, ${failures} - ${rule.freeTries}::int)))) end`
    case 'window':
      return sql`case when ${failures} < ${rule.most}::int
        then ${rule.gapSeconds > 0 ? addSeconds(now, rule.gapSeconds) : null}::timestamptz else ${forgetAt} end`
    case 'paced':
      return sql`case when ${failures} > ${paceFrom(rule)}
        then ${addSeconds(now, rule.paceSeconds)}::timestamptz else ${before} end`
    default:
      return rule satisfies never
  }
}

const forgetSecondsOf = (rule: GrowingRule | WindowRule | PacedRule): number =>
  rule.kind === 'growing' ? rule.forgetSeconds : rule.windowSeconds

/** How many a counter takes before the first wait. */
export const freeOf = (rule: GrowingRule | WindowRule): number => (rule.kind === 'growing' ? rule.freeTries : rule.most)

export interface Counter {
  readonly failures: number
  readonly blockedUntil: Date | undefined
}

/** The counters that hold something against somebody now, by their keys in hexadecimal. */
export async function readCounters(tx: Tx, keys: readonly Buffer[], now: Date): Promise<Map<string, Counter>> {
  const rows = await tx
    .selectFrom('throttles')
    .select(['throttle_key', 'failures', 'blocked_until'])
    .where('throttle_key', 'in', [...keys])
    .where((where) => where.or([where('forget_at', '>', now), where('forget_at', 'is', null)]))
    .execute()
  return new Map(
    rows.map((row) => [
      Buffer.from(row.throttle_key).toString('hex'),
      { failures: row.failures, blockedUntil: row.blocked_until ?? undefined },
    ]),
  )
}

/**
 * The try was right: nothing is held against the name here or in all any more, and its network gets this one try back, not
 * those of other names. One statement, which locks in the order of `takeTry`.
 */
export async function giveBack(
  tx: Tx,
  network: Buffer | undefined,
  lanes: readonly Buffer[],
  totals: readonly Buffer[],
): Promise<void> {
  const back = network
    ? sql`update throttles set failures = greatest(failures - 1, 0) where throttle_key = ${network} returning 1`
    : sql`select 1`
  await sql`
    with back as (${back}),
    lanes as (delete from throttles where throttle_key in (${sql.join(lanes)})
      and (select count(*) from back) >= 0 returning 1)
    delete from throttles where throttle_key in (${sql.join(totals)}) and (select count(*) from lanes) >= 0`.execute(tx)
}

/** One more refusal at a door. @returns how many in this window */
export async function countRefusal(tx: Tx, door: Buffer, rule: WindowRule, now: Date): Promise<number> {
  const forgetAt = addSeconds(now, rule.windowSeconds)
  const { rows } = await sql<{ failures: number }>`
    insert into throttles as t (throttle_key, failures, first_failure_at, last_failure_at, forget_at)
    values (${door}, 1, ${now}, ${now}, ${forgetAt})
    on conflict (throttle_key) do update set
      failures = case when t.forget_at <= ${now} then 1 else t.failures + 1 end,
      last_failure_at = excluded.last_failure_at,
      forget_at = case when t.forget_at <= ${now} then excluded.forget_at else t.forget_at end
    returning failures`.execute(tx)
  return rows[0]?.failures ?? 0
}

export async function deleteForgotten(tx: Tx, now: Date): Promise<void> {
  const before = addSeconds(now, -24 * 3600)
  await tx
    .deleteFrom('throttles')
    .where((where) =>
      where.or([
        where('forget_at', '<=', now),
        where.and([where('forget_at', 'is', null), where('last_failure_at', '<', before)]),
      ]),
    )
    .execute()
  await tx.deleteFrom('spent_challenges').where('expires_at', '<=', now).execute()
}
