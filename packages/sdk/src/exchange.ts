import type { World } from './platform/world.ts'
import { SecureAuthError } from './secure-auth-error.ts'

/** One answer, read whole. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Request {
  /** For messages. */
  readonly operation: string
  readonly url: string
  /** Made anew for every try, because some proofs may be shown once only. */
  init(): Promise<RequestInit> | RequestInit
  /** Nothing comes of sending it twice. */
  readonly isSafe: boolean
}

/** How long a call may take, and how often it is tried again. */
export interface Patience {
  readonly retries: number
  readonly deadlineMilliseconds: number
  /** Aborts at the deadline, or when the caller wants no answer any more. */
  readonly signal: AbortSignal
}

const firstWaitMilliseconds = 200
const longestWaitMilliseconds = 10_000

/**
 * Sends a request, and sends it again while that is harmless: after 429; after 503 that says when to come back; and where
 * nothing comes of sending it twice, also after 502, 503, 504 and a lost connection. Waits are random up to a bound that
 * doubles (full jitter), on top of what the server asks for.
 *
 * @returns the last answer, whatever its status; one whose wait would outlast the deadline is the last
 */
export async function exchange(world: World, request: Request, patience: Patience): Promise<Reply> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await tryOnce(world, request, patience.signal)
    const isLast = attempt >= patience.retries
    if (isLast || !mayRepeat(outcome, request.isSafe)) return replyOf(outcome, request)
    const bound = Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** attempt)
    const asked = 'reply' in outcome ? (retryAfterSeconds(world, outcome.reply.headers) ?? 0) * 1000 : 0
    const wait = asked + world.random() * bound
    if (world.nowMilliseconds() + wait >= patience.deadlineMilliseconds) return replyOf(outcome, request)
    await world.pause(wait, patience.signal).catch((cause: unknown) => {
      throw interrupted(request.operation, patience.signal, cause)
    })
  }
}

type Outcome = { readonly reply: Reply } | { readonly lost: unknown }

async function tryOnce(world: World, request: Request, signal: AbortSignal): Promise<Outcome> {
  const init = await request.init()
  try {
    // A redirect would carry the token somewhere else.
    const response = await world.fetch(request.url, { ...init, signal, redirect: 'error' })
    return { reply: { status: response.status, headers: response.headers, text: await response.text() } }
  } catch (cause) {
    if (signal.aborted) throw interrupted(request.operation, signal, cause)
    return { lost: cause }
  }
}

function mayRepeat(outcome: Outcome, isSafe: boolean): boolean {
  if ('lost' in outcome) return isSafe
  const { status, headers } = outcome.reply
  if (status === 429) return true
  // Without a word of when to come back it may be a proxy's, and the server behind it may have done the work.
  if (status === 503) return isSafe || headers.has('retry-after')
  return isSafe && (status === 502 || status === 504)
}

function replyOf(outcome: Outcome, { operation }: Request): Reply {
  if ('reply' in outcome) return outcome.reply
  throw new SecureAuthError({ operation, code: 'sdk.network', message: 'no answer came', cause: outcome.lost })
}

/** Why a call ended before its answer. */
export function interrupted(operation: string, signal: AbortSignal, cause: unknown): SecureAuthError {
  const reason: unknown = signal.reason
  const isTime = reason instanceof DOMException && reason.name === 'TimeoutError'
  return isTime
    ? new SecureAuthError({ operation, code: 'sdk.timeout', message: 'the time for the call is over', cause })
    : new SecureAuthError({ operation, code: 'sdk.aborted', message: 'the call was aborted', cause: reason })
}

/** Seconds, or the time until a date. @see RFC 9110 §10.2.3 */
export function retryAfterSeconds(world: World, headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - world.nowMilliseconds()) / 1000))
}

/** A wrong password is answered 401 too, and must not be tried twice. @see RFC 6750 §3 */
export const isAboutToken = ({ status, headers }: Reply): boolean =>
  status === 401 && /^bearer\b/i.test(headers.get('www-authenticate') ?? '')
