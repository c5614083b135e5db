import type { Code } from './browser.ts'
import { send } from './door.ts'
import type { Door, Sent } from './door.ts'
import { crm, issuerPath, managementScopes, poolId, portal, tenantId } from './installation.ts'
import type { ClientSecret } from './installation.ts'

export interface JsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readonly<Record<string, unknown>>
}

const basic = ({ clientId, secret }: ClientSecret): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`

async function post(
  door: Door,
  path: string,
  fields: Readonly<Record<string, string>>,
  client: ClientSecret,
): Promise<JsonAnswer> {
  const { status, headers, body } = await send(door, {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(client) },
    body: new URLSearchParams(fields).toString(),
  })
  return { status, headers, body: JSON.parse(body) as Record<string, unknown> }
}

/** RFC 6749 §4.1.3. */
export const redeem = (door: Door, { code, verifier }: Code): Promise<JsonAnswer> =>
  post(
    door,
    `${issuerPath}/oauth2/token`,
    { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: portal.redirectUri },
    portal,
  )

/** RFC 6749 §6. */
export const refresh = (door: Door, refreshToken: string): Promise<JsonAnswer> =>
  post(door, `${issuerPath}/oauth2/token`, { grant_type: 'refresh_token', refresh_token: refreshToken }, portal)

/** RFC 7662: whether a token is any good right now. */
export async function isActive(door: Door, token: string): Promise<boolean> {
  const { status, body } = await post(door, `${issuerPath}/oauth2/introspect`, { token }, portal)
  if (status !== 200 || typeof body['active'] !== 'boolean') throw new Error(`introspection was answered ${status}`)
  return body['active']
}

export const text = (answer: JsonAnswer, field: string): string => {
  const value = answer.body[field]
  if (typeof value !== 'string') throw new Error(`no ${field} in an answer with status ${answer.status}`)
  return value
}

/** A token of the management API, good for five minutes at every node. */
export async function managementToken(door: Door, secret = crm.secret): Promise<string> {
  const scope = managementScopes.join(' ')
  const fields = { grant_type: 'client_credentials', scope }
  return text(await post(door, `/${tenantId}/system/oauth2/token`, fields, { ...crm, secret }), 'access_token')
}

/** @throws Error when nothing was created */
export async function created(answer: Promise<JsonAnswer>): Promise<JsonAnswer> {
  const { status, headers, body } = await answer
  if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`)
  return { status, headers, body }
}

export interface Person {
  readonly username: string
  readonly password: string
  readonly email?: string
}

async function manage(door: Door, token: string, method: Sent['method'], path: string, body?: unknown) {
  const answer = await send(door, {
    method,
    path: `/api/identity/${tenantId}/system${path}`,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said = answer.body === '' ? {} : (JSON.parse(answer.body) as Record<string, unknown>)
  return { status: answer.status, headers: answer.headers, body: said }
}

const userPath = (userId: string): string => `/pools/${poolId}/users/${userId}`

/** Makes the pool that all people of these tests are in. */
export const createPool = (door: Door, token: string): Promise<JsonAnswer> =>
  manage(door, token, 'POST', '/pools', { id: poolId, name: 'People', workspace_id: 'newtown' })

export const createUser = (door: Door, token: string, { username, password, email }: Person): Promise<JsonAnswer> =>
  manage(door, token, 'POST', `/pools/${poolId}/users`, {
    status: 'active',
    payload: { name: 'Somebody' },
    identifiers: [{ type: 'uid', identifier: username }],
    verifiable_addresses:
      email === undefined ? [] : [{ type: 'email', address: email, status: 'active', verified: true }],
    credentials: [{ type: 'password', password }],
  })

export const readUser = (door: Door, token: string, userId: string): Promise<JsonAnswer> =>
  manage(door, token, 'GET', userPath(userId))

export const setStatus = (
  door: Door,
  token: string,
  userId: string,
  status: 'active' | 'inactive',
): Promise<JsonAnswer> => manage(door, token, 'PUT', userPath(userId), { status })

export const deleteUser = (door: Door, token: string, userId: string): Promise<JsonAnswer> =>
  manage(door, token, 'DELETE', userPath(userId))

export const requireReset = (door: Door, token: string, userId: string): Promise<JsonAnswer> =>
  manage(door, token, 'PUT', `${userPath(userId)}/password/state`, { state: 'must_be_reset' })

/** OpenID Connect Core §5.3: the status of userinfo for a token. */
export async function userinfoStatus(door: Door, accessToken: string): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await send(door, { method: 'GET', path: `${issuerPath}/userinfo`, headers })).status
}
