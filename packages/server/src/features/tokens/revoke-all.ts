import type { Db, Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { deleteConsents } from '../consents/index.ts'
import { findHome } from '../directory/index.ts'
import type { PoolId } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import type { EndNeeds } from '../sessions/index.ts'
import { findOrganization } from '../tenancy/index.ts'
import { findUserForUpdate, userId } from '../users/index.ts'
import type { User } from '../users/index.ts'

export interface RevokeNeeds extends EndNeeds {
  readonly db: Db
}

/** Where the people are looked for; who is elsewhere is left alone. */
export interface RevokePlace {
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId?: string | undefined
  readonly poolId?: PoolId
}

/**
 * Ends what these people hold: sessions, codes, tokens, sign-ins under way, and what they allowed applications. Refused at
 * its next use on every node, as after a deactivation, but they may sign in again at once. All of them or, when something
 * fails, nobody.
 *
 * @param subjects ids of users; those that are nobody's, or of somebody elsewhere, change nothing and are not told apart
 */
export async function revokeAll(
  needs: RevokeNeeds,
  place: RevokePlace,
  subjects: readonly string[],
  facts: RequestFacts,
): Promise<void> {
  // In one order, so that two of these at once do not wait for each other.
  const ids = [...new Set(subjects)].filter((subject) => isUuid.test(subject)).toSorted()
  await needs.db.transaction(async (tx) => {
    for (const id of ids) {
      const user = await lockedUserAt(tx, place, id)
      if (!user) continue
      await endAllSessions(tx, needs, {
        organizationId: user.organizationId,
        userId: user.userId,
        reason: 'ended_by_administrator',
        facts,
      })
      await deleteConsents(tx, user.organizationId, user.userId)
      await recordEvents(tx, needs, facts, [
        {
          tenantId: place.tenantId,
          workspaceId: place.workspaceId,
          organizationId: user.organizationId,
          subject: 'tokens',
          action: 'revoked',
          affectedUserId: user.userId,
          affectedUserPoolId: user.poolId,
          payload: { type: 'subject' },
        },
      ])
    }
  })
}

async function lockedUserAt(tx: Tx, place: RevokePlace, id: string): Promise<User | undefined> {
  const home = await findHome(tx, id)
  if (home?.tenantId !== place.tenantId) return undefined
  if (place.organizationId !== undefined && place.organizationId !== home.organizationId) return undefined
  const organization = await findOrganization(tx, home.tenantId, home.organizationId)
  if (organization?.workspaceId !== place.workspaceId) return undefined
  const user = await findUserForUpdate(tx, home.organizationId, userId(id))
  return place.poolId === undefined || user?.poolId === place.poolId ? user : undefined
}

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
