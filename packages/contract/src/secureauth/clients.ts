import { Type } from 'typebox'
import type { Static, TProperties } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { duration, entityId, exactly, freeObject, optional, text, time } from './words.ts'

const flag = optional(Type.Boolean())
const line = optional(Type.String({ maxLength: 2000 }))
const address = Type.String({ maxLength: 2000 })
const addresses = optional(Type.Array(address, { maxItems: 100 }))
const words = optional(Type.Array(text, { maxItems: 100 }))
const seconds = optional(Type.Integer())
const keyWrapping = optional(Type.Enum(['RSA-OAEP', 'RSA-OAEP-256']))
const contentCipher = optional(Type.Enum(['A256GCM', 'A128CBC-HS256']))

/** Ids of clients stand in addresses. */
export const clientId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' })

export const clientGrantType = Type.Enum([
  'authorization_code',
  'implicit',
  'client_credentials',
  'refresh_token',
  'password',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:device_code',
])
export const clientResponseType = Type.Enum([
  'token',
  'id_token',
  'code',
  'code id_token',
  'token id_token',
  'token code',
  'token id_token code',
  'none',
])
const proofs = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'self_signed_tls_client_auth',
  'tls_client_auth',
  'none',
] as const
const endpointProof = optional(Type.Enum([...proofs]))

// Divergence D-50
/**
 * Fields of a client that may be sent and are answered. Those that act, those that are only kept and those that are
 * refused are named in docs/divergences.md; secrets are in no answer but that of creating and rotating.
 */
export const clientFields = {
  app_url: optional(address),
  application_type: optional(Type.String({ maxLength: 40 })),
  application_types: optional(
    Type.Array(Type.Enum(['single_page', 'server_web', 'mobile_desktop', 'service', 'legacy', 'dcr']), {
      maxItems: 6,
    }),
  ),
  audience: words,
  authorization_details_types: words,
  authorization_encrypted_response_alg: keyWrapping,
  authorization_encrypted_response_enc: contentCipher,
  /** The workspace. */
  authorization_server_id: entityId,
  authorization_signed_response_alg: optional(text),
  backchannel_authentication_request_signing_alg: optional(text),
  backchannel_client_notification_endpoint: optional(address),
  backchannel_logout_session_required: flag,
  backchannel_logout_uri: optional(address),
  backchannel_token_delivery_mode: optional(text),
  backchannel_user_code_parameter: flag,
  certificate: optional(Type.String({ maxLength: 20_000 })),
  client_id: optional(clientId),
  client_id_issued_at: seconds,
  client_name: optional(text),
  client_secret: optional(Type.String({ maxLength: 300 })),
  client_secret_expires_at: seconds,
  client_status: optional(Type.Enum(['active', 'inactive'])),
  client_type: optional(Type.Enum(['oauth2', 'saml'])),
  client_uri: optional(address),
  created_at: optional(time),
  default_acr_values: words,
  description: line,
  developer_id: optional(text),
  developer_metadata: optional(freeObject),
  dpop_bound_access_tokens: flag,
  fdx: optional(freeObject),
  grant_types: optional(Type.Array(clientGrantType, { maxItems: 9 })),
  hashed_rotated_secrets: words,
  hashed_secret: optional(text),
  id_token_encrypted_response_alg: keyWrapping,
  id_token_encrypted_response_enc: contentCipher,
  id_token_signed_response_alg: optional(Type.Enum(['RS256', 'ES256', 'PS256'])),
  introspection_endpoint_auth_method: endpointProof,
  jwks: optional(exactly({ keys: optional(Type.Array(freeObject, { maxItems: 20 })) })),
  jwks_uri: optional(address),
  logo_uri: optional(address),
  metadata: optional(freeObject),
  organisation_id: optional(text),
  policy_uri: optional(address),
  post_logout_redirect_uris: addresses,
  privacy: optional(exactly({ scopes: optional(freeObject) })),
  redirect_uris: addresses,
  request_object_encryption_alg: keyWrapping,
  request_object_encryption_enc: contentCipher,
  request_object_signing_alg: optional(Type.Enum(['any', 'none', 'RS256', 'ES256', 'PS256'])),
  request_uris: addresses,
  require_pushed_authorization_requests: flag,
  response_types: optional(Type.Array(clientResponseType, { maxItems: 8 })),
  revocation_endpoint_auth_method: endpointProof,
  rotated_secrets: words,
  /** The same as `scopes`, separated by spaces. */
  scope: optional(Type.String({ maxLength: 10_000 })),
  scopes: words,
  sector_identifier_uri: optional(address),
  software_statement: optional(Type.String({ maxLength: 20_000 })),
  software_statement_payload: optional(freeObject),
  subject_type: optional(Type.Enum(['public', 'pairwise'])),
  system: flag,
  tenant_id: entityId,
  tls_client_auth_san_dns: optional(text),
  tls_client_auth_san_email: optional(text),
  tls_client_auth_san_ip: optional(text),
  tls_client_auth_san_uri: optional(text),
  tls_client_auth_subject_dn: optional(text),
  tls_client_certificate_bound_access_tokens: flag,
  token_endpoint_auth_method: optional(Type.Enum([...proofs, 'unspecified'])),
  token_endpoint_auth_signing_alg: optional(Type.Enum(['RS256', 'ES256', 'PS256', 'HS256', ''])),
  token_exchange: optional(exactly({ actor_claims: words })),
  token_ttls: optional(
    exactly({
      access_token_ttl: optional(duration),
      authorization_code_ttl: optional(duration),
      id_token_ttl: optional(duration),
      refresh_token_ttl: optional(duration),
    }),
  ),
  tos_uri: optional(address),
  trusted: flag,
  updated_at: optional(time),
  use_custom_token_ttls: flag,
  userinfo_signed_response_alg: optional(Type.Enum(['none', 'RS256', 'ES256'])),
} satisfies TProperties

