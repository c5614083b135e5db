import { isDeepStrictEqual } from 'node:util'
import type { AdminClientChange } from '@gatehouse/contract'
import { mayBeAsked } from '../../platform/fetch/index.ts'
import { Problem } from '../../problem/index.ts'
import type { Client, ClientAuthentication, ClientSettings, GrantType, StoredClient } from './client.ts'
import { keptClientFields, shownClient } from './show-client.ts'

/** What may be said of a client: what stands here acts, by the rules of `readSettings`. */
export interface ClientDraft extends Pick<Client, 'isEnabled' | 'name' | 'settings'> {
  readonly wire: Readonly<Record<string, unknown>>
}

const authentications: readonly ClientAuthentication[] = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
]
const grants: readonly GrantType[] = ['authorization_code', 'refresh_token', 'client_credentials']
const invalid = (detail: string): Problem => new Problem('request.invalid', detail)

/** A client that says nothing of itself yet. */
export const blankDraft: ClientDraft = {
  name: '',
  isEnabled: true,
  settings: {
    authentication: 'client_secret_basic',
    grantTypes: ['authorization_code'],
    redirectUris: [],
    postLogoutRedirectUris: [],
    scopes: [],
    isFirstParty: false,
    applicationType: 'web',
  },
  wire: {},
}

/**
 * A client as it is with what a body says of it; what the body does not name stays.
 *
 * @throws Problem `request.invalid` for what cannot act here and what would not be safe
 */
export function readClient(before: ClientDraft, body: AdminClientChange, allowedHosts: readonly string[]): ClientDraft {
  const draft: ClientDraft = {
    name: body.client_name ?? before.name,
    isEnabled: body.client_status === undefined ? before.isEnabled : body.client_status === 'active',
    settings: readSettings(before.settings, body),
    wire: {
      ...before.wire,
      ...Object.fromEntries(
        keptClientFields.flatMap((field) => (field in body ? [[field, (body as Record<string, unknown>)[field]]] : [])),
      ),
    },
  }
  refuseSettings(draft.settings, allowedHosts)
  return draft
}

function readSettings(before: ClientSettings, body: AdminClientChange): ClientSettings {
  const authentication = body.token_endpoint_auth_method ?? before.authentication
  const known = authentications.find((one) => one === authentication)
  if (known === undefined) throw invalid(`token_endpoint_auth_method is one of ${authentications.join(', ')}.`)
  const grantTypes = body.grant_types ?? before.grantTypes
  if (!grantTypes.every((one) => (grants as readonly string[]).includes(one)) || grantTypes.length === 0) {
    throw invalid(`grant_types are some of ${grants.join(', ')}.`)
  }
  const { jwks: oldJwks, jwksUri: oldUri, backchannelLogoutUri: oldLogout, ...rest } = before
  const keys = body.jwks?.keys
  // Naming one of the two takes the place of the other.
  const jwks = keys !== undefined ? { keys } : body.jwks_uri ? undefined : oldJwks
  const jwksUri = body.jwks_uri ?? (keys === undefined ? oldUri : undefined)
  const backchannelLogoutUri = body.backchannel_logout_uri ?? oldLogout
  const pushed = switched(before.requiresPushedRequests, body.require_pushed_authorization_requests)
  const dpop = switched(before.requiresDpop, body.dpop_bound_access_tokens)
  return {
    ...rest,
    authentication: known,
    grantTypes: [...new Set(grantTypes)] as GrantType[],
    redirectUris: body.redirect_uris ?? before.redirectUris,
    postLogoutRedirectUris: body.post_logout_redirect_uris ?? before.postLogoutRedirectUris,
    scopes: scopesOf(body) ?? before.scopes,
    isFirstParty: body.trusted ?? before.isFirstParty,
    applicationType: readApplicationType(body) ?? before.applicationType,
    ...(pushed === undefined ? {} : { requiresPushedRequests: pushed }),
    ...(dpop === undefined ? {} : { requiresDpop: dpop }),
    ...(jwks === undefined || jwks.keys.length === 0 ? {} : { jwks }),
    ...(jwksUri === undefined || jwksUri === '' ? {} : { jwksUri }),
    ...(backchannelLogoutUri === undefined || backchannelLogoutUri === '' ? {} : { backchannelLogoutUri }),
  }
}

/** Absent means no, and stays absent where no is said. */
const switched = (before: boolean | undefined, said: boolean | undefined): boolean | undefined =>
  said === false && before === undefined ? undefined : said

