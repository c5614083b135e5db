import type { Operation } from '../operation.ts'
import * as adminClients from './admin-clients.ts'
import { listAuditEvents } from './audit-events.ts'
import * as clients from './clients.ts'
import * as codes from './codes.ts'
import * as contacts from './contacts.ts'
import * as logins from './logins.ts'
import * as organizations from './organizations.ts'
import * as passwords from './passwords.ts'
import * as pools from './pools.ts'
import * as registration from './registration.ts'
import * as servers from './servers.ts'
import * as totp from './totp.ts'
import * as schemas from './schemas.ts'
import * as themes from './themes.ts'
import * as tryLimits from './try-limits.ts'
import { listScopesSystem } from './scopes.ts'
import * as secrets from './secrets.ts'
import * as tokens from './tokens.ts'
import * as users from './users.ts'
import * as webhooks from './webhooks.ts'
import * as webauthn from './webauthn.ts'

/** Every operation of the SecureAuth API that is served, in the order of the description. */
export const secureAuthOperations: readonly Operation[] = [
  servers.systemDeleteAuthorizationServer,
  clients.getClient,
  clients.revokeRotatedClientSecrets,
  clients.rotateClientSecret,
  clients.listClientsSystem,
  logins.getLoginRequest,
  logins.acceptLoginRequest,
  logins.rejectLoginRequest,
  listScopesSystem,
  secrets.listSecrets,
  secrets.createSecret,
  secrets.updateSecret,
  secrets.deleteSecret,
  tokens.revokeTokensByPool,
  tokens.revokeTokens,
  organizations.listOrganizations,
  organizations.createOrganization,
  organizations.deleteOrganization,
  organizations.getOrganization,
  organizations.updateOrganization,
  listAuditEvents,
  pools.systemListPools,
  pools.systemCreatePool,
  pools.systemDeletePool,
  pools.systemGetPool,
  pools.systemUpdatePool,
  passwords.completeResetPassword,
  passwords.confirmResetPassword,
  passwords.requestResetPassword,
  passwords.verifyPasswordV2,
  passwords.verifyPassword,
  users.systemListUsers,
  users.systemCreateUser,
  users.importUsers,
  users.systemDeleteUser,
  users.systemGetUser,
  users.systemUpdateUser,
  passwords.changePassword,
  passwords.deprecatedChangePassword,
  passwords.setPasswordState,
  totp.changeTotpSecret,
  registration.activateSelfRegisteredUserUsingExtendedCode,
  codes.verifyAuthenticationCode,
  codes.generateCodeForUser,
  codes.inspectOTP,
  codes.requestOTPChallenge,
  codes.verifyOTP,
  registration.selfRegisterUser,
  registration.activateSelfRegisteredUser,
  registration.generateActivationCode,
  registration.selfSendActivationMessage,
  codes.completeAddressVerification,
  codes.requestAddressVerification,
  codes.generateCode,
  contacts.systemAddVerifiableAddress,
  contacts.systemDeleteVerifiableAddress,
  contacts.systemUpdateVerifiableAddress,
  contacts.systemAddIdentifier,
  contacts.systemDeleteIdentifier,
  webauthn.deleteWebAuthnKey,
  webauthn.nameWebAuthnKey,
  webauthn.beginWebAuthnCredentialsGeneration,
  webauthn.completeWebAuthnCredentialsGeneration,
  users.systemGetUserByKey,
  schemas.systemListSchemas,
  schemas.systemCreateSchema,
  schemas.systemDeleteSchema,
  schemas.systemGetSchema,
  schemas.systemUpdateSchema,
  pools.listWorkspacePools,
  organizations.adminListOrganizations,
  organizations.adminCreateOrganization,
  organizations.adminDeleteOrganization,
  organizations.adminGetOrganization,
  organizations.adminUpdateOrganization,
  organizations.updateOrganizationMetadata,
  servers.listAuthorizationServers,
  servers.createAuthorizationServer,
  servers.deleteAuthorizationServer,
  servers.getAuthorizationServer,
  servers.updateAuthorizationServer,
  servers.listWorkspaces,
  servers.getWorkspace,
  adminClients.listClients,
  adminClients.createClient,
  adminClients.deleteClient,
  adminClients.adminGetClient,
  adminClients.updateClient,
  adminClients.adminRevokeRotatedClientSecrets,
  adminClients.adminRotateClientSecret,
  tryLimits.listBruteForceLimits,
  tryLimits.setBruteForceLimit,
  tryLimits.deleteBruteForceLimit,
  themes.listThemes,
  themes.createTheme,
  themes.deleteTheme,
  themes.getTheme,
  themes.updateTheme,
  themes.getServerTheme,
  themes.bindServerTheme,
  themes.unbindServerTheme,
  webhooks.listServerWebhooks,
  webhooks.createWebhook,
  webhooks.deleteWebhook,
  webhooks.getWebhook,
  webhooks.updateWebhook,
  webhooks.listWebhookEvents,
]
