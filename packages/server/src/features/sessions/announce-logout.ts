import type { Tx } from '../../platform/db/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { takeSessionClients } from './session-clients.store.ts'

/**
 * Every application that takes part in a session, or in any session of a user, will hear that it has ended. Called in the
 * transaction that ends it: both stand or neither. A second call finds nobody left to tell.
 */
export type AnnounceLogout = (
  tx: Tx,
  organization: OrganizationId,
  of: { readonly sessionUid: string } | { readonly userId: string },
) => Promise<void>

export function logoutAnnouncer({
  jobs,
  random,
}: {
  readonly jobs: Pick<Jobs, 'enqueue'>
  readonly random: Random
}): AnnounceLogout {
  return async (tx, organization, of) => {
    for (const client of await takeSessionClients(tx, organization, of)) {
      await jobs.enqueue(tx, 'logout.notify', { ...client, tokenId: random.uuid() })
    }
  }
}
