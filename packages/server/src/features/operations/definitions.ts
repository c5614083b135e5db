import type { MetricDefinition } from '../../platform/metrics/index.ts'
import { eventActions, eventSubjects, reasons } from '../audit/index.ts'

const set = (values: Iterable<string>): ReadonlySet<string> => new Set(values)

/** What is known only when the server is put together: still closed lists, none of them from a request. */
export interface OpenLists {
  /** Patterns of routes, as they were mounted. */
  readonly routes: ReadonlySet<string>
  readonly legacyStores: ReadonlySet<string>
  readonly jobs: ReadonlySet<string>
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Every metric of ours. docs/operations/metrics.md is made from it. */
export const definitions = ({ routes, legacyStores, jobs }: OpenLists) =>
  ({
    gatehouse_http_request_duration_seconds: {
      kind: 'histogram',
      help: 'From the first byte of a request to the last of its answer.',
      labels: {
        route: routes,
        method: set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
        status: set(['2xx', '3xx', '4xx', '5xx']),
      },
      buckets: seconds,
    },
    gatehouse_http_turned_away_total: {
      kind: 'counter',
      help: 'Requests answered 503 with Retry-After: no room for a password check or for the database, or no database.',
      labels: { route: routes },
    },
    gatehouse_events_total: {
      kind: 'counter',
      help: 'Audit events that were committed: sign-ins decided, sessions begun, tokens issued and refused, and all others. Reasons are explained in docs/reasons.md.',
      labels: {
        subject: set(eventSubjects),
        action: set(eventActions),
        reason: set(['none', ...Object.keys(reasons)]),
        route: set(['none', 'legacy', 'pool', 'unknown']),
      },
    },
    gatehouse_hash_running: { kind: 'gauge', help: 'Passwords being hashed.' },
    gatehouse_hash_queued: { kind: 'gauge', help: 'Passwords waiting to be hashed.' },
    gatehouse_hash_refused_total: {
      kind: 'counter',
      help: 'Password checks that were refused because they would have waited too long.',
    },
    gatehouse_hash_expected_wait_seconds: {
      kind: 'gauge',
      help: 'What one more password check would wait for its place, by what checks took lately.',
      together: 'max',
    },
    gatehouse_admission_total: {
      kind: 'counter',
      help: 'Those who came to begin a sign-in or to prove who they are, and whether they were let in. docs/operations/overload.md says what to do.',
      labels: { door: set(['begin', 'prove']), outcome: set(['admitted', 'turned_away']) },
    },
    gatehouse_event_loop_delay_seconds: {
      kind: 'gauge',
      help: 'How late the event loop is on average, as admission sees it.',
      together: 'max',
    },
    gatehouse_hash_wait_seconds: {
      kind: 'histogram',
      help: 'Waiting for a place to hash a password.',
      buckets: seconds,
    },
    gatehouse_hash_duration_seconds: { kind: 'histogram', help: 'Hashing one password.', buckets: seconds },
    gatehouse_database_connections: {
      kind: 'gauge',
      help: 'Connections to PostgreSQL. Absent with the embedded database.',
      labels: { state: set(['in_use', 'idle']) },
    },
    gatehouse_database_waiting: { kind: 'gauge', help: 'Callers that wait for a connection.' },
    gatehouse_database_wait_seconds: {
      kind: 'histogram',
      help: 'Waiting for a connection, those who got none included.',
      buckets: seconds,
    },
    gatehouse_database_statements_total: { kind: 'counter', help: 'Statements sent.' },
    gatehouse_database_transactions_total: { kind: 'counter', help: 'Transactions begun.' },
    gatehouse_jobs: {
      kind: 'gauge',
      help: 'Jobs in the outbox, as the queue last counted them (once a minute); failed ones are those whose patience is over.',
      labels: { queue: jobs, state: set(['waiting', 'active', 'failed']) },
      together: 'max',
    },
    gatehouse_legacy_duration_seconds: {
      kind: 'histogram',
      help: 'One call to a legacy store.',
      labels: { store: legacyStores, outcome: set(['answered', 'failed']) },
      buckets: seconds,
    },
    gatehouse_legacy_reachable: {
      kind: 'gauge',
      help: 'Whether calls to a legacy store are tried (1) or it is left alone after failures (0). Of several processes: the best.',
      labels: { store: legacyStores },
      together: 'max',
    },
    gatehouse_clock_difference_seconds: {
      kind: 'gauge',
      help: 'How far the date of this machine is from the time of the database, either way. Nothing is judged by the former.',
      together: 'max',
    },
    gatehouse_refusal_deadline_seconds: {
      kind: 'gauge',
      help: 'When refused sign-ins are answered.',
      together: 'max',
    },
    gatehouse_refusal_slowest_seconds: {
      kind: 'gauge',
      help: 'The p99 of the slowest prover, by what was measured. Absent before the first measurement.',
      together: 'max',
    },
  }) as const satisfies Record<string, MetricDefinition>
