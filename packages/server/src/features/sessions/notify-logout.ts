import { importJWK, SignJWT } from 'jose'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { GuardedFetch } from '../../platform/fetch/index.ts'
import type { JobPayloads, JobWork } from '../../platform/jobs/index.ts'
import type { Log } from '../../platform/log/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findClient } from '../clients/index.ts'
import type { SigningKey } from '../keys/index.ts'

export interface LogoutNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly origin: string
  readonly fetch: GuardedFetch
  /** The one that signs first. */
  keysOf(tenantId: string, workspaceId: string): Promise<readonly SigningKey[]>
}

/** Seconds that a logout token is good for; each attempt makes a new one with the same id. */
const tokenSeconds = 120
const event = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Tells one application that a session has ended. Any answer but 2xx is tried again, less and less often; the last failure
 * is written to the audit and is the end of it.
 *
 * @see OpenID Connect Back-Channel Logout 1.0 §2.4 (the token), §2.5 (the request), §2.8 (its answer)
 */
export function logoutWork(needs: LogoutNeeds): JobWork['logout.notify'] {
  return async (notice, { isLast }) => {
    const client = await findClient(needs.db.reader, notice.tenantId, notice.workspaceId, notice.clientId)
    const uri = client?.settings.backchannelLogoutUri
    if (uri === undefined) return
    try {
      const body = new URLSearchParams({ logout_token: await logoutToken(needs, notice) }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const { status } = await needs.fetch(uri, { method: 'POST', headers, body })
      if (status < 200 || status > 299) throw new Error(`the application answered ${status}`)
    } catch (error) {
      if (!isLast) throw error
      needs.log.warn('an application was not told of a sign-out', { clientId: notice.clientId })
      await recordGivingUp(needs, notice)
    }
  }
}

type Notice = JobPayloads['logout.notify']

async function logoutToken(needs: LogoutNeeds, notice: Notice): Promise<string> {
  const [key] = await needs.keysOf(notice.tenantId, notice.workspaceId)
  if (!key) throw new Error('the workspace has no signing key')
  const now = needs.clock.nowSeconds()
  return new SignJWT({ sid: notice.clientSid, events: { [event]: {} } })
    .setProtectedHeader({ alg: key.algorithm, typ: 'logout+jwt', kid: key.kid })
    .setIssuer(`${needs.origin}${notice.issuerPath}`)
    .setSubject(notice.userId)
    .setAudience(notice.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + tokenSeconds)
    .setJti(notice.tokenId)
    .sign(await importJWK(key.privateJwk, key.algorithm))
}

const recordGivingUp = (needs: LogoutNeeds, notice: Notice): Promise<void> =>
  needs.db.transaction((tx) =>
    recordEvents(tx, needs, { requestId: notice.tokenId, ipAddress: '', userAgent: '' }, [
      {
        tenantId: notice.tenantId,
        workspaceId: notice.workspaceId,
        organizationId: notice.organizationId,
        subject: 'session',
        action: 'not_sent',
        reason: 'logout.not_delivered',
        affectedUserId: notice.userId,
        clientId: notice.clientId,
        sessionId: notice.sessionUid,
      },
    ]),
  )
