import type { Clock } from '../../platform/clock/index.ts'
import type { Reader, Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { endOf, endOneSession, selectOpenSessions } from '../sessions/index.ts'
import type { EndNeeds } from '../sessions/index.ts'
import type { User } from '../users/index.ts'

export interface OwnSessionsNeeds extends EndNeeds {
  readonly reader: Reader
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly clock: Clock
}

interface Own {
  readonly user: User
}

/** The sessions of a person as they see and end them, like on their account page. */
export function ownSessions(needs: OwnSessionsNeeds) {
  const standing = async (reader: Reader, { user }: Own) => {
    const now = needs.clock.now()
    const open = await selectOpenSessions(reader, user.organizationId, user.userId)
    return open
      .filter(({ session, policy }) => session.sessionEpoch === user.sessionEpoch && endOf(session, policy).at > now)
      .map(({ session }) => session)
  }
  return {
    async list(own: Own) {
      return (await standing(needs.reader, own)).map((session) => ({
        id: session.sessionUid,
        ip_address: session.ipAddress,
        issue_time: session.authenticatedAt.toISOString(),
        user_agent: session.userAgent,
      }))
    },

    /** @throws Problem `session.not_found` also for another person's */
    async end(own: Own, facts: RequestFacts, sessionUid: string): Promise<void> {
      const { organizationId, userId } = own.user
      await needs.transact(async (tx) => {
        const isTheirs = (await standing(tx, own)).some((session) => session.sessionUid === sessionUid)
        const ending = { organizationId, userId, reason: 'ended_by_user', by: userId, facts } as const
        if (!isTheirs || !(await endOneSession(tx, needs, ending, sessionUid))) throw new Problem('session.not_found')
      })
    },
  }
}
