import { retryAfterSeconds } from './exchange.ts'
import type { Reply } from './exchange.ts'
import type { World } from './platform/world.ts'
import { SecureAuthError } from './secure-auth-error.ts'

/** What an operation answered. */
export interface Answer<Body> {
  readonly body: Body
  /** For `ifMatch`. Undefined where the server gives none. */
  readonly etag: string | undefined
  /** Finds the call in the server's log. */
  readonly requestId: string | undefined
}

const requestIdOf = (headers: Headers): string | undefined => headers.get('x-request-id') ?? undefined

/** @throws SecureAuthError for every status but success, and for a body that is not JSON */
export function readReply(world: World, operation: string, reply: Reply): Answer<unknown> {
  if (reply.status < 200 || reply.status >= 300) throw failureOf(world, operation, reply)
  const { headers, text, status } = reply
  const about = { etag: headers.get('etag') ?? undefined, requestId: requestIdOf(headers) }
  if (text === '') return { body: undefined, ...about }
  try {
    return { body: JSON.parse(text) as unknown, ...about }
  } catch {
    // Without the cause: it quotes what came.
    const message = 'the answer is not JSON'
    throw new SecureAuthError({ operation, code: 'sdk.unreadable_answer', message, status, requestId: about.requestId })
  }
}

/** The server's own words, where they can be read. */
export function failureOf(world: World, operation: string, { status, headers, text }: Reply): SecureAuthError {
  const said = objectIn(text)
  const details = typeof said['details'] === 'object' && said['details'] !== null ? { ...said['details'] } : {}
  const { error, error_code: errorCode, error_description: description } = said
  const inDetails = 'request_id' in details && typeof details.request_id === 'string' ? details.request_id : undefined
  return new SecureAuthError({
    operation,
    // The token endpoint speaks OAuth: `error` is its code (RFC 6749 §5.2).
    code: textOr(errorCode, operation === 'token' ? textOr(error, `http.${status}`) : `http.${status}`),
    message: textOr(errorCode === undefined ? (description ?? error) : error, 'the server refused the call'),
    status,
    details,
    requestId: inDetails ?? requestIdOf(headers),
    retryAfterSeconds: retryAfterSeconds(world, headers),
  })
}

const textOr = (value: unknown, instead: string): string =>
  typeof value === 'string' && value !== '' ? value : instead

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
