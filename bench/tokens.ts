import { basic, formHeaders, jsonOf, send, textOf } from './http.ts'
import type { Door } from './http.ts'
import { installation } from './installation.ts'
import type { ReadToken } from './token-check.ts'

/** RFC 6749 §4.4: one token for a machine, checked. */
export async function clientCredentials(door: Door, readToken: ReadToken): Promise<string> {
  const answer = await send(door, {
    method: 'POST',
    path: `${installation.systemPath}/oauth2/token`,
    headers: { ...formHeaders, authorization: basic(installation.machine.id, installation.machine.secret) },
    body: 'grant_type=client_credentials&scope=identity',
  })
  const token = textOf(jsonOf(answer, 200), 'access_token')
  if (readToken(token)['client_id'] !== installation.machine.id) throw new Error('a token of another client')
  return token
}

/** Refresh tokens of one sign-in: each is good once, so the next request of a family needs the answer to the last. */
export interface Family {
  readonly userId: string
  refreshToken: string
}

/** RFC 6749 §6 with rotation: spends the family's token and keeps the next one. */
export async function rotate(door: Door, readToken: ReadToken, family: Family): Promise<void> {
  const { portal } = installation
  const answer = await send(door, {
    method: 'POST',
    path: `${installation.issuerPath}/oauth2/token`,
    headers: { ...formHeaders, authorization: basic(portal.id, portal.secret) },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: family.refreshToken }).toString(),
  })
  const body = jsonOf(answer, 200)
  const next = textOf(body, 'refresh_token')
  if (next === family.refreshToken) throw new Error('the refresh token was not rotated')
  family.refreshToken = next
  if (readToken(textOf(body, 'access_token'))['sub'] !== family.userId) throw new Error('a token of somebody else')
}

/** RFC 7662: asks whether an access token stands, as the application that it was issued to. */
export async function introspect(door: Door, token: string, userId: string): Promise<void> {
  const { portal } = installation
  const answer = await send(door, {
    method: 'POST',
    path: `${installation.issuerPath}/oauth2/introspect`,
    headers: { ...formHeaders, authorization: basic(portal.id, portal.secret) },
    body: new URLSearchParams({ token }).toString(),
  })
  const { active, sub } = jsonOf(answer, 200)
  if (active !== true || sub !== userId) throw new Error('a token that stands was said not to, or to be of another')
}

/** OpenID Connect Core §5.3: what may be told about the person of an access token. */
export async function userinfo(door: Door, token: string, userId: string): Promise<void> {
  const answer = await send(door, {
    method: 'GET',
    path: `${installation.issuerPath}/userinfo`,
    headers: { authorization: `Bearer ${token}` },
  })
  if (jsonOf(answer, 200)['sub'] !== userId) throw new Error('told of somebody else')
}

/** Lends what can be used by one at a time, first come first served. */
export function lending<T>(things: readonly T[]) {
  const free = [...things]
  const waiting: Array<(thing: T) => void> = []
  return async <R>(use: (thing: T) => Promise<R>): Promise<R> => {
    const thing = free.shift() ?? (await new Promise<T>((resolve) => void waiting.push(resolve)))
    try {
      return await use(thing)
    } finally {
      const next = waiting.shift()
      if (next) next(thing)
      else free.push(thing)
    }
  }
}
