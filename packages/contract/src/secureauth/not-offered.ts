import type { Operation } from '../operation.ts'

/** What the vendor has and we do not: enough to prove the caller and say so. */
export type OperationNotOffered = Pick<Operation, 'method' | 'operationId' | 'path' | 'scope' | 'surface'>

const system = (
  scope: OperationNotOffered['scope'],
  rows: readonly (readonly [OperationNotOffered['method'], path: string, operationId: string])[],
): readonly OperationNotOffered[] =>
  rows.map(([method, path, operationId]) => ({ surface: 'system', scope, method, path, operationId }))

// Divergence D-57
/** Gateways, consents of open banking, pages elsewhere that ask for scopes, and steps of other applications after a login. */
export const notOffered: readonly OperationNotOffered[] = [
  ...system('read_gateway_configuration', [['GET', '/gateways/configuration', 'getGatewayConfiguration']]),
  ...system('write_gateway_configuration', [['POST', '/gateways/configuration', 'setGatewayConfiguration']]),
  ...system('gateway_exchange_tokens', [['POST', '/gateways/exchange', 'gatewayExchange']]),
  ...system('introspect_tokens', [['POST', '/gateways/introspect', 'gatewayIntrospect']]),
  ...system('push_gateway_requests', [['POST', '/gateways/requests', 'pushGatewayRequests']]),
  ...system('view_consents', [
    ['GET', '/consents', 'listUserConsentsSystem'],
    ['GET', '/consents/{action}', 'listUserConsentsByActionSystem'],
  ]),
  ...system('manage_consents', [['PATCH', '/consents', 'patchConsentGrantsSystem']]),
  ...system('manage_scope_grants', [
    ['GET', '/scope-grants/{login}', 'getScopeGrantRequest'],
    ['POST', '/scope-grants/{login}/accept', 'acceptScopeGrantRequest'],
    ['POST', '/scope-grants/{login}/reject', 'rejectScopeGrantRequest'],
  ]),
  ...system('manage_post_authn', [
    ['GET', '/post-authn/{login}', 'getPostAuthnRequest'],
    ['POST', '/post-authn/{login}/abort', 'abortPostAuthnRequest'],
    ['POST', '/post-authn/{login}/complete', 'completePostAuthnRequest'],
  ]),
]
