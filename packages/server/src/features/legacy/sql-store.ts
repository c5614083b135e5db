import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import { CircuitState } from 'cockatiel'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { Problem } from '../../problem/index.ts'
import { fromColumns, toColumns } from '../../protocol/password-hash/index.ts'
import { prepareStatement } from './named-parameters.ts'
import type { LegacyStore, LegacyUser } from './legacy-store.ts'
import type { SqlConnection } from './sql-connection.ts'
import type { LegacyStoreSettings } from './stores-file.ts'

/** Drivers differ: keys come as numbers or text. A row that cannot be read so fails its own call and nobody else's. */
const rowShape = Type.Object({
  legacy_id: Type.Union([Type.String(), Type.Number(), Type.BigInt()]),
  biller_key: Type.Union([Type.String(), Type.Number(), Type.BigInt()]),
  username: Type.String(),
  password_hash: Type.Union([Type.String(), Type.Null()]),
  password_salt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  password_format: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  email: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  display_name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  is_locked: Type.Optional(Type.Unknown()),
  is_disabled: Type.Optional(Type.Unknown()),
  must_change: Type.Optional(Type.Unknown()),
  version: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.BigInt(), Type.Null()])),
})

type Values = Readonly<Record<string, string | number | null>>

/** Failed: it threw, took too long, or is left alone. */
export type CallOutcome = 'answered' | 'failed'

/** Told of each call that was tried. */
export interface CallObserver {
  elapsedMilliseconds(): number
  called(storeId: string, milliseconds: number, outcome: CallOutcome): void
}

/** A legacy store in an SQL database, spoken to in the statements its owner gave. */
export function sqlStore(
  settings: LegacyStoreSettings,
  connection: SqlConnection,
  observer?: CallObserver,
): LegacyStore {
  const breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(3),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: 1000, maxDelay: 30_000 }),
  })
  const guarded = wrap(breaker, timeout(settings.timeoutMilliseconds ?? 2000, TimeoutStrategy.Aggressive))

  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = observer?.elapsedMilliseconds() ?? 0
    let outcome: CallOutcome = 'failed'
    try {
      const result = await guarded.execute(work)
      outcome = 'answered'
      return result
    } finally {
      observer?.called(settings.id, observer.elapsedMilliseconds() - startedAt, outcome)
    }
  }

  async function guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (breaker.state !== CircuitState.Closed) throw new Error('left alone until a check finds it well')
      return await timed(work)
    } catch (cause) {
      throw new Problem('legacy.unavailable', undefined, { cause })
    }
  }
  const bind = (text: string, values: Values): { sql: string; bound: (string | number | null)[] } => {
    const { sql, names } = prepareStatement(text, connection.placeholder)
    return { sql, bound: names.map((name) => values[name] ?? null) }
  }
  const people = (text: string, values: Values): Promise<readonly LegacyUser[]> =>
    guard(async () => {
      const { sql, bound } = bind(text, values)
      return connection.rows(sql, bound)
    }).then((rows) => readPeople(settings, rows))

  return {
    storeId: settings.id,
    find: (canonical) => people(settings.statements.find, { canonical }),
    findByAddress: async (address) =>
      settings.statements.findByAddress === undefined ? [] : people(settings.statements.findByAddress, { address }),
    list: (after, limit) => people(settings.statements.list, { after, limit }),
    async writePassword(user, stored) {
      const text = settings.statements.writePassword
      const columns = toColumns(stored)
      if (text === undefined || columns === undefined) return false
      return guard(async () => {
        const { sql, bound } = bind(text, {
          legacy_id: user.legacyId,
          password_hash: columns.hash,
          password_salt: columns.salt ?? null,
          password_format: user.passwordFormat,
          previous_hash: user.storedHash,
        })
        return (await connection.change(sql, bound)) === 1
      })
    },
    get isReachable() {
      return breaker.state === CircuitState.Closed
    },
    async check() {
      const { sql, bound } = bind(settings.statements.list, { after: '', limit: 1 })
      await timed(() => connection.rows(sql, bound)).catch(() => undefined)
    },
    close: () => connection.close(),
  }
}

/** Outside the breaker: one bad row is no reason to leave the whole store alone. */
function readPeople(settings: LegacyStoreSettings, rows: readonly Record<string, unknown>[]): readonly LegacyUser[] {
  try {
    return rows.map((row) => legacyUser(settings, row))
  } catch (cause) {
    throw new Problem('legacy.unavailable', undefined, { cause })
  }
}

function legacyUser(settings: LegacyStoreSettings, raw: Record<string, unknown>): LegacyUser {
  if (!Value.Check(rowShape, raw)) {
    const [error] = Value.Errors(rowShape, raw)
    throw new Error(`a row of legacy store ${settings.id} has no usable ${error?.instancePath ?? 'columns'}`)
  }
  const format = raw.password_format ?? settings.passwordFormat ?? ''
  return {
    storeId: settings.id,
    legacyId: String(raw.legacy_id),
    billerKey: String(raw.biller_key),
    username: raw.username,
    storedHash: raw.password_hash ?? '',
    passwordHash:
      raw.password_hash === null
        ? undefined
        : fromColumns({ format, hash: raw.password_hash, salt: raw.password_salt ?? undefined }),
    passwordFormat: format,
    email: raw.email ?? undefined,
    displayName: raw.display_name ?? undefined,
    isLocked: isOn(raw.is_locked),
    isDisabled: isOn(raw.is_disabled),
    mustChange: isOn(raw.must_change),
    version: raw.version === null || raw.version === undefined ? undefined : String(raw.version),
  }
}

const off = new Set(['', '0', 'false', 'f', 'no', 'n'])

/** Flags come as booleans, numbers, or text (PostgreSQL gives bigint as text). What does not say no is a yes: it refuses. */
const isOn = (value: unknown): boolean =>
  typeof value === 'string' ? !off.has(value.trim().toLowerCase()) : Boolean(value)
