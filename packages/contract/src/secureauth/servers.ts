import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { colour, serverMetadata } from './organizations.ts'
import { duration, entityId, exactly, freeObject, mechanisms, optional, paging, text } from './words.ts'

/** What the vendor calls a server is a workspace here; one of type `organization` is an organization. */
export const serverType = Type.Enum(['admin', 'developer', 'system', 'regular', 'organization'])
const flag = optional(Type.Boolean())
const texts = optional(Type.Array(text, { maxItems: 100 }))
const authenticationMethods = optional(
  Type.Array(
    Type.Enum([
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'self_signed_tls_client_auth',
      'tls_client_auth',
      'none',
      'unspecified',
    ]),
    { maxItems: 8 },
  ),
)
const profile = Type.Enum([
  'default',
  'demo',
  'workforce',
  'consumer',
  'partners',
  'third_party',
  'fapi_advanced',
  'fapi_rw',
  'fapi_ro',
  'openbanking_uk_fapi_advanced',
  'openbanking_uk',
  'openbanking_br',
  'openbanking_br_unico',
  'cdr_australia',
  'cdr_australia_fapi_rw',
  'fdx',
  'openbanking_ksa',
  'fapi_20_security',
  'fapi_20_message_signing',
  'connect_id',
])

/** What a list of workspaces tells too. */
const shown = {
  authentication_context_settings: optional(freeObject),
  authentication_mechanisms: optional(mechanisms),
  color: optional(colour),
  description: optional(Type.String({ maxLength: 2000 })),
  idp_discovery: optional(freeObject),
  logo_uri: optional(Type.String({ maxLength: 2000 })),
  metadata: optional(serverMetadata),
  profile: optional(profile),
  settings: optional(freeObject),
  sso: optional(freeObject),
  subject_format: optional(Type.Enum(['hash', 'legacy'])),
  template: flag,
}

// Divergence D-59
/** Kept and given back as they came. */
const kept = {
  ...shown,
  access_token_strategy: optional(Type.Enum(['jwt', 'opaque'])),
  access_token_ttl: optional(duration),
  advanced: optional(freeObject),
  authorization_code_ttl: optional(duration),
  backchannel_token_delivery_modes_supported: texts,
  backchannel_user_code_parameter_supported: flag,
  cdr: optional(freeObject),
  consent_id_namespace: optional(text),
  cookie_max_age: optional(duration),
  custom_issuer_url: optional(text),
  device_authorization: optional(freeObject),
  dynamic_client_registration: optional(freeObject),
  dynamic_scope_separator: optional(text),
  enable_idp_discovery: flag,
  enable_legacy_clients_with_no_software_statement: flag,
  enable_quick_access: flag,
  enable_trust_anchor: flag,
  enforce_id_token_encryption: flag,
  enforce_pkce: flag,
  enforce_pkce_for_public_clients: flag,
  fdx: optional(freeObject),
  grant_types: optional(
    Type.Array(
      Type.Enum([
        'authorization_code',
        'implicit',
        'client_credentials',
        'refresh_token',
        'password',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
        'urn:openid:params:grant-type:ciba',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'urn:ietf:params:oauth:grant-type:device_code',
      ]),
      { maxItems: 9 },
    ),
  ),
  id_token_ttl: optional(duration),
  identity_assurance: optional(freeObject),
  issuer_id: optional(text),
  key_type: optional(Type.Enum(['rsa', 'ecdsa', 'ps'])),
  legal_entity: optional(freeObject),
  obbr: optional(freeObject),
  organization: optional(freeObject),
  pushed_authorization_request_ttl: optional(duration),
  refresh_token_ttl: optional(duration),
  require_pushed_authorization_requests: flag,
  response_types: optional(
    Type.Array(
      Type.Enum([
        'token',
        'id_token',
        'code',
        'code id_token',
        'token id_token',
        'token code',
        'token id_token code',
        'none',
      ]),
      { maxItems: 8 },
    ),
  ),
  root_cas: optional(Type.String({ maxLength: 100_000 })),
  saml: optional(freeObject),
  scope_claim_formats: texts,
  styling: optional(freeObject),
  subject_identifier_types: optional(Type.Array(Type.Enum(['public', 'pairwise']), { maxItems: 2 })),
  token_endpoint_auth_methods: authenticationMethods,
  token_endpoint_auth_signing_alg_values: texts,
  token_endpoint_authn_methods: authenticationMethods,
  trust_anchor_configuration: optional(freeObject),
}
export const keptOfServer = exactly(kept)

