import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OidcIssuer, OidcNeeds } from './needs.ts'
import { claimsByScope } from './claims.ts'
import { currentUnit } from './unit-of-work.ts'

const looksStructured = (token: string): boolean => token.split('.').length === 3

/**
 * Userinfo, introspection and revocation for JWT access tokens, which the engine does not serve itself. It has
 * authenticated the client by the time it refuses, so only the answer is ours.
 */
export function structuredTokens(
  needs: OidcNeeds,
  issuer: OidcIssuer,
  keys: readonly Readonly<Record<string, unknown>>[],
) {
  const keySet = createLocalJWKSet({ keys: keys.map(publicPart) })
  const expected = `${needs.origin}${issuer.path}`

  /** The claims of a token that is ours, unexpired, and whose session, grant and user still stand. */
  async function live(token: string): Promise<JWTPayload | undefined> {
    const claims = await verified(token)
    if (claims?.jti === undefined || claims.sub === undefined) return undefined
    const grantId = text(claims['grant_id'])
    if (await needs.isTokenRevoked(claims.jti, grantId)) return undefined
    if ((await currentUnit().findClient(text(claims['client_id']) ?? ''))?.isEnabled !== true) return undefined
    const sessionUid = text(claims['sid'])
    const isPersons = claims.sub !== claims['client_id']
    return isPersons && !(await currentUnit().findAccount(claims.sub, sessionUid)) ? undefined : claims
  }

  async function verified(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: expected,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'jti', 'sub', 'aud'],
        currentDate: new Date(needs.nowSeconds() * 1000),
      })
      return payload
    } catch {
      return undefined
    }
  }

  async function userinfo(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await live(token)
    const account =
      claims?.sub === undefined ? undefined : await currentUnit().findAccount(claims.sub, text(claims['sid']))
    if (!claims || !account) {
      ctx.status = 401
      ctx.set('www-authenticate', `Bearer realm="${expected}", error="invalid_token"`)
      ctx.body = { error: 'invalid_token', error_description: 'invalid token provided' }
      return
    }
    const scopes = new Set(text(claims['scope'])?.split(' '))
    const released = new Set<string>(
      Object.entries(claimsByScope).flatMap(([scope, names]) => (scopes.has(scope) ? names : [])),
    )
    ctx.body = {
      sub: account.subject,
      ...Object.fromEntries(Object.entries(account.claims).filter(([name]) => released.has(name))),
    }
  }

  async function introspect(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await live(token)
    ctx.status = 200
    const isAllowed = ctx.oidc.client?.clientAuthMethod !== 'none' || ctx.oidc.client.clientId === claims?.['client_id']
    ctx.body = claims && isAllowed ? { active: true, token_type: 'Bearer', ...claims } : { active: false }
  }

  /** Answers 200 for a token that is not the caller's too, and leaves it alone (RFC 7009 §2.2). */
  async function revoke(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await verified(token)
    if (claims?.jti !== undefined && claims.exp !== undefined && claims['client_id'] === ctx.oidc.client?.clientId) {
      currentUnit().revokeToken(claims.jti, claims.exp)
    }
    ctx.status = 200
    ctx.body = ''
  }

  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const bearer = /^Bearer ([^\s]+)$/i.exec(ctx.get('authorization'))?.[1]
    const isUserinfo = ctx.path === '/userinfo' && (ctx.method === 'GET' || ctx.method === 'POST')
    if (isUserinfo && bearer !== undefined && looksStructured(bearer)) return userinfo(ctx, bearer)
    await next()
    const token = ctx.oidc?.params?.['token']
    if (typeof token !== 'string' || !looksStructured(token) || !ctx.oidc.client) return undefined
    const isRefused =
      ctx.status === 400 && (ctx.body as { error?: string } | undefined)?.error === 'unsupported_token_type'
    if (isRefused && ctx.oidc.route === 'introspection') return introspect(ctx, token)
    if (isRefused && ctx.oidc.route === 'revocation') return revoke(ctx, token)
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function publicPart(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { d: _private, ...rest } = key
  return rest
}
