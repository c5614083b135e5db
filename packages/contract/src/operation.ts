import { Type } from 'typebox'
import type { TSchema, TUndefined } from 'typebox'

/** What a token from `/{tid}/system/oauth2/token` must carry for an operation. */
export type SystemScope = 'identity' | 'manage_configuration' | 'view_audit_events'

/**
 * One operation of the SecureAuth-compatible API as it is on the wire. The server mounts it, the sdk calls it, tests read
 * it: what is not said here is neither served nor answered.
 */
export interface Operation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  /** The vendor's name of the operation. */
  readonly operationId: string
  /** `system`: under `/api/system/{tid}`. `identity`: under `/api/identity/{tid}`. */
  readonly surface: 'system' | 'identity'
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  /** Below the surface's prefix, parameters in braces and in the wire's spelling. */
  readonly path: string
  readonly scope: SystemScope
  readonly params: Params
  readonly query: Query
  /** `noBody` where nothing is sent. */
  readonly body: Body
  /** The status of success; there is one. */
  readonly status: 200 | 201 | 204
  /** `noBody` with 204. */
  readonly answer: Answer
  /** Statuses of refusal peculiar to the operation; `everyRefusal` may come from any. */
  readonly refusals: readonly number[]
}

/** Keeps the exact shapes of a row for whoever mounts or calls it. */
export const operation = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  row: Operation<P, Q, B, A>,
): Operation<P, Q, B, A> => row

export const noBody: TUndefined = Type.Undefined()

/** Refusals that stand before every operation: unreadable, unproved, not allowed, too large, our own trouble. */
export const everyRefusal = [400, 401, 403, 413, 500, 503] as const

/** Every status that the operation may answer. */
export const statusesOf = (row: Operation): ReadonlySet<number> =>
  new Set([row.status, ...row.refusals, ...everyRefusal])

/** The vendor's error object. `error_code` is a code of ours: `user.not_found`. */
export const errorAnswer = Type.Object(
  {
    error: Type.String(),
    error_code: Type.String(),
    status_code: Type.Integer(),
    /** Always holds `request_id`; more where a field is to blame. */
    details: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
)
