export { hostedPageOf, isHostedAddress, loginPageOf, organizationId } from './tenancy.ts'
export type {
  BrandSettings,
  HostedPage,
  Issuer,
  Organization,
  OrganizationId,
  SessionSettings,
  SignInSettings,
  StoredWorkspace,
  Workspace,
} from './tenancy.ts'
export { findIssuer, recallIssuer } from './find-issuer.ts'
export {
  countOrganizations,
  deleteOrganization,
  deleteWorkspace,
  findOrganization,
  findWorkspace,
  insertOrganization,
  insertTenant,
  insertWorkspace,
  lockSessionSettings,
  isDemonstration,
  lockOrganization,
  lockWorkspace,
  recallOrganization,
  markDemonstration,
  saveSessionSettings,
  selectOrganizations,
  selectOrganizationsOfDomain,
  selectSessionSettings,
  selectWorkspacePage,
  selectWorkspaces,
  setSuspended,
  updateOrganization,
  updateWorkspace,
} from './tenancy.store.ts'
export type { OrganizationPage, WorkspacePage } from './tenancy.store.ts'
