import { remembered } from '../../platform/db/index.ts'
import type { Reader } from '../../platform/db/index.ts'
import { findOrganization, findWorkspace } from './tenancy.store.ts'
import type { Issuer } from './tenancy.ts'

/**
 * The issuer at `/{tid}/{segment}`: a workspace, or an organization in the place of one.
 *
 * A workspace wins over an organization of the same id, so that a biller cannot take a workspace's address.
 */
export async function findIssuer(reader: Reader, tenantId: string, segment: string): Promise<Issuer | undefined> {
  const path = `/${tenantId}/${segment}`
  const workspace = await findWorkspace(reader, tenantId, segment)
  if (workspace) return { workspace, organization: undefined, path }
  const organization = await findOrganization(reader, tenantId, segment)
  if (!organization) return undefined
  const parent = await findWorkspace(reader, tenantId, organization.workspaceId)
  return parent && { workspace: parent, organization, path }
}

/** The same, as it was at most a second ago. */
export const recallIssuer = remembered(['workspaces', 'organizations', 'themes'], findIssuer)