/** For creating and for changing one. */
export const serverInput = exactly({
  ...kept,
  id: optional(entityId),
  name: optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** Must be the tenant of the address where it is given. */
  tenant_id: optional(entityId),
  parent_id: optional(entityId),
  type: optional(serverType),
  /** Accepted and ignored: revisions are for `If-Match`. */
  version: optional(Type.Integer()),
  // Divergence D-59
  /** Refused: a workspace has no secret, and its keys are made here. */
  jwks: optional(freeObject),
  rotated_secrets: texts,
  secret: optional(text),
  subject_identifier_algorithm_salt: optional(text),
})
export type ServerInput = Static<typeof serverInput>

const own = {
  id: entityId,
  issuer_url: Type.String(),
  name: Type.String(),
  theme_id: optional(text),
  type: serverType,
}
export const server = exactly({ ...kept, ...own, tenant_id: entityId, version: Type.Integer() })
export type Server = Static<typeof server>

const workspace = exactly({ ...shown, ...own, number_of_child_organizations: Type.Integer() })

// Divergence D-58
const common = { surface: 'admin', query: exactly({}), body: noBody } as const
const reads = { ...common, scope: 'read_configuration', method: 'GET', status: 200 } as const
const writes = { ...common, scope: 'manage_servers' } as const
const inList = { path: '/servers', params: exactly({}) }
const byId = { path: '/servers/{wid}', params: exactly({ wid: text }) }

export const listAuthorizationServers = operation({
  ...reads,
  ...inList,
  operationId: 'listAuthorizationServers',
  query: exactly({
    /** Types with commas between them; absent: all. */
    server_types: optional(text),
    search_phrase: optional(text),
    after_server_id: optional(text),
    before_server_id: optional(text),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
  answer: exactly({ servers: Type.Array(server) }),
  refusals: [404, 429],
})

export const createAuthorizationServer = operation({
  ...writes,
  ...inList,
  operationId: 'createAuthorizationServer',
  method: 'POST',
  // Divergence D-59
  query: exactly({ with_demo_client: flag }),
  body: serverInput,
  status: 201,
  answer: server,
  refusals: [404, 409, 422, 429],
})

export const getAuthorizationServer = operation({
  ...reads,
  ...byId,
  operationId: 'getAuthorizationServer',
  answer: server,
  refusals: [404, 412, 429],
})

export const updateAuthorizationServer = operation({
  ...writes,
  ...byId,
  operationId: 'updateAuthorizationServer',
  method: 'PUT',
  body: serverInput,
  status: 200,
  answer: server,
  refusals: [404, 412, 422, 429],
})

export const deleteAuthorizationServer = operation({
  ...writes,
  ...byId,
  operationId: 'deleteAuthorizationServer',
  method: 'DELETE',
  status: 204,
  answer: noBody,
  refusals: [404, 409, 412, 429],
})

/** The same, where the system surface has it. */
export const systemDeleteAuthorizationServer = operation({ ...deleteAuthorizationServer, surface: 'system' })

export const listWorkspaces = operation({
  ...reads,
  operationId: 'listWorkspaces',
  path: '/workspaces',
  params: exactly({}),
  query: exactly({
    workspace_types: optional(text),
    template: optional(Type.Boolean()),
    theme_id: optional(text),
    search_phrase: optional(text),
    after_workspace_id: optional(text),
    before_workspace_id: optional(text),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
  answer: exactly({ workspaces: Type.Array(workspace) }),
  refusals: [404, 429],
})
export type ListedWorkspace = Static<typeof workspace>

export const getWorkspace = operation({
  ...reads,
  operationId: 'getWorkspace',
  path: '/workspaces/{wid}',
  params: exactly({ wid: text }),
  answer: server,
  refusals: [404, 412, 429],
})