function readApplicationType({
  application_type: type,
}: AdminClientChange): ClientSettings['applicationType'] | undefined {
  if (type === undefined || type === '') return undefined
  if (type !== 'web' && type !== 'native') throw invalid('application_type is web or native.')
  return type
}

/** `scope` says the same as `scopes`; where both are given they must agree. */
function scopesOf({ scope, scopes }: AdminClientChange): readonly string[] | undefined {
  const split = scope === undefined || scope === '' ? undefined : scope.split(' ').filter((one) => one !== '')
  if (split && scopes && !isDeepStrictEqual(new Set(split), new Set(scopes))) throw invalid('scope and scopes differ.')
  const named = scopes ?? split
  // RFC 6749 §3.3
  if (named?.every((one) => /^[!#-[\]-~]+$/.test(one)) === false) throw invalid('One of the scopes is none.')
  return named && [...new Set(named)]
}

/** @throws Problem `request.invalid` for settings that are not safe, each or together */
export function refuseSettings(settings: ClientSettings, allowedHosts: readonly string[]): void {
  const { authentication, grantTypes, redirectUris, postLogoutRedirectUris, jwks, jwksUri } = settings
  const wrong = [...redirectUris, ...postLogoutRedirectUris].find((uri) => !isRedirect(uri, settings.applicationType))
  if (wrong !== undefined) {
    throw invalid(
      'Redirects are https, http on the machine itself, or an own scheme of a native application; without fragment or user.',
    )
  }
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0) {
    throw invalid('Say with redirect_uris where people are sent back to.')
  }
  if (authentication === 'none' && grantTypes.includes('client_credentials')) {
    throw invalid('Whoever gets tokens for itself proves itself: token_endpoint_auth_method is not none.')
  }
  if (jwks !== undefined && jwksUri !== undefined) throw invalid('Keys are in jwks or at jwks_uri, not both.')
  if (authentication === 'private_key_jwt' && jwks === undefined && jwksUri === undefined) {
    throw invalid('Say with jwks or jwks_uri which keys prove it.')
  }
  if (jwks?.keys.some((key) => !isPublicKey(key)) === true) throw invalid('jwks holds public keys only.')
  const asked = [jwksUri, settings.backchannelLogoutUri].filter((uri) => uri !== undefined)
  if (!asked.every((uri) => mayBeAsked(uri, allowedHosts))) {
    throw invalid('jwks_uri and backchannel_logout_uri are https addresses of public hosts.')
  }
}

/** RFC 8252 §7, §8.4: an own scheme has a dot, as domain names have. */
function isRedirect(uri: string, applicationType: ClientSettings['applicationType']): boolean {
  const url = URL.parse(uri)
  if (!url || url.username !== '' || url.password !== '' || uri.includes('#')) return false
  if (url.protocol === 'https:') return true
  if (url.protocol === 'http:') return /^(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  return applicationType === 'native' && /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol)
}

const isPublicKey = (key: Readonly<Record<string, unknown>>): boolean =>
  (key['kty'] === 'EC' || key['kty'] === 'RSA' || key['kty'] === 'OKP') &&
  !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'].some((member) => member in key)

/** Fields with a place of their own, and those that say again what others say. */
const read = new Set<string>([
  ...keptClientFields,
  'application_type',
  'application_types',
  'authorization_server_id',
  'backchannel_logout_uri',
  'client_id',
  'client_id_issued_at',
  'client_name',
  'client_secret',
  'client_secret_expires_at',
  'client_status',
  'created_at',
  'dpop_bound_access_tokens',
  'grant_types',
  'jwks',
  'jwks_uri',
  'post_logout_redirect_uris',
  'redirect_uris',
  'require_pushed_authorization_requests',
  'scope',
  'scopes',
  'tenant_id',
  'token_endpoint_auth_method',
  'trusted',
  'updated_at',
])

// Divergence D-63
/**
 * What is said and would not act is refused, unless it says nothing, or what is so anyway.
 *
 * @throws Problem `request.invalid` naming the field
 */
export function refuseWhatDoesNotAct(client: StoredClient, body: AdminClientChange): void {
  const own = shownClient(client) as Readonly<Record<string, unknown>>
  const wrong = Object.entries(body).find(
    ([field, value]) => !read.has(field) && !isNothing(value) && !isDeepStrictEqual(value, own[field]),
  )
  if (wrong) throw invalid(`${wrong[0]} cannot be set to this here.`)
}

const isNothing = (value: unknown): boolean =>
  value === false ||
  value === '' ||
  value === 0 ||
  value === 'unspecified' ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
