/** What a row differs in, under the number that it has in docs/divergences.md. */
type Differences = Readonly<Record<`D-${number}`, readonly string[]>>

/** Their descriptions name the orders in prose only. */
const order = ['query order: one of 2, theirs any', 'query sort: one of 1, theirs any']

const organization = (at: string): readonly string[] =>
  ['number_of_child_organizations', 'subject_format', 'subject_identifier_algorithm_salt', 'theme_id'].map(
    (field) => `answer ${at}${field}: only theirs`,
  )

const pool = (at: string): readonly string[] =>
  ['number_of_jit_users', 'number_of_standard_users'].map((field) => `answer ${at}${field}: only theirs`)

const user: Differences = {
  'D-30': ['answer credentials[].expires_at: only theirs'],
}

const ofEvents = [
  'actor_claims',
  'city',
  'country_code',
  'dbfp_fingerprint',
  'device_type',
  'identity_pool_id',
  'idp_id',
  'idp_method',
  'idp_subject',
  'latitude',
  'longitude',
  'may_act_claims',
  'risk_id',
  'risk_loa',
  'token_signature',
  'trace_id',
]

/** A workspace has no secret and no salt; its keys are in its key set; nothing is above it. */
const server = (at: string): readonly string[] =>
  [
    'jwks',
    'mtls_issuer_url',
    'parent_id',
    'rotated_secrets',
    'secret',
    'subject_identifier_algorithm_salt',
    'supported_application_purposes',
  ].map((field) => `answer ${at}${field}: only theirs`)

/** What a browser needs to make a key; theirs are the options to use one. */
const creationOptions = [
  'attestation',
  'authenticatorSelection',
  'excludeCredentials',
  'pubKeyCredParams',
  'rp',
  'user',
].map((field) => `answer publicKey.${field}: only ours`)
const applied = ['query dry_run: one of 2, theirs any', 'query mode: one of 3, theirs any']
const jsonPatch = ['body [].from: only ours', 'body [].op: asked for', 'body [].path: asked for']

const changed = ['status 412: only ours']
const notEmpty = ['status 409: only ours']
const noSecret = ['status 422: only ours']
const throttled = ['status 404: only ours', 'status 429: only ours']

/**
 * Where a row of ours is not what the vendor describes, in the words of the comparison. The test of the descriptions holds
 * it to be exactly what is found.
 */
