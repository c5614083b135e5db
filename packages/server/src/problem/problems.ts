/** What one thing that can go wrong looks like in every dialect. Adding a problem is adding a row. */
export interface ProblemRow {
  /** HTTP status outside OAuth endpoints. */
  readonly status: number
  /** Short public sentence, the same for every occurrence. */
  readonly title: string
  /** `error` of RFC 6749 §5.2 and friends; rows without one are `server_error` or `invalid_request` by status. */
  readonly oauth?: string
  /** `scimType` of RFC 7644 §3.12. */
  readonly scim?: string
}

export const problems = {
  'address.in_use': { status: 409, title: 'Somebody else has verified the address' },
  'address.not_found': { status: 404, title: 'Address not found' },
  'address.verified': { status: 409, title: 'The address is verified already' },
  'caller.forbidden': { status: 403, title: 'Not allowed', oauth: 'insufficient_scope' },
  'caller.proof_too_old': { status: 401, title: 'Sign in again first', oauth: 'insufficient_user_authentication' },
  'caller.unauthenticated': { status: 401, title: 'Sign in first', oauth: 'invalid_token' },
  'client.id_taken': { status: 409, title: 'Client already exists' },
  'client.not_found': { status: 404, title: 'Client not found', oauth: 'invalid_client' },
  'code.refused': { status: 401, title: 'The code is wrong, used or too old' },
  'consent.not_found': { status: 404, title: 'Consent not found' },
  'credential.not_found': { status: 404, title: 'Credential not found' },
  'flow.not_found': { status: 404, title: 'This sign-in has ended or belongs to another browser' },
  'identifier.not_found': { status: 404, title: 'Identifier not found' },
  'group.id_taken': { status: 409, title: 'Group already exists' },
  'group.not_found': { status: 404, title: 'Group not found' },
  'issuer.not_found': { status: 404, title: 'No such issuer' },
  'legacy.unavailable': { status: 503, title: 'An earlier user store cannot be reached' },
  'login.not_found': { status: 404, title: 'No such sign-in waits for a decision' },
  'login.refused': { status: 400, title: 'This person cannot be signed in here' },
  'organization.id_taken': { status: 409, title: 'Organization already exists' },
  'organization.not_empty': { status: 409, title: 'Organization still has pools or a biller record' },
  'organization.not_found': { status: 404, title: 'Organization not found' },
  'password.already_set': { status: 422, title: 'A password is set already' },
  'password.incorrect': { status: 401, title: 'The password is not correct' },
  'password.not_set': { status: 422, title: 'No password is set' },
  'password.refused': { status: 422, title: 'The password is not acceptable', scim: 'invalidValue' },
  'pool.id_taken': { status: 409, title: 'Pool already exists' },
  'pool.not_empty': { status: 409, title: 'Pool still has users' },
  'pool.not_found': { status: 404, title: 'Pool not found' },
  'pool.registration_closed': { status: 422, title: 'The pool takes nobody who registers by themselves' },
  'request.conflict': { status: 412, title: 'The object has changed since it was read' },
  'request.invalid': { status: 422, title: 'The request is not valid', oauth: 'invalid_request', scim: 'invalidValue' },
  'request.malformed': {
    status: 400,
    title: 'The request cannot be read',
    oauth: 'invalid_request',
    scim: 'invalidSyntax',
  },
  'request.not_found': { status: 404, title: 'Nothing is here' },
  'request.too_large': { status: 413, title: 'The request is too large', oauth: 'invalid_request' },
  'request.throttled': { status: 429, title: 'Too many requests' },
  'request.untrusted_origin': { status: 403, title: 'The request did not come from this site' },
  'schema.id_taken': { status: 409, title: 'Schema already exists' },
  'schema.in_use': { status: 409, title: 'Schema is named by pools or users' },
  'schema.not_found': { status: 404, title: 'Schema not found' },
  'schema.protected': { status: 409, title: 'Schema may not be changed' },
  'secret.id_taken': { status: 409, title: 'Secret already exists' },
  'secret.not_found': { status: 404, title: 'Secret not found' },
  'server.busy': { status: 503, title: 'The server is busy', oauth: 'temporarily_unavailable' },
  'server.error': { status: 500, title: 'Server error', oauth: 'server_error' },
  'server.not_implemented': { status: 501, title: 'This operation is not offered' },
  'server.unavailable': {
    status: 503,
    title: 'The server cannot answer right now',
    oauth: 'temporarily_unavailable',
  },
  'session.not_found': { status: 404, title: 'Session not found' },
  'totp.already_set': { status: 422, title: 'An authenticator is set already' },
  'totp.incorrect': { status: 401, title: 'The code is wrong or was used before' },
  'totp.not_set': { status: 422, title: 'No authenticator is set' },
  'user.address_taken': { status: 409, title: 'The user has this address already', scim: 'uniqueness' },
  'limit.not_found': { status: 404, title: 'No such limit is set' },
  'theme.id_taken': { status: 409, title: 'Theme already exists' },
  'theme.in_use': { status: 409, title: 'A workspace wears the theme' },
  'theme.not_found': { status: 404, title: 'Theme not found' },
  'user.identifier_taken': { status: 409, title: 'Identifier already in use', scim: 'uniqueness' },
  'user.id_taken': { status: 409, title: 'User already exists', scim: 'uniqueness' },
  'user.not_found': { status: 404, title: 'User not found' },
  'webhook.id_taken': { status: 409, title: 'Webhook already exists' },
  'webhook.not_found': { status: 404, title: 'Webhook not found' },
  'workspace.id_taken': { status: 409, title: 'Workspace already exists' },
  'workspace.not_empty': { status: 409, title: 'Workspace still has clients, organizations or pools' },
  'webauthn.last_key': { status: 422, title: 'The last key cannot be deleted' },
  'webauthn.refused': { status: 422, title: 'The key is not acceptable' },
  'workspace.not_found': { status: 404, title: 'Workspace not found' },
} as const satisfies Record<string, ProblemRow>

export type ProblemCode = keyof typeof problems
