export { organizationId } from './tenancy.ts'
export type { BrandSettings, Issuer, Organization, OrganizationId, SessionSettings, Workspace } from './tenancy.ts'
export { findIssuer, recallIssuer } from './find-issuer.ts'
export {
  deleteOrganization,
  findOrganization,
  findWorkspace,
  insertOrganization,
  insertTenant,
  insertWorkspace,
  lockSessionSettings,
  isDemonstration,
  lockOrganization,
  recallOrganization,
  markDemonstration,
  saveSessionSettings,
  selectOrganizations,
  selectOrganizationsOfDomain,
  selectSessionSettings,
  selectWorkspaces,
  setSuspended,
  updateOrganization,
} from './tenancy.store.ts'
export type { OrganizationPage } from './tenancy.store.ts'
