import { billers } from '../legacy/billers.ts'
import type { Secrets } from './secrets.ts'
import { portalWorkspaceId, tenantId } from './settings.ts'
import type { Addresses } from './settings.ts'

export const clientIds = { portal: 'biller-portal', setup: 'demo-setup', office: 'demo-office', crm: 'crm' } as const

/** Paths of the portal that Gatehouse must know. */
export const portalPaths = {
  callback: '/signed-in',
  signedOut: '/signed-out',
  initiateLogin: '/login',
  sessionEnded: '/session-ended',
} as const

/**
 * What Gatehouse is asked to create at its start: the tenant, its three workspaces, three clients and the 24 billers.
 * The shape is that of `GATEHOUSE_PROVISION_FILE`; everything that exists stays as it is.
 */
export function provisionFile(addresses: Addresses, secrets: Secrets) {
  return {
    tenant: { id: tenantId, name: 'Harborline Billing', isDemo: true },
    workspaces: [
      { id: 'system', name: 'Applications', kind: 'system' },
      { id: 'admin', name: 'Harborline employees', kind: 'admin' },
      {
        id: portalWorkspaceId,
        name: 'Harborline Biller Portal',
        kind: 'customer',
        usernameScope: 'workspace',
        brand: {
          name: 'Harborline Billing',
          colour: '#17506B',
          helpEmail: 'help@harborline.example',
          helpPhone: '(207) 555-0100',
        },
      },
    ],
    resources: [
      {
        workspace: 'system',
        audience: `${addresses.server}/api`,
        name: 'Management API',
        scopes: [...managementScopes],
      },
    ],
    clients: [
      {
        id: clientIds.portal,
        workspace: portalWorkspaceId,
        name: 'Harborline Biller Portal',
        secret: secrets.portal,
        authentication: 'client_secret_basic',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [addresses.portal + portalPaths.callback],
        postLogoutRedirectUris: [addresses.portal + portalPaths.signedOut],
        initiateLoginUri: addresses.portal + portalPaths.initiateLogin,
        backchannelLogoutUri: addresses.portal + portalPaths.sessionEnded,
        scopes: ['openid', 'profile', 'email', 'organization'],
        isFirstParty: true,
        isPortal: true,
      },
      systemClient(clientIds.setup, 'Set-up of the demo', secrets.setup, ['identity', 'manage_configuration']),
      systemClient(clientIds.office, 'Demo office', secrets.office, ['identity', 'view_audit_events']),
      systemClient(clientIds.crm, 'CRM of Harborline', secrets.crm, managementScopes),
    ],
    billers: billers.map((biller) => ({
      id: biller.slug,
      workspace: portalWorkspaceId,
      name: biller.name,
      guid: biller.id,
      mode: biller.mode,
      legacyStore: biller.shard,
      legacyBillerKey: biller.legacyKey,
      brand: {
        name: biller.name,
        colour: biller.brandColor,
        helpEmail: biller.supportEmail,
        helpPhone: biller.supportPhone,
      },
    })),
  }
}

/** What the management API can be allowed to do (docs/secureauth-api.md). */
const managementScopes = [
  'identity',
  'identity_self_registration',
  'manage_clients',
  'manage_configuration',
  'manage_logins',
  'manage_secrets',
  'manage_servers',
  'read_configuration',
  'read_secrets',
  'revoke_tokens',
  'view_audit_events',
  'view_clients',
  'view_scopes',
]

const systemClient = (id: string, name: string, secret: string, scopes: readonly string[]) => ({
  id,
  workspace: 'system',
  name,
  secret,
  authentication: 'client_secret_basic',
  grantTypes: ['client_credentials'],
  scopes: [...scopes],
})
