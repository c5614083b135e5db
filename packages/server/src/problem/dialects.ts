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

/** `error` and `error_description`. 401 for a client that failed to prove itself, otherwise 400 unless the row says 5xx. @see RFC 6749 §5.2 */
export const oauthError: Dialect = (problem) => {
  const error = problem.row.oauth ?? (problem.row.status >= 500 ? 'server_error' : 'invalid_request')
  const status =
    problem.row.status >= 500 || problem.row.status === 429 || problem.row.status === 403
      ? problem.row.status
      : error === 'invalid_client' || error === 'invalid_token'
        ? 401
        : 400
  return {
    status,
    contentType: 'application/json',
    headers: retryHeader(problem),
    body: { error, error_description: problem.detail ?? problem.row.title },
  }
}

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

/** @see RFC 7644 §3.12 */
export const scimError: Dialect = (problem) => ({
  status: problem.row.status,
  contentType: 'application/scim+json',
  headers: retryHeader(problem),
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(problem.row.status),
    ...(problem.row.scim === undefined ? {} : { scimType: problem.row.scim }),
    detail: problem.detail ?? problem.row.title,
  },
})

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
