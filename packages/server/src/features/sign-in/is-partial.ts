import { findBiller } from '../billers/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { SignInFlow } from './flow.ts'
import type { SignInNeeds } from './needs.ts'

/**
 * Whether people behind this address may be refused because an earlier user store is out of reach. At the portal's own
 * address any store counts, whoever is asking; where the address fixed an organization, only that organization's.
 */
export async function isPartial(
  needs: Pick<SignInNeeds, 'db' | 'stores'>,
  workspace: Workspace,
  flow: Pick<SignInFlow, 'fixedOrganizationId'>,
): Promise<boolean> {
  const away = [...needs.stores.values()].filter((store) => !store.isReachable)
  const fixed = flow.fixedOrganizationId
  if (away.length === 0 || fixed === undefined) return away.length > 0
  const biller = await findBiller(needs.db.reader, workspace.tenantId, fixed)
  return biller !== undefined && biller.mode !== 'new' && away.some((store) => store.storeId === biller.legacyStoreId)
}
