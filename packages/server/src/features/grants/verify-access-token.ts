import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import type { Clock } from '../../platform/clock/index.ts'
import type { Reader } from '../../platform/db/index.ts'
import { findClient } from '../clients/index.ts'
import { isStrictJwt } from '../../protocol/strict-jwt.ts'
import type { SigningKey } from '../keys/index.ts'
import { recallIssuer } from '../tenancy/index.ts'
import { isTokenRevoked } from './artifacts.store.ts'

export interface AccessTokenNeeds {
  readonly reader: () => Reader
  readonly clock: Clock
  readonly origin: string
  keysOf(tenantId: string, workspaceId: string): Promise<readonly SigningKey[]>
}

/**
 * Whose application token this is: issued by this very workspace, for one of its resources, unexpired, not revoked, and
 * of a client that is still enabled.
 *
 * @see RFC 9068 §4 (validating JWT access tokens)
 */
export async function verifyApplicationToken(
  needs: AccessTokenNeeds,
  tenantId: string,
  workspaceId: string,
  audience: string,
  token: string,
): Promise<{ readonly clientId: string; readonly scopes: ReadonlySet<string> } | undefined> {
  if (!isStrictJwt(token)) return undefined
  // Asking for the keys of an issuer makes its first ones: of one that is none there are none to make.
  if (!(await recallIssuer(needs.reader(), tenantId, workspaceId))) return undefined
  const keys = await needs.keysOf(tenantId, workspaceId)
  const payload = await verifiedPayload(needs, keys, `${needs.origin}/${tenantId}/${workspaceId}`, audience, token)
  if (!payload) return undefined
  const { client_id: clientId, scope, jti, sub } = payload
  // Bound to a key that nobody shows here (RFC 9449 §7.1).
  if (payload['cnf'] !== undefined) return undefined
  // An application's own token: `sub` is the client. A person's token has no business at the management API.
  if (typeof clientId !== 'string' || sub !== clientId || jti === undefined) return undefined
  // Beyond here an error is ours: a token that could not be looked up is not a bad one.
  if (await isTokenRevoked(needs.reader(), jti, undefined)) return undefined
  const client = await findClient(needs.reader(), tenantId, workspaceId, clientId)
  if (client?.isEnabled !== true) return undefined
  return { clientId, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) }
}

async function verifiedPayload(
  { clock }: AccessTokenNeeds,
  keys: readonly SigningKey[],
  issuer: string,
  audience: string,
  token: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys.map((key) => key.publicJwk) }), {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'jti', 'sub', 'client_id'],
      currentDate: clock.now(),
    })
    return payload
  } catch {
    return undefined
  }
}
