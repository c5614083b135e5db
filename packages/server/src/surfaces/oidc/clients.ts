import type { AdapterPayload } from 'oidc-provider'
import type { OidcClient, OidcResource } from './needs.ts'
import { companyScopes, openIdScopes } from './claims.ts'
import { browserOrigins } from './cross-origin.ts'

/** Names of our own client metadata, declared to the engine so that it carries them. */
export const ownMetadata = [
  'gatehouse_secret_hashes',
  'gatehouse_first_party',
  'gatehouse_api_scopes',
  'gatehouse_browser_origins',
] as const

/** A client of ours in the words of OpenID Connect Dynamic Client Registration §2. */
export function clientMetadata(client: OidcClient, resources: readonly OidcResource[]): AdapterPayload {
  const { settings } = client
  const hasSecret = settings.authentication.startsWith('client_secret')
  const apiScopes = new Set(resources.flatMap((resource) => resource.scopes))
  const usesCode = settings.grantTypes.includes('authorization_code')
  return {
    client_id: client.clientId,
    client_name: client.name,
    application_type: settings.applicationType,
    token_endpoint_auth_method: settings.authentication,
    grant_types: [...settings.grantTypes],
    response_types: usesCode ? ['code'] : [],
    redirect_uris: [...settings.redirectUris],
    post_logout_redirect_uris: [...settings.postLogoutRedirectUris],
    scope:
      settings.scopes
        .filter((scope) => openIdScopes.has(scope) && (settings.isFirstParty || !companyScopes.has(scope)))
        .join(' ') || 'openid',
    // The engine insists on a secret where the method names one; the comparison is ours and uses the hashes.
    ...(hasSecret ? { client_secret: 'kept as a hash' } : {}),
    ...(settings.jwks === undefined ? {} : { jwks: settings.jwks }),
    ...(settings.jwksUri === undefined ? {} : { jwks_uri: settings.jwksUri }),
    ...(settings.authentication === 'private_key_jwt' ? { token_endpoint_auth_signing_alg: 'ES256' } : {}),
    require_pushed_authorization_requests: settings.requiresPushedRequests === true,
    dpop_bound_access_tokens: settings.requiresDpop === true,
    ...(settings.responseModes === undefined ? {} : { response_modes: [...settings.responseModes] }),
    gatehouse_secret_hashes: [...client.secretHashes],
    gatehouse_first_party: settings.isFirstParty,
    gatehouse_browser_origins: browserOrigins(settings),
    gatehouse_api_scopes: settings.scopes.filter((scope) => apiScopes.has(scope)),
  }
}
