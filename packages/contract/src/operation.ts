import { Type } from 'typebox'
import type { TSchema, TUndefined } from 'typebox'

/** What a token from `/{tid}/system/oauth2/token` can carry; each operation names the one it needs. */
export const systemScopes = [
  'gateway_exchange_tokens',
  'identity',
  'identity_self_registration',
  'introspect_tokens',
  'manage_clients',
  'manage_configuration',
  'manage_consents',
  'manage_logins',
  'manage_post_authn',
  'manage_scope_grants',
  'manage_secrets',
  'manage_servers',
  'push_gateway_requests',
  'read_configuration',
  'read_gateway_configuration',
  'read_secrets',
  'revoke_tokens',
  'view_audit_events',
  'view_clients',
  'view_consents',
  'view_scopes',
  'write_gateway_configuration',
] as const
export type SystemScope = (typeof systemScopes)[number]

/**
 * The vendor's descriptions, by where their operations stand: `system` and `admin` under `/api/{surface}/{tid}`,
 * `identity` under `/api/identity/{tid}`, `hub` under `/api/hub`, `self` under the address of an issuer.
 */
export type Surface = 'admin' | 'hub' | 'identity' | 'self' | 'system'

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
  /** The vendor's name of the operation, which another surface may use too. */
  readonly operationId: string
  readonly surface: Surface
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
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
  /** One JSON text a line both ways (`application/x-ndjson`), as they come: `body` and `answer` are what one line holds. */
  readonly isLines?: true
  /** Beside the vendor's: no description has it, docs/divergences.md does. */
  readonly isOurs?: true
  /** Statuses of refusal peculiar to the operation; `everyRefusal` may come from any. */
  readonly refusals: readonly number[]
}

/** Keeps the exact shapes of a row for whoever mounts or calls it. */
export const operation = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  row: Operation<P, Q, B, A>,
): Operation<P, Q, B, A> => row

/** What an application may ask of a person, so that it may show or change what is theirs. */
export const selfScopes = ['manage_ss_profile', 'view_ss_profile'] as const
export type SelfScope = (typeof selfScopes)[number]

/** An operation of the self-service API: by a person, about themselves. */
export interface SelfOperation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> extends Omit<Operation<Params, Query, Body, Answer>, 'isOurs' | 'scope' | 'surface'> {
  readonly surface: 'self'
  /** `any`: a token of a person, whatever its scopes. `none`: no token at all. */
  readonly access: SelfScope | 'any' | 'none'
  /** How old the proof behind the token may be. */
  readonly maxAgeSeconds?: number
}

/** Keeps the exact shapes of a row for whoever mounts or calls it. */
export const selfOperation = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  row: SelfOperation<P, Q, B, A>,
): SelfOperation<P, Q, B, A> => row

/** Where the paths of each surface begin. The paths of `hub` name the tenant themselves. */
export const prefixes: Readonly<Record<Surface, string>> = {
  admin: '/api/admin/{tid}',
  hub: '/api/hub',
  identity: '/api/identity/{tid}',
  self: '/{tid}/{wid}/identity',
  system: '/api/system/{tid}',
}

/** The whole path, parameters in braces. */
export const addressOf = ({ surface, path }: Pick<Operation, 'path' | 'surface'>): string => prefixes[surface] + path

/** Unlike the operationId, of one operation only: `system.listOrganizations`. */
export const nameOf = ({ surface, operationId }: Pick<Operation, 'operationId' | 'surface'>): string =>
  `${surface}.${operationId}`

export const noBody: TUndefined = Type.Undefined()

/** Refusals that stand before every operation: unreadable, unproved, not allowed, too large, our own trouble. */
export const everyRefusal = [400, 401, 403, 413, 500, 503] as const

/** Every status that the operation may answer. */
export const statusesOf = (row: Pick<Operation, 'refusals' | 'status'>): ReadonlySet<number> =>
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
