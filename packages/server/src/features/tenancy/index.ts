export { hostedPageOf, isHostedAddress, organizationId } from './tenancy.ts'
export type {
  BrandSettings,
  HostedPage,
  Issuer,
  Organization,
  OrganizationId,
  SessionSettings,
  SignInSettings,
  Workspace,
} from './tenancy.ts'
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