/** May be sent when a client is changed, not when it is made. */
export const samlClientFields = {
  saml_allowed_attributes: words,
  saml_metadata: optional(freeObject),
  saml_metadata_updated_at: optional(time),
  saml_metadata_url: optional(address),
  saml_override_attributes: flag,
  saml_service_provider_id: optional(text),
  saml_signing_hash: optional(Type.Enum(['sha-1', 'sha-256', 'sha-512'])),
  saml_subject_name_id: optional(text),
  saml_subject_name_id_format: optional(
    Type.Enum([
      'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
      'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    ]),
  ),
} satisfies TProperties

/** In answers only, of both surfaces. */
export const answeredClientFields = {
  dynamically_registered: flag,
  obbr: optional(exactly({ webhook_uris: words })),
  software_id: optional(text),
  software_version: optional(text),
} satisfies TProperties

/** A client as the system surface shows it. */
export const systemClient = exactly({
  ...clientFields,
  ...samlClientFields,
  ...answeredClientFields,
  confirmation: optional(exactly({ jkt: optional(text), 'x5t#S256': optional(text) })),
  registration_token: optional(exactly({ client_uri: optional(text), expires_in: seconds, signature: optional(text) })),
})
export type SystemClient = Static<typeof systemClient>

const byId = { surface: 'system', params: exactly({ cid: text }) } as const

export const getClient = operation({
  ...byId,
  operationId: 'getClient',
  method: 'GET',
  path: '/client/{cid}',
  scope: 'view_clients',
  query: exactly({}),
  body: noBody,
  status: 200,
  answer: systemClient,
  refusals: [404, 412, 429],
})

export const listClientsSystem = operation({
  operationId: 'listClientsSystem',
  surface: 'system',
  method: 'GET',
  path: '/clients/{wid}',
  scope: 'view_clients',
  params: exactly({ wid: text }),
  query: exactly({}),
  body: noBody,
  status: 200,
  answer: exactly({ clients: Type.Array(systemClient) }),
  refusals: [404, 429],
})

export const rotateClientSecret = operation({
  ...byId,
  operationId: 'rotateClientSecret',
  method: 'POST',
  path: '/client/{cid}/rotateSecret',
  scope: 'manage_clients',
  /** How long the secret before lives on; absent or `0`: until it is revoked or pushed out by two more. */
  query: exactly({ auto_revoke_after: optional(duration) }),
  body: noBody,
  status: 200,
  /** The only answer that shows it. */
  answer: exactly({ secret: Type.String() }),
  refusals: [404, 412, 422, 429],
})

export const revokeRotatedClientSecrets = operation({
  ...byId,
  operationId: 'revokeRotatedClientSecrets',
  method: 'POST',
  path: '/client/{cid}/revokeRotatedSecrets',
  scope: 'manage_clients',
  query: exactly({}),
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 412, 422, 429],
})
