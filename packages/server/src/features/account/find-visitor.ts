import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { findArtifact } from '../grants/index.ts'
import { findLiveUser } from '../sessions/index.ts'
import type { HomeOf, JudgedSession } from '../sessions/index.ts'
import type { Issuer } from '../tenancy/index.ts'
import type { User } from '../users/index.ts'

export interface VisitorNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly vault: Vault
  readonly homeOf: HomeOf
}

/** Somebody who is signed in at the issuer, in this browser. */
export interface Visitor {
  readonly user: User
  readonly judged: JudgedSession
}

/**
 * Whose session a cookie is, of this very issuer, judged like every other use of it.
 *
 * @returns undefined for a cookie that is missing, malformed, unknown, another issuer's, anonymous or over (SE06)
 */
export async function findVisitor(
  needs: VisitorNeeds,
  issuer: Issuer,
  cookie: string | undefined,
): Promise<Visitor | undefined> {
  if (cookie === undefined || !isSessionId.test(cookie)) return undefined
  const { tenantId, workspaceId } = issuer.workspace
  const found = await findArtifact(needs.db.reader, needs.vault, { tenantId, workspaceId }, 'Session', cookie)
  const { accountId, uid, exp, issuer: path } = found?.payload ?? {}
  if (path !== issuer.path || typeof accountId !== 'string' || typeof uid !== 'string') return undefined
  if (typeof exp !== 'number' || exp <= needs.clock.nowSeconds()) return undefined
  const live = await findLiveUser(needs.db.reader, needs.homeOf, needs.clock.now(), accountId, uid)
  return live?.judged && { user: live.user, judged: live.judged }
}

const isSessionId = /^[\w-]{20,100}$/
