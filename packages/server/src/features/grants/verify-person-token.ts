import type { Clock } from '../../platform/clock/index.ts'
import type { Reader } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { findClient } from '../clients/index.ts'
import { findLiveUser } from '../sessions/index.ts'
import type { HomeOf } from '../sessions/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import type { User } from '../users/index.ts'
import { findArtifact } from './artifacts.store.ts'

export interface PersonTokenNeeds {
  readonly reader: () => Reader
  readonly clock: Clock
  readonly vault: Vault
  readonly homeOf: HomeOf
}

/** A person who acts through an application. */
export interface ProvedPerson {
  readonly user: User
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly sessionUid: string
  /** How long ago they proved who they are, as the token says; Infinity where it does not say. */
  readonly proofAgeSeconds: number
}

/**
 * Whose access token this is, if it was issued to a person at this very issuer and for the issuer itself. One for an API is
 * not: that API could show it here. Judged at each use like every other use of a session.
 *
 * @returns undefined for a token that is unknown, old, revoked, bound to a key that nobody shows here, of a client that is
 * off, of a session that has ended or of a person who may not act
 */
export async function verifyPersonToken(
  { reader, clock, vault, homeOf }: PersonTokenNeeds,
  tenantId: string,
  segment: string,
  token: string,
): Promise<ProvedPerson | undefined> {
  const issuer = await findIssuer(reader(), tenantId, segment)
  if (!issuer) return undefined
  const { workspaceId } = issuer.workspace
  const home = { tenantId, workspaceId }
  const found = await findArtifact(reader(), vault, home, 'AccessToken', token)
  if (!found || found.consumedAt !== undefined) return undefined
  const { accountId, clientId, grantId, sessionUid, exp, scope, aud, jkt, extra } = found.payload
  if (typeof exp !== 'number' || exp <= clock.nowSeconds() || aud !== undefined || jkt !== undefined) return undefined
  if (![accountId, clientId, grantId, sessionUid].every(isText)) return undefined
  const [subject, client, grant, session] = [String(accountId), String(clientId), String(grantId), String(sessionUid)]
  if (!(await findArtifact(reader(), vault, home, 'Grant', grant))) return undefined
  if ((await findClient(reader(), tenantId, workspaceId, client))?.isEnabled !== true) return undefined
  const { auth_time: authTime, offline } = (extra ?? {}) as { readonly auth_time?: unknown; readonly offline?: unknown }
  const use = offline === true ? 'offline' : 'session'
  const live = await findLiveUser(reader(), homeOf, clock.now(), subject, session, use)
  // At an organization's own issuer there are its own people only.
  const isOfIssuer =
    issuer.organization === undefined || live?.user.organizationId === issuer.organization.organizationId
  if (!live || live.user.tenantId !== tenantId || !isOfIssuer) return undefined
  return {
    user: live.user,
    clientId: client,
    scopes: new Set(isText(scope) ? scope.split(' ') : []),
    sessionUid: session,
    proofAgeSeconds: typeof authTime === 'number' ? Math.max(0, clock.nowSeconds() - authTime) : Infinity,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
