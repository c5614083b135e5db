import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider'
import { isStrictJwt } from '../../protocol/strict-jwt.ts'
import type { OidcIssuer, OidcNeeds } from './needs.ts'
import { currentUnit, useOf } from './unit-of-work.ts'

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
    const isPersons = claims.sub !== claims['client_id']
    const unit = currentUnit()
    const [isRevoked, client, account] = await Promise.all([
      needs.isTokenRevoked(claims.jti, grantId),
      unit.findClient(text(claims['client_id']) ?? ''),
      isPersons
        ? unit.findAccount(claims.sub, text(claims['sid']), useOf({ kind: 'AccessToken', extra: extraOf(claims) }))
        : undefined,
    ])
    if (isRevoked || client?.isEnabled !== true) return undefined
    return isPersons && !account ? undefined : claims
  }

  async function verified(token: string): Promise<JWTPayload | undefined> {
    if (!isStrictJwt(token)) return undefined
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

  /** For userinfo, which judges key, client, person and grant itself: what the engine would have stored of such a token. */
  async function asStored(token: string): Promise<AdapterPayload | undefined> {
    const claims = await live(token)
    if (claims?.sub === undefined || claims.jti === undefined) return undefined
    const { cnf, scope, sid, grant_id: grantId, client_id: clientId } = claims
    return {
      kind: 'AccessToken',
      jti: claims.jti,
      accountId: claims.sub,
      clientId: text(clientId),
      grantId: text(grantId),
      sessionUid: text(sid),
      extra: extraOf(claims),
      // The subject is told to whoever was given a token for it; more only for scopes of people, which it has none of.
      scope: `openid ${text(scope) ?? ''}`.trim(),
      jkt: keyOf(cnf),
      iat: claims.iat,
      exp: claims.exp,
    }
  }

  /** Issued to the client that asks, or for an API that it is. */
  async function isMeantFor(clientId: string, claims: JWTPayload): Promise<boolean> {
    if (claims['client_id'] === clientId) return true
    const client = await currentUnit().findClient(clientId)
    if (!client || client.settings.authentication === 'none') return false
    return client.settings.apiAudiences?.some((audience) => audience === claims.aud) === true
  }

  async function introspect(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await live(token)
    ctx.status = 200
    const isAllowed = claims !== undefined && (await isMeantFor(ctx.oidc.client?.clientId ?? '', claims))
    const type = keyOf(claims?.['cnf']) === undefined ? 'Bearer' : 'DPoP'
    ctx.body = isAllowed ? { active: true, token_type: type, ...claims } : { active: false }
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

  async function serve(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
    await next()
    const token = ctx.oidc?.params?.['token']
    if (typeof token !== 'string' || !looksStructured(token) || !ctx.oidc.client) return
    const isRefused =
      ctx.status === 400 && (ctx.body as { error?: string } | undefined)?.error === 'unsupported_token_type'
    if (isRefused && ctx.oidc.route === 'introspection') await introspect(ctx, token)
    if (isRefused && ctx.oidc.route === 'revocation') await revoke(ctx, token)
  }

  return { asStored, serve }
}

/** What the engine would keep beside an access token, as far as it is read again. */
const extraOf = (claims: JWTPayload) => ({ offline: claims['offline'] === true })

/** The hash of the key that a token is bound to (RFC 9449 §6.1). */
const keyOf = (confirmation: unknown): string | undefined =>
  text((confirmation as { readonly jkt?: unknown } | undefined)?.jkt)

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function publicPart(key: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { d: _private, ...rest } = key
  return rest
}
