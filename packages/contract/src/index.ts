export {
  addressOf,
  errorAnswer,
  everyRefusal,
  nameOf,
  noBody,
  operation,
  selfOperation,
  selfScopes,
  statusesOf,
  systemScopes,
} from './operation.ts'
export type { Operation, SelfOperation, SelfScope, Surface, SystemScope } from './operation.ts'
export { secureAuthOperations } from './secureauth/operations.ts'
export {
  adminGetClient,
  adminRevokeRotatedClientSecrets,
  adminRotateClientSecret,
  createClient,
  deleteClient,
  listClients,
  updateClient,
} from './secureauth/admin-clients.ts'
export type { AdminClient, AdminClientChange, NewAdminClient } from './secureauth/admin-clients.ts'
export {
  ExportSystemConfig,
  ExportTenantConfig,
  ExportWorkspaceConfig,
  ImportSystemConfig,
  ImportTenantConfig,
  ImportWorkspaceConfig,
  cloneWorkspace,
  patchSystemConfigRfc6902,
  patchSystemConfigRfc7396,
  patchTenantConfigRfc6902,
  patchTenantConfigRfc7396,
  patchWorkspaceConfigRfc6902,
  patchWorkspaceConfigRfc7396,
} from './secureauth/hub.ts'
export { auditEvent, listAuditEvents } from './secureauth/audit-events.ts'
export type { AuditEvent } from './secureauth/audit-events.ts'
export {
  answeredClientFields,
  clientFields,
  getClient,
  listClientsSystem,
  revokeRotatedClientSecrets,
  rotateClientSecret,
  samlClientFields,
} from './secureauth/clients.ts'
export type { SystemClient } from './secureauth/clients.ts'
export {
  adminCreateOrganization,
  adminDeleteOrganization,
  adminGetOrganization,
  adminListOrganizations,
  adminUpdateOrganization,
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
  updateOrganizationMetadata,
} from './secureauth/organizations.ts'
export type { NewOrganization, Organization, OrganizationChange } from './secureauth/organizations.ts'
export {
  createAuthorizationServer,
  deleteAuthorizationServer,
  systemDeleteAuthorizationServer,
  getAuthorizationServer,
  getWorkspace,
  keptOfServer,
  listAuthorizationServers,
  listWorkspaces,
  serverType,
  updateAuthorizationServer,
} from './secureauth/servers.ts'
export type { ListedWorkspace, Server, ServerInput } from './secureauth/servers.ts'
export {
  bindServerTheme,
  createTheme,
  deleteTheme,
  getServerTheme,
  getTheme,
  listThemes,
  unbindServerTheme,
  updateTheme,
} from './secureauth/themes.ts'
export type { Theme, ThemeInput } from './secureauth/themes.ts'
export { deleteBruteForceLimit, listBruteForceLimits, setBruteForceLimit } from './secureauth/try-limits.ts'
export type { BruteForceLimit } from './secureauth/try-limits.ts'
export {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listServerWebhooks,
  listWebhookEvents,
  updateWebhook,
} from './secureauth/webhooks.ts'
export type { Webhook, WebhookInput } from './secureauth/webhooks.ts'
export {
  listWorkspacePools,
  systemCreatePool,
  systemDeletePool,
  systemGetPool,
  systemListPools,
  systemUpdatePool,
} from './secureauth/pools.ts'
export type { Pool, PoolInput } from './secureauth/pools.ts'
export {
  importUsers,
  newUser,
  systemCreateUser,
  systemDeleteUser,
  systemGetUser,
  systemGetUserByKey,
  systemListUsers,
  systemUpdateUser,
  userFilter,
} from './secureauth/users.ts'
export type {
  HashedPassword,
  Identifier,
  ImportVerdict,
  ListedUser,
  NewCredential,
  NewUser,
  User,
  UserChange,
  Address,
} from './secureauth/users.ts'
export {
  beginWebAuthnCredentialsGeneration,
  completeAddWebAuthn,
  completeWebAuthnCredentialsGeneration,
  deleteWebAuthnKey,
  nameWebAuthnKey,
  requestAddWebAuthn,
} from './secureauth/webauthn.ts'
export type {
  GivenWebAuthnKey,
  ShownWebAuthnKey,
  WebAuthnOptions,
  WebAuthnRegistration,
} from './secureauth/webauthn.ts'
export { changeTotpSecret, completeResetTotp, requestResetTotp } from './secureauth/totp.ts'
export {
  systemAddIdentifier,
  systemAddVerifiableAddress,
  systemDeleteIdentifier,
  systemDeleteVerifiableAddress,
  systemUpdateVerifiableAddress,
} from './secureauth/contacts.ts'
export type { AddedAddress } from './secureauth/contacts.ts'
export {
  completeAddressVerification,
  generateCode,
  generateCodeForUser,
  inspectOTP,
  requestAddressVerification,
  requestOTPChallenge,
  verifyAuthenticationCode,
  verifyOTP,
} from './secureauth/codes.ts'
export type { CodeType } from './secureauth/codes.ts'
export {
  activateSelfRegisteredUser,
  activateSelfRegisteredUserUsingExtendedCode,
  generateActivationCode,
  selfRegisterUser,
  selfSendActivationMessage,
} from './secureauth/registration.ts'
export {
  changePassword,
  completeResetPassword,
  confirmResetPassword,
  deprecatedChangePassword,
  requestResetPassword,
  setPasswordState,
  verifyPassword,
  verifyPasswordV2,
} from './secureauth/passwords.ts'
export {
  systemCreateSchema,
  systemDeleteSchema,
  systemGetSchema,
  systemListSchemas,
  systemUpdateSchema,
} from './secureauth/schemas.ts'
export type { Schema } from './secureauth/schemas.ts'
export { acceptLoginRequest, getLoginRequest, rejectLoginRequest } from './secureauth/logins.ts'
export { listScopesSystem } from './secureauth/scopes.ts'
export { createSecret, deleteSecret, listSecrets, updateSecret } from './secureauth/secrets.ts'
export type { WorkspaceSecret, WorkspaceSecretInput } from './secureauth/secrets.ts'
export { revokeTokens, revokeTokensByPool } from './secureauth/tokens.ts'
export { notOffered } from './secureauth/not-offered.ts'
export type { OperationNotOffered } from './secureauth/not-offered.ts'
export { stillMissing } from './secureauth/still-missing.ts'
export {
  addUserToGroup,
  createGroup,
  deleteGroup,
  getGroup,
  groupFilter,
  isUserInGroup,
  listGroups,
  listUserGroups,
  listUsersInGroup,
  removeUserFromGroup,
  updateGroup,
} from './secureauth/groups.ts'
export type { Group } from './secureauth/groups.ts'
export { listUserHistory } from './secureauth/history.ts'
export type { HistoryEntry } from './secureauth/history.ts'
export {
  selfBeginWebAuthnCredentialsGeneration,
  selfChangePassword,
  selfChangePasswordV2,
  selfChangeTotpSecret,
  selfCompleteWebAuthnCredentialsGeneration,
  selfDeleteMfaSession,
  selfDeleteWebAuthnKey,
  selfGetUserProfile,
  selfGetUserProfileV2,
  selfListUserMfaSessions,
  selfNameWebAuthnKey,
  selfOperations,
  selfResetPasswordConfirm,
  selfSetPassword,
  selfSetTotpSecret,
  selfSetWebAuthn,
  selfUpdateUserProfile,
  selfUpdateUserProfileV2,
} from './secureauth/self.ts'
export type { Profile, ProfileV2 } from './secureauth/self.ts'
