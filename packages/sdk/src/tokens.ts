import { clientAssertion } from './client-assertion.ts'
import type { KeyCredentials } from './client-assertion.ts'
import { exchange, interrupted } from './exchange.ts'
import type { World } from './platform/world.ts'
import { failureOf } from './read-reply.ts'
import { SecureAuthError } from './secure-auth-error.ts'

export interface SecretCredentials {
  readonly clientId: string
  readonly clientSecret: string
  /** How the client is registered. Absent: `client_secret_basic`. */
  readonly method?: 'client_secret_basic' | 'client_secret_post' | undefined
}

/** For tokens that come from elsewhere: asked before every call, and once more when the server answers 401. */
export interface TokenCredentials {
  readonly token: () => Promise<string> | string
}

export type Credentials = KeyCredentials | SecretCredentials | TokenCredentials

export interface TokenSettings {
  readonly credentials: Credentials
  /** `https://id.example.com/acme/system`. */
  readonly issuer: string
  /** Absent: none is named. */
  readonly scopes: readonly string[] | undefined
  readonly retries: number
  readonly timeoutMilliseconds: number
}

export interface Tokens {
  /** A token that is good for some time yet. Callers at the same time wait for one request. */
  get(signal: AbortSignal): Promise<string>
  /** The server did not take this one. */
  refuse(token: string): void
}

interface Kept {
  readonly token: string
  readonly untilMilliseconds: number
}

/** Renewed this much before its end, or at half its life when that is short. */
const marginMilliseconds = 30_000

export function createTokens(world: World, settings: TokenSettings): Tokens {
  const { credentials } = settings
  if ('token' in credentials) {
    return { get: async () => checked(await credentials.token()), refuse() {} }
  }
  let kept: Kept | undefined
  let coming: Promise<Kept> | undefined

  return {
    async get(signal) {
      if (kept && world.nowMilliseconds() < kept.untilMilliseconds) return kept.token
      // Not bound to the signal of whoever asked first: others wait for it too.
      coming ??= requestToken(world, settings, credentials)
        .then((got) => (kept = got))
        .finally(() => (coming = undefined))
      return (await withSignal(coming, signal)).token
    },
    refuse(token) {
      if (kept?.token === token) kept = undefined
    },
  }
}

async function requestToken(
  world: World,
  { issuer, scopes, retries, timeoutMilliseconds }: TokenSettings,
  credentials: KeyCredentials | SecretCredentials,
): Promise<Kept> {
  const operation = 'token'
  const reply = await exchange(
    world,
    {
      operation,
      url: `${issuer}/oauth2/token`,
      isSafe: true,
      async init() {
        const { headers, fields } = await proofOf(world, credentials, issuer)
        const form = { grant_type: 'client_credentials', ...(scopes && { scope: scopes.join(' ') }), ...fields }
        return {
          method: 'POST',
          headers: { ...headers, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(form).toString(),
        }
      },
    },
    {
      retries,
      deadlineMilliseconds: world.nowMilliseconds() + timeoutMilliseconds,
      signal: world.timeout(timeoutMilliseconds),
    },
  )
  if (reply.status !== 200) throw failureOf(world, operation, reply)
  const { access_token: token, expires_in: seconds } = readJson(reply.text)
  const life = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 60_000
  return {
    token: checked(token),
    untilMilliseconds: world.nowMilliseconds() + life - Math.min(marginMilliseconds, life / 2),
  }
}

interface Proof {
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
}

/** @see RFC 6749 §2.3.1, RFC 7523 §2.2 */
async function proofOf(world: World, credentials: KeyCredentials | SecretCredentials, issuer: string): Promise<Proof> {
  const { clientId } = credentials
  if ('privateKey' in credentials) {
    return {
      headers: {},
      fields: {
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await clientAssertion(world, credentials, issuer),
      },
    }
  }
  const { clientSecret, method = 'client_secret_basic' } = credentials
  if (method === 'client_secret_post') {
    return { headers: {}, fields: { client_id: clientId, client_secret: clientSecret } }
  }
  const pair = `${inForm(clientId)}:${inForm(clientSecret)}`
  return { headers: { authorization: `Basic ${btoa(pair)}` }, fields: {} }
}

const inForm = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A header with another character in it would be refused by `fetch` in words that quote it. */
function checked(token: unknown): string {
  if (typeof token === 'string' && /^[\w.~+/-]+=*$/.test(token)) return token
  throw new SecureAuthError({ operation: 'token', code: 'sdk.unreadable_answer', message: 'there is no token in it' })
}

const withSignal = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(interrupted('token', signal, signal.reason))
    if (signal.aborted) {
      stop()
      return
    }
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
