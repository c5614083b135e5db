/** An application's way into Gatehouse's management API: gets a token when it needs one and asks again when told to wait. */
export interface ManagementClient {
  /** @throws ManagementError for every status that is not in `expected` (200 and 201 if left out) */
  request(method: 'GET' | 'POST', path: string, options?: RequestOptions): Promise<ManagementAnswer>
}

export interface RequestOptions {
  readonly body?: unknown
  readonly expected?: readonly number[]
  readonly signal?: AbortSignal
}

export interface ManagementAnswer {
  readonly status: number
  readonly body: unknown
}

export interface ManagementSettings {
  /** Without a slash at the end. */
  readonly origin: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
}

/** An answer that was not expected, or none. Its message is for people who run the demo. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError'
  /** Absent: there was no answer. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, { cause })
    this.status = status
  }
}

const mostTries = 6
const longestWaitSeconds = 20
/** A token is left alone this long before its end, so that it does not run out on the way. */
const marginSeconds = 20

export function createManagementClient(settings: ManagementSettings): ManagementClient {
  let token: Promise<Token> | undefined

  /** All who ask at the same time share one request for a token. */
  async function currentToken(): Promise<string> {
    const asked = (token ??= fetchToken(settings))
    try {
      const { value, untilMilliseconds } = await asked
      if (Date.now() < untilMilliseconds) return value
    } catch (error) {
      if (token === asked) token = undefined
      throw error
    }
    if (token === asked) token = undefined
    return currentToken()
  }

  return {
    async request(method, path, { body, expected = [200, 201], signal } = {}) {
      for (let tries = 1; ; tries += 1) {
        const value = await currentToken()
        const response = await send(settings.origin + path, {
          method,
          headers: {
            authorization: `Bearer ${value}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal ? { signal } : {}),
        })
        const answer = await readJson(response)
        if (expected.includes(response.status)) return { status: response.status, body: answer }
        const isBusy = response.status === 429 || response.status === 503
        if (response.status === 401) token = undefined
        if (tries >= mostTries || !(isBusy || (response.status === 401 && tries === 1))) {
          throw new ManagementError(
            `${method} ${path} was answered ${describe(response.status, answer)}`,
            response.status,
          )
        }
        if (isBusy) await wait(response.headers.get('retry-after'), tries, signal)
      }
    },
  }
}

interface Token {
  readonly value: string
  readonly untilMilliseconds: number
}

/** @see RFC 6749 §4.4 client credentials, §2.3.1 the client in the Authorization header */
async function fetchToken(settings: ManagementSettings): Promise<Token> {
  const { origin, tenantId, clientId, clientSecret, scopes } = settings
  const basic = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(':')
  const response = await send(`${origin}/${tenantId}/system/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
  })
  const body = (await readJson(response)) as { access_token?: unknown; expires_in?: unknown } | undefined
  if (response.status !== 200 || typeof body?.access_token !== 'string') {
    throw new ManagementError(`No token for ${clientId}: ${describe(response.status, body)}`, response.status)
  }
  const lifeSeconds = typeof body.expires_in === 'number' ? body.expires_in : 60
  return { value: body.access_token, untilMilliseconds: Date.now() + Math.max(1, lifeSeconds - marginSeconds) * 1000 }
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { redirect: 'error', ...init })
  } catch (cause) {
    throw new ManagementError('Gatehouse does not answer.', undefined, cause)
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function describe(status: number, body: unknown): string {
  const { error, error_code: code } = (body ?? {}) as { error?: unknown; error_code?: unknown }
  return [status, code, error].filter((word) => typeof word === 'string' || typeof word === 'number').join(' ')
}

/** As long as the server asks for, else twice as long each time. */
async function wait(retryAfter: string | null, tries: number, signal: AbortSignal | undefined): Promise<void> {
  const asked = /^\d+$/u.test(retryAfter ?? '') ? Number(retryAfter) : 2 ** tries / 8
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.min(asked, longestWaitSeconds) * 1000)
  signal?.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
  signal?.throwIfAborted()
}
