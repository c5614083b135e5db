import { domainToASCII } from 'node:url'
import type { Reader } from '../../platform/db/index.ts'
import { findOrganization, selectOrganizationsOfDomain } from '../tenancy/index.ts'
import type { Organization, Workspace } from '../tenancy/index.ts'
import type { Biller } from './biller.ts'
import { findBiller, findBillerByGuid } from './billers.store.ts'

/** A company that has an address of its own here. */
export interface Company {
  readonly biller: Biller
  readonly organization: Organization
}

const ownAddress = /^(?:https?:\/\/[^/?#]+\/b\/|\/b\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/
const slug = /^[a-z0-9][a-z0-9-]{0,62}$/
const longest = 512

/**
 * The company somebody means, by its exact address (`https://…/b/{guid}`, the GUID alone, or its short name) or by the
 * domain of an e-mail address. Companies are found, never people: what stands before the `@` is not looked at. A domain that
 * two companies list leads to neither. Unknown, switched off, and of another workspace are one answer.
 */
export async function findCompany(reader: Reader, workspace: Workspace, typed: string): Promise<Company | undefined> {
  const text = typed.trim().toLowerCase()
  if (text === '' || text.length > longest) return undefined
  const { tenantId, workspaceId } = workspace
  const address = ownAddress.exec(text)?.[1]
  if (address !== undefined) return companyOf(reader, workspace, await findBillerByGuid(reader, address))
  const [organization, second] = slug.test(text)
    ? [await findOrganization(reader, tenantId, text)]
    : await selectOrganizationsOfDomain(reader, tenantId, workspaceId, domainIn(text))
  if (!organization || second) return undefined
  return companyOf(reader, workspace, await findBiller(reader, tenantId, organization.organizationId))
}

/** As DNS writes it; of a host name with a path, the host. Text that is no domain matches none. */
const domainIn = (text: string): string =>
  domainToASCII(
    text
      .slice(text.lastIndexOf('@') + 1)
      .replace(/^https?:\/\//, '')
      .replace(/[/?#].*$/, ''),
  )

async function companyOf(
  reader: Reader,
  { tenantId, workspaceId }: Workspace,
  biller: Biller | undefined,
): Promise<Company | undefined> {
  if (biller?.tenantId !== tenantId || !biller.isCustomUrlEnabled) return undefined
  const organization = await findOrganization(reader, tenantId, biller.organizationId)
  return organization?.workspaceId === workspaceId ? { biller, organization } : undefined
}
