import type { Db } from '../../platform/db/index.ts'
import type { EventLoopWatch } from '../../platform/event-loop/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import { jobNames } from '../../platform/jobs/index.ts'
import type { Metrics } from '../../platform/metrics/index.ts'
import { isRecorded } from '../audit/index.ts'
import type { Admission } from '../admission/index.ts'
import type { HashPool } from '../credentials/index.ts'
import type { LegacyStores } from '../legacy/index.ts'
import type { Refusals } from '../refusals/index.ts'
import { definitions } from './definitions.ts'

export interface Watched {
  readonly metrics: Metrics
  /** How far this machine's own date is ahead of the clock. */
  readonly aheadSeconds: () => number
  readonly db: Db
  readonly jobs: Jobs
  readonly hashPool: HashPool
  readonly admission: Admission
  readonly eventLoop: EventLoopWatch
  readonly legacyStores: readonly string[]
  /** Asked each time the metrics are read. */
  readonly stores: () => LegacyStores
  readonly refusals: Refusals
  /** Patterns of routes; may grow while routes are mounted, and never after. */
  readonly routes: ReadonlySet<string>
}

export interface Answered {
  readonly route: string | undefined
  readonly method: string
  readonly status: number
  readonly tookMilliseconds: number
  readonly saysWhenToComeAgain: boolean
}

export interface Watching {
  answered(answered: Answered): void
  legacyCalled(store: string, milliseconds: number, outcome: string): void
}

/** Defines all metrics on what is to be watched. @returns what nobody can be asked for and has to be told */
export function serverMetrics(watched: Watched): Watching {
  const { metrics, db, jobs, hashPool, admission, eventLoop, legacyStores, stores, refusals, routes, aheadSeconds } =
    watched
  const defined = definitions({ routes, legacyStores: new Set(legacyStores), jobs: new Set(jobNames) })
  const counter = (name: keyof typeof defined) => metrics.counter(name, defined[name])
  const histogram = (name: keyof typeof defined) => metrics.histogram(name, defined[name])
  const gauge = (name: keyof typeof defined, read: Parameters<Metrics['gauge']>[2]): void =>
    metrics.gauge(name, defined[name], read)

  const event = counter('gatehouse_events_total')
  db.onCommitted((fact) => {
    if (!isRecorded(fact)) return
    const { subject, action, reason = 'none', route = 'none' } = fact
    event({ subject, action, reason, route })
  })

  gauge('gatehouse_hash_running', () => [{ value: hashPool.statistics().running }])
  gauge('gatehouse_hash_queued', () => [{ value: hashPool.statistics().queued }])
  const refused = counter('gatehouse_hash_refused_total')
  const waited = histogram('gatehouse_hash_wait_seconds')
  const hashed = histogram('gatehouse_hash_duration_seconds')
  hashPool.observe({
    refused: () => refused(),
    done(waitedMilliseconds, tookMilliseconds) {
      waited(waitedMilliseconds / 1000)
      hashed(tookMilliseconds / 1000)
    },
  })

  gauge('gatehouse_hash_expected_wait_seconds', () => [{ value: hashPool.expectedWaitMilliseconds() / 1000 }])

  const decided = counter('gatehouse_admission_total')
  admission.observe((door, isAdmitted) => decided({ door, outcome: isAdmitted ? 'admitted' : 'turned_away' }))
  gauge('gatehouse_event_loop_delay_seconds', () => [{ value: eventLoop.delayMilliseconds() / 1000 }])

  const { pool } = db
  const statements = counter('gatehouse_database_statements_total')
  const transactions = counter('gatehouse_database_transactions_total')
  const counted = { statements: 0, transactions: 0 }
  // Read with a gauge's turn, so that asking the database costs nothing more.
  gauge('gatehouse_database_waiting', () => {
    statements({}, db.counts.statements - counted.statements)
    transactions({}, db.counts.transactions - counted.transactions)
    Object.assign(counted, db.counts)
    return pool ? [{ value: pool.statistics.waiting }] : []
  })
  gauge('gatehouse_database_connections', () =>
    pool
      ? [
          { labels: { state: 'in_use' }, value: pool.statistics.inUse },
          { labels: { state: 'idle' }, value: pool.statistics.idle },
        ]
      : [],
  )
  const waitedForConnection = histogram('gatehouse_database_wait_seconds')
  pool?.observe((milliseconds) => waitedForConnection(milliseconds / 1000))

  gauge('gatehouse_jobs', async () =>
    (await jobs.counts()).flatMap(({ queue, waiting, active, failed }) => [
      { labels: { queue, state: 'waiting' }, value: waiting },
      { labels: { queue, state: 'active' }, value: active },
      { labels: { queue, state: 'failed' }, value: failed },
    ]),
  )

  gauge('gatehouse_legacy_reachable', () =>
    [...stores().values()].map(({ storeId, isReachable }) => ({
      labels: { store: storeId },
      value: isReachable ? 1 : 0,
    })),
  )
  const called = histogram('gatehouse_legacy_duration_seconds')

  gauge('gatehouse_clock_difference_seconds', () => [{ value: Math.abs(aheadSeconds()) }])

  gauge('gatehouse_refusal_deadline_seconds', () => [{ value: refusals.milliseconds / 1000 }])
  gauge('gatehouse_refusal_slowest_seconds', () => {
    const slowest = refusals.slowestMilliseconds
    return slowest === undefined ? [] : [{ value: slowest / 1000 }]
  })

  const request = histogram('gatehouse_http_request_duration_seconds')
  const turnedAway = counter('gatehouse_http_turned_away_total')
  return {
    answered({ route = '', method, status, tookMilliseconds, saysWhenToComeAgain }) {
      request(tookMilliseconds / 1000, { route, method, status: `${Math.floor(status / 100)}xx` })
      if (status === 503 && saysWhenToComeAgain) turnedAway({ route })
    },
    legacyCalled: (store, milliseconds, outcome) => called(milliseconds / 1000, { store, outcome }),
  }
}
