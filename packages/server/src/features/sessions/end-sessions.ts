import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent, RequestFacts } from '../audit/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { raiseSessionEpoch } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import { endOf } from './session-policy.ts'
import type { AnnounceLogout } from './announce-logout.ts'
import type { Session, SessionEnd } from './session.ts'
import {
  endSession,
  endSessionsOfUser,
  keepSession,
  selectOpenSessions,
  selectOverdueSessions,
  selectSuspendedSessions,
  setOverAt,
} from './sessions.store.ts'

export interface EndNeeds {
  readonly clock: Clock
  readonly random: Random
  /** Called in the transaction that ends a session: the applications in it are to hear of it. */
  readonly announceLogout: AnnounceLogout
}

/** Whose sessions, and who ends them: absent where the platform does it by itself or a client does. */
export interface Ending {
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly reason: Exclude<SessionEnd, 'sign_out'>
  readonly by?: UserId
  readonly facts: RequestFacts
}

/**
 * Ends one session of a person. Its refresh tokens, access tokens and codes go with it: each use asks for the session.
 * A session that is not there, is another person's or has ended already is left alone.
 *
 * @returns whether one ended now
 */
export async function endOneSession(tx: Tx, needs: EndNeeds, ending: Ending, uid: string): Promise<boolean> {
  const open = await selectOpenSessions(tx, ending.organizationId, ending.userId)
  if (!open.some(({ session }) => session.sessionUid === uid)) return false
  const ended = await endSession(tx, ending.organizationId, uid, ending.reason, needs.clock.now())
  if (ended) await tell(tx, needs, ending, [ended])
  return ended !== undefined
}

/**
 * Ends every session of a person, and every proof of theirs that has not become one yet: the user's epoch is raised,
 * which each use of anything of theirs compares.
 *
 * @param keep the session that stays, if one does
 * @returns how many ended
 */
export async function endAllSessions(tx: Tx, needs: EndNeeds, ending: Ending, keep?: string): Promise<number> {
  const { organizationId, userId } = ending
  await raiseSessionEpoch(tx, organizationId, userId)
  if (keep !== undefined) await keepSession(tx, organizationId, userId, keep)
  const ended = await endSessionsOfUser(tx, organizationId, userId, keep, ending.reason, needs.clock.now())
  await tell(tx, needs, ending, ended)
  return ended.length
}

/**
 * Leaves a person the newest sessions that the policy allows, the given one among them. Called while the user's row is
 * held, so that any number of sign-ins at once together keep to it.
 */
export async function keepToLimit(tx: Tx, needs: EndNeeds, ending: Ending, uid: string, most: number): Promise<void> {
  const now = needs.clock.now()
  const open = (await selectOpenSessions(tx, ending.organizationId, ending.userId))
    .filter(({ session, policy }) => session.sessionUid !== uid && endOf(session, policy).at > now)
    .map(({ session }) => session)
  for (const session of open.slice(Math.max(0, most - 1))) {
    const ended = await endSession(tx, session.organizationId, session.sessionUid, ending.reason, now)
    if (ended) await tell(tx, needs, ending, [ended])
  }
}

/**
 * Writes down what is over by itself, so that histories and applications learn of it: a use of such a session was refused
 * since its moment in any case.
 *
 * @returns how many were ended
 */
export async function endOverdueSessions(db: Db, needs: EndNeeds, limit: number): Promise<number> {
  const now = needs.clock.now()
  const overdue = await selectOverdueSessions(db.reader, now, limit)
  const suspended = await selectSuspendedSessions(db.reader, limit)
  let count = 0
  for (const { session, policy, isOrganizationSuspended } of [...suspended, ...overdue]) {
    const end = endOf(session, policy)
    await db.transaction(async (tx) => {
      if (!isOrganizationSuspended && end.at > now) return setOverAt(tx, session, end.at)
      const reason = isOrganizationSuspended ? 'organization_suspended' : end.why
      const ended = await endSession(tx, session.organizationId, session.sessionUid, reason, now)
      if (!ended) return undefined
      count += 1
      return tell(tx, needs, { ...session, reason, facts: nobody }, [ended])
    })
  }
  return count
}

/** The platform's own deeds have no request. */
const nobody: RequestFacts = { requestId: 'tidy', ipAddress: '', userAgent: '' }

async function tell(tx: Tx, needs: EndNeeds, ending: Ending, ended: readonly Session[]): Promise<void> {
  await recordEvents(
    tx,
    needs,
    ending.facts,
    ended.map((session): AuditEvent => ({
      tenantId: session.tenantId,
      workspaceId: session.workspaceId,
      organizationId: session.organizationId,
      subject: 'session',
      action: 'revoked',
      reason: `session.${ending.reason}`,
      userId: ending.by,
      affectedUserId: session.userId,
      sessionId: session.sessionUid,
    })),
  )
  for (const { organizationId, sessionUid } of ended) await needs.announceLogout(tx, organizationId, { sessionUid })
}