export const knownDifferences: Readonly<Record<string, Differences>> = {
  'admin.createAuthorizationServer': { 'D-59': server('') },
  'admin.createTheme': {
    'D-61': ['answer brand: only ours', 'body brand: only ours', 'status 404: only ours', 'status 409: only ours'],
  },
  'admin.createWebhook': { 'D-62': notEmpty },
  'admin.createOrganization': { 'D-18': organization('') },
  'admin.deleteAuthorizationServer': { 'D-06': notEmpty, 'D-28': changed },
  'admin.deleteClient': { 'D-28': changed },
  'admin.getClient': { 'D-28': changed },
  'admin.listClients': { 'D-13': order },
  'admin.revokeRotatedClientSecrets': { 'D-28': changed, 'D-51': noSecret },
  'admin.rotateClientSecret': { 'D-28': changed, 'D-51': noSecret },
  'admin.updateClient': { 'D-28': changed },
  'admin.deleteTheme': { 'D-28': changed, 'D-61': notEmpty },
  'admin.deleteWebhook': { 'D-28': changed },
  'admin.deleteOrganization': { 'D-06': notEmpty, 'D-28': changed },
  'admin.getAuthorizationServer': { 'D-28': changed, 'D-59': server('') },
  'admin.getOrganization': { 'D-18': organization(''), 'D-28': changed },
  'admin.getTheme': { 'D-28': changed, 'D-61': ['answer brand: only ours'] },
  'admin.getWebhook': { 'D-28': changed },
  'admin.listServerWebhooks': { 'D-62': ['status 404: only ours'] },
  'admin.listThemes': { 'D-61': ['answer themes[].brand: only ours'] },
  'admin.listWebhookEvents': { 'D-62': ['status 404: only ours'] },
  'admin.updateTheme': {
    'D-28': changed,
    'D-61': ['answer brand: only ours', 'body brand: only ours', 'status 404: only ours'],
  },
  'admin.updateWebhook': { 'D-28': changed },
  'admin.getWorkspace': { 'D-28': changed, 'D-59': server('') },
  'admin.listAuthorizationServers': { 'D-13': order, 'D-59': server('servers[].') },
  'admin.listOrganizations': { 'D-13': order, 'D-18': organization('organizations[].') },
  'admin.listWorkspaces': {
    'D-13': order,
    'D-59': ['answer workspaces[].subject_identifier_algorithm_salt: only theirs'],
  },
  'admin.updateAuthorizationServer': { 'D-28': changed, 'D-59': server('') },
  'admin.updateOrganization': { 'D-18': organization(''), 'D-28': changed },
  'admin.updateOrganizationMetadata': { 'D-28': changed },
  'identity.activateSelfRegisteredUser': user,
  'identity.activateSelfRegisteredUserUsingExtendedCode': user,
  'identity.completeAddressVerification': { 'D-37': ['status 429: only ours'] },
  'identity.inspectOTP': { 'D-37': throttled },
  'identity.requestOTPChallenge': { 'D-37': ['status 404: only ours'] },
  'identity.verifyAuthenticationCode': { 'D-37': throttled },
  'identity.verifyOTP': { 'D-37': throttled },
  'identity.beginWebAuthnCredentialsGeneration': { 'D-43': creationOptions },
  'identity.completeAddWebAuthn': { 'D-12': throttled },
  'identity.completeResetTotp': { 'D-12': throttled },
  'identity.requestAddWebAuthn': { 'D-12': ['status 404: only ours'] },
  'identity.requestResetTotp': { 'D-12': ['status 404: only ours'] },
  'hub.ImportTenantConfig': { 'D-65': applied },
  'hub.patchTenantConfigRfc6902': { 'D-65': [...applied, ...jsonPatch] },
  'hub.patchTenantConfigRfc7396': { 'D-65': applied },
  'hub.ImportWorkspaceConfig': { 'D-65': applied },
  'hub.patchWorkspaceConfigRfc6902': { 'D-65': [...applied, ...jsonPatch] },
  'hub.patchWorkspaceConfigRfc7396': { 'D-65': applied },
  'hub.ImportSystemConfig': { 'D-65': applied },
  'hub.patchSystemConfigRfc6902': { 'D-65': [...applied, ...jsonPatch] },
  'hub.patchSystemConfigRfc7396': { 'D-65': applied },
  'identity.completeResetPassword': { 'D-12': throttled },
  'identity.confirmResetPassword': { 'D-12': throttled },
  'identity.listWorkspacePools': { 'D-13': order, 'D-29': pool('pools[].') },
  'identity.requestResetPassword': { 'D-12': ['status 404: only ours'] },
  'identity.systemCreatePool': { 'D-29': pool('') },
  'identity.systemCreateUser': {
    ...user,
    'D-01': ['body credentials[].hashed_password: only ours'],
    'D-02': ['body legacy: only ours'],
  },
  'identity.systemDeleteSchema': { 'D-33': changed },
  'identity.systemUpdateSchema': { 'D-33': changed },
  'identity.deleteGroup': { 'D-33': changed },
  'identity.listUsersInGroup': { 'D-09': ['answer users[].user_type: only theirs'] },
  'identity.updateGroup': { 'D-33': changed },
  'identity.systemDeletePool': { 'D-06': notEmpty, 'D-28': changed },
  'identity.systemGetPool': { 'D-28': changed, 'D-29': pool('') },
  'identity.systemGetUser': user,
  'identity.systemGetUserByKey': { ...user, 'D-15': ['status 422: only ours'] },
  'identity.systemListPools': { 'D-13': order, 'D-29': pool('pools[].') },
  'identity.systemListUsers': {
    'D-09': ['answer users[].user_type: only theirs'],
    'D-13': order,
  },
  'identity.systemUpdatePool': { 'D-28': changed, 'D-29': pool('') },
  'identity.systemUpdateUser': user,
  'identity.verifyPassword': { 'D-12': throttled },
  'identity.verifyPasswordV2': { 'D-12': throttled },
  'system.createSecret': { 'D-52': ['answer value: only theirs'] },
  'system.deleteAuthorizationServer': { 'D-06': notEmpty, 'D-28': changed },
  'system.deleteSecret': { 'D-28': changed },
  'system.getClient': { 'D-28': changed },
  'system.getLoginRequest': {
    'D-55': [
      'acr',
      'allowed_scopes',
      'authentication_context',
      'authorization_correlation_id',
      'authorization_details',
      'client_info.client_uri',
      'client_info.description',
      'client_info.logo_uri',
      'client_info.organisation_id',
      'client_info.policy_uri',
      'client_info.tos_uri',
      'error',
      'granted_audience',
      'granted_scopes',
      'idp_id',
      'idp_subject',
      'max_age',
      'request_url',
      'requested_claims',
      'requested_claims_to_consent',
      'requested_scopes[].description',
      'requested_scopes[].display_name',
      'requested_scopes[].id',
      'requested_scopes[].implicit',
      'requested_scopes[].implicit_grant',
      'requested_scopes[].metadata',
      'requested_scopes[].params',
      'requested_scopes[].service',
      'requested_scopes[].transient',
      'requested_scopes[].with_service',
      'requested_verified_claims',
      'scope_grant_approved',
      'scope_grant_rejected',
    ].map((field) => `answer ${field}: only theirs`),
  },
  'system.listScopesSystem': {
    'D-54': [
      'metadata',
      'service.description',
      'service.gateway_id',
      'service.updated_at',
      'service.with_specification',
    ].map((field) => `answer scopes[].${field}: only theirs`),
  },
  'system.listSecrets': { 'D-52': ['answer secrets[].value: only theirs'] },
  'system.updateSecret': { 'D-28': changed, 'D-52': ['answer value: only theirs'] },
  'system.revokeRotatedClientSecrets': { 'D-28': changed, 'D-51': noSecret },
  'system.rotateClientSecret': { 'D-28': changed, 'D-51': noSecret },
  'self.beginWebAuthnCredentialsGeneration': { 'D-43': creationOptions },
  'self.resetPasswordConfirm': { 'D-12': ['status 429: only ours'] },
  'system.createOrganization': { 'D-18': organization('') },
  'system.deleteOrganization': { 'D-06': notEmpty, 'D-28': changed },
  'system.getOrganization': { 'D-18': organization(''), 'D-28': changed },
  'system.listAuditEvents': {
    'D-13': ['query order: one of 2, theirs any', 'query sort: one of 2, theirs any'],
    'D-19': [
      ...ofEvents.map((field) => `answer audit_events[].metadata.${field}: only theirs`),
      'answer audit_events[].action: any, theirs one of 30',
      'answer audit_events[].event_subject: any, theirs one of 38',
    ],
  },
  'system.listOrganizations': { 'D-13': order, 'D-18': organization('organizations[].') },
  'system.updateOrganization': { 'D-18': organization(''), 'D-28': changed },
}
