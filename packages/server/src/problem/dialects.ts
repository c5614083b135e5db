import { Problem } from './problem.ts'
import { problems } from './problems.ts'
import type { ProblemCode } from './problems.ts'

/** One rendered answer: what a surface sends. */
export interface RenderedProblem {
  readonly status: number
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

export type Dialect = (problem: Problem, requestId: string) => RenderedProblem

const retryHeader = (problem: Problem): Record<string, string> =>
  problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }

/** Problem details for our own APIs. @see RFC 9457 §3 */
export const problemDetails: Dialect = (problem, requestId) => ({
  status: problem.row.status,
  contentType: 'application/problem+json',
  headers: retryHeader(problem),
  body: {
    type: `urn:gatehouse:problem:${problem.code}`,
    title: problem.row.title,
    status: problem.row.status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.details === undefined ? {} : { details: problem.details }),
    request_id: requestId,
  },
})

/** Statuses that an `error` has of its own (RFC 6749 §5.2, RFC 6750 §3.1); every other refusal is 400. */
const oauthStatuses: Readonly<Record<string, number>> = {
  invalid_client: 401,
  insufficient_user_authentication: 401,
  invalid_token: 401,
  insufficient_scope: 403,
}

/**
 * `error` and `error_description`. Our own failures and 429 keep the status of their row.
 *
 * @see RFC 6749 §5.2
 */
export const oauthError: Dialect = (problem) => {
  const { status } = problem.row
  const error = problem.row.oauth ?? (status >= 500 ? 'server_error' : 'invalid_request')
  return {
    status: status >= 500 || status === 429 ? status : (oauthStatuses[error] ?? 400),
    contentType: 'application/json',
    headers: retryHeader(problem),
    body: { error, error_description: oauthText(problem.detail ?? problem.row.title) },
  }
}

/** Printable ASCII without quotation mark and backslash is all that an `error_description` may hold (RFC 6749 §5.2). */
const oauthText = (text: string): string => text.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/gu, '?')

/** The vendor's error object, as its API descriptions define it (`Error` in identitysystem and system). */
export const secureAuthError: Dialect = (problem, requestId) => ({
  status: problem.row.status,
  contentType: 'application/json',
  headers: retryHeader(problem),
  body: {
    error: problem.detail ?? problem.row.title,
    error_code: problem.code,
    status_code: problem.row.status,
    details: { ...problem.details, request_id: requestId },
  },
})

/** SCIM knows no 422: what cannot be accepted is 400, which alone, with 409, may carry a `scimType`. @see RFC 7644 §3.12 */
export const scimError: Dialect = (problem) => {
  const status = problem.row.status === 422 ? 400 : problem.row.status
  return {
    status,
    contentType: 'application/scim+json',
    headers: retryHeader(problem),
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(problem.row.scim === undefined ? {} : { scimType: problem.row.scim }),
      detail: problem.detail ?? problem.row.title,
    },
  }
}

/** Turns whatever was thrown into a problem that may be shown: our own broken promises lose their text. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  const refused = refusedByServer(thrown)
  return refused === undefined ? new Problem('server.error', undefined, { cause: thrown }) : new Problem(refused)
}

/** Fastify's own refusals (body too large, unreadable JSON …) carry a status below 500. */
function refusedByServer(thrown: unknown): ProblemCode | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown) || typeof thrown.statusCode !== 'number') return undefined
  if (thrown.statusCode === 413) return 'request.too_large'
  if (thrown.statusCode === 404) return 'request.not_found'
  return thrown.statusCode >= 400 && thrown.statusCode < 500 ? 'request.malformed' : undefined
}

export const problemCodes = Object.keys(problems) as readonly ProblemCode[]
