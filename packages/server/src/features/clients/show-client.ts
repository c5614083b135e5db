import type { SystemClient } from '@gatehouse/contract'
import type { ClientSettings, StoredClient } from './client.ts'

/** Fields of the vendor's client that say something to people and nothing to us: kept as they came, given back. */
export const keptClientFields = [
  'app_url',
  'client_uri',
  'description',
  'developer_id',
  'developer_metadata',
  'fdx',
  'logo_uri',
  'metadata',
  'obbr',
  'organisation_id',
  'policy_uri',
  'privacy',
  'software_id',
  'software_version',
  'tos_uri',
] as const satisfies readonly (keyof SystemClient)[]

// Divergence D-50
/**
 * A client in the vendor's words: what acts, and what is kept for its owner. Never a secret nor its hash, and no field of
 * a mechanism that is not here: whoever reads `token_ttls` believes in it.
 */
export function shownClient(client: StoredClient): SystemClient {
  const { settings } = client
  const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000)
  return {
    ...keptOf(client.wire ?? {}),
    tenant_id: client.tenantId,
    authorization_server_id: client.workspaceId,
    client_id: client.clientId,
    client_name: client.name,
    client_type: 'oauth2',
    client_status: client.isEnabled ? 'active' : 'inactive',
    client_id_issued_at: secondsOf(client.createdAt),
    client_secret_expires_at: 0,
    created_at: client.createdAt.toISOString(),
    updated_at: client.updatedAt.toISOString(),
    application_type: settings.applicationType,
    application_types: [applicationTypeOf(settings)],
    token_endpoint_auth_method: settings.authentication,
    ...(settings.authentication === 'private_key_jwt' ? { token_endpoint_auth_signing_alg: 'ES256' as const } : {}),
    grant_types: [...settings.grantTypes],
    response_types: settings.grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: [...settings.redirectUris],
    post_logout_redirect_uris: [...settings.postLogoutRedirectUris],
    scopes: [...settings.scopes],
    scope: settings.scopes.join(' '),
    id_token_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'none',
    subject_type: 'public',
    trusted: settings.isFirstParty,
    dpop_bound_access_tokens: settings.requiresDpop === true,
    require_pushed_authorization_requests: settings.requiresPushedRequests === true,
    ...(settings.jwks === undefined ? {} : { jwks: { keys: [...settings.jwks.keys] } }),
    ...(settings.jwksUri === undefined ? {} : { jwks_uri: settings.jwksUri }),
    ...(settings.backchannelLogoutUri === undefined ? {} : { backchannel_logout_uri: settings.backchannelLogoutUri }),
  }
}

/** Stored under these names by whoever keeps a client of the contract's shape, and by nobody else. */
const keptOf = (wire: Readonly<Record<string, unknown>>): Partial<SystemClient> =>
  Object.fromEntries(keptClientFields.filter((name) => name in wire).map((name) => [name, wire[name]]))

/** Which of the vendor's kinds it is, by how it proves itself and where it runs. */
function applicationTypeOf({ authentication, applicationType, grantTypes }: ClientSettings) {
  if (!grantTypes.includes('authorization_code')) return 'service' as const
  if (applicationType === 'native') return 'mobile_desktop' as const
  return authentication === 'none' ? ('single_page' as const) : ('server_web' as const)
}
