import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { findOrganization, setSuspended } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { EndNeeds } from './end-sessions.ts'

/**
 * Nobody of the organization may sign in or stay signed in, from the next request on and on every node: each use of a
 * session reads the organization. Lifting it makes signing in possible again; sessions that were noted as ended meanwhile
 * stay ended. Doing it twice changes nothing.
 *
 * @returns whether it is so only now
 * @throws Problem `organization.not_found`
 */
export async function suspendOrganization(
  db: Db,
  needs: EndNeeds,
  place: { readonly tenantId: string; readonly organizationId: OrganizationId },
  isSuspended: boolean,
  facts: RequestFacts,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const organization = await findOrganization(tx, place.tenantId, place.organizationId)
    if (!organization) throw new Problem('organization.not_found')
    const since = isSuspended ? needs.clock.now() : undefined
    if (!(await setSuspended(tx, place.tenantId, place.organizationId, since))) return false
    await recordEvents(tx, needs, facts, [
      {
        tenantId: place.tenantId,
        workspaceId: organization.workspaceId,
        organizationId: place.organizationId,
        subject: 'organization',
        action: 'updated',
        reason: isSuspended ? 'organization.suspended' : 'organization.resumed',
        payload: { suspended: isSuspended },
      },
    ])
    return true
  })
}
