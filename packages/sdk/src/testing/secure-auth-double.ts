import type { CallOptions, LinesOptions } from '../settings.ts'
import type { Line } from '../line.ts'
import { lines } from '../made/operations.ts'
import type { Operations } from '../made/operations.ts'
import { secureAuth } from '../secure-auth.ts'
import type { InputOf, SecureAuth } from '../secure-auth.ts'
import { readRequest } from './read-request.ts'

/** What an operation answers beside its body. Made by `answer`. */
export class Answering<Body> {
  readonly body: Body
  readonly etag: string | undefined

  constructor(body: Body, etag: string | undefined) {
    this.body = body
    this.etag = etag
  }
}

/** An answer with an entity tag. */
export const answer = <Body>(body: Body, { etag }: { readonly etag?: string } = {}): Answering<Body> =>
  new Answering(body, etag)

/** Thrown by what answers for an operation: the sdk's caller meets it as `SecureAuthError`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: number,
    code: string,
    {
      details = {},
      retryAfterSeconds,
    }: { details?: Readonly<Record<string, unknown>>; retryAfterSeconds?: number } = {},
  ) {
    super(`${code} (${status})`)
    this.status = status
    this.code = code
    this.details = details
    this.retryAfterSeconds = retryAfterSeconds
  }
}

type Given<O> = O extends { input: infer Input; answer: infer Body }
  ? (input: Input, options: Pick<CallOptions, 'ifMatch'>) => Answering<Body> | Body | Promise<Answering<Body> | Body>
  : O extends { input: infer Input; line: infer One }
    ? (input: Input, options: Pick<LinesOptions, 'idempotencyKey'>) => Iterable<One> | Promise<Iterable<One>>
    : never

/** What answers for each operation that a test needs. */
export type Answers = {
  readonly [S in keyof Operations]?: { readonly [N in keyof Operations[S]]?: Given<Operations[S][N]> }
}

/** One call that came, as it came over the wire. */
export type RecordedCall = {
  [S in keyof Operations]: {
    [N in keyof Operations[S]]: {
      readonly surface: S
      readonly operation: N
      readonly input: InputOf<S, N>
      readonly ifMatch: string | undefined
      readonly idempotencyKey: string | undefined
    }
  }[keyof Operations[S]]
}[keyof Operations]

export interface SecureAuthDouble {
  /** The real sdk, on the double instead of a network. */
  readonly api: SecureAuth
  /** For an application that makes its own `secureAuth`: give it this as `fetch`. Tokens are answered too. */
  readonly fetch: typeof globalThis.fetch
  /** Every call that came, the first one first; those that were refused too. */
  readonly calls: readonly RecordedCall[]
}

/**
 * SecureAuth in memory, for the tests of an application. What answers is typed by the same rows as the sdk, and every call goes through
 * the real sdk and back, as text: what a test sees is what a server would see. A call that nothing answers for fails with
 * status 501 and the operation's name. Nothing is tried again.
 */
export function secureAuthDouble(answers: Answers = {}): SecureAuthDouble {
  const calls: RecordedCall[] = []
  const fetch = async (url: Request | URL | string, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted()
    const request = new Request(url, { ...init, redirect: 'error' })
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/oauth2/token')) return json(200, { access_token: 'token-of-a-double', expires_in: 3600 })
    const found = readRequest(lines, request, await request.text())
    if (!found) return refused(new Refusal(404, 'request.not_found'))
    const call = {
      ...found,
      ifMatch: request.headers.get('if-match') ?? undefined,
      idempotencyKey: request.headers.get('idempotency-key') ?? undefined,
    } as unknown as RecordedCall
    calls.push(call)
    return answerFor(answers, call)
  }
  const settings = { baseUrl: 'http://double.test', tenant: 'double', retries: 0 }
  return { api: secureAuth({ ...settings, credentials: { token: () => 'token-of-a-double' }, fetch }), fetch, calls }
}

async function answerFor(answers: Answers, { surface, operation, input, ...options }: RecordedCall): Promise<Response> {
  const ofSurface: Readonly<Record<string, unknown>> = answers[surface] ?? {}
  const given = ofSurface[operation] as ((input: unknown, options: object) => unknown) | undefined
  if (!given)
    return refused(new Refusal(501, 'double.nothing_answers', { details: { operation: `${surface}.${operation}` } }))
  try {
    const got = await given(input, options)
    if (isLines(surface, operation)) return ndjson(got as Iterable<unknown>)
    const { body, etag } = got instanceof Answering ? got : new Answering(got, undefined)
    const headers: Record<string, string> = etag === undefined ? {} : { etag }
    return body === undefined ? new Response(null, { status: 204, headers }) : json(200, body, headers)
  } catch (thrown) {
    if (thrown instanceof Refusal) return refused(thrown)
    throw thrown
  }
}

const isLines = (surface: string, operation: string): boolean =>
  (lines as Readonly<Record<string, Readonly<Record<string, Line>>>>)[surface]?.[operation]?.isLines === true

const ndjson = (answers: Iterable<unknown>): Response =>
  new Response([...answers].map((one) => `${JSON.stringify(one)}\n`).join(''), {
    headers: { 'content-type': 'application/x-ndjson' },
  })

function refused({ status, code, details, retryAfterSeconds }: Refusal): Response {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  const body = { error: code, error_code: code, status_code: status, details: { request_id: 'double', ...details } }
  return json(status, body, headers)
}

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...headers, 'content-type': 'application/json' } })
