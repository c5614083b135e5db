import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, freeObject, optional, text, time, uuid } from './words.ts'

/** Names of strengths and ways of signing in, as tokens carry them. */
const acr = Type.String({ pattern: '^[!-~]{1,200}$' })
const amr = Type.Array(Type.String({ pattern: '^[!-~]{1,60}$' }), { maxItems: 20 })
/** What may be in an error that an application hears (RFC 6749 §4.1.2.1). */
const errorText = Type.String({ pattern: '^[ !#-\\[\\]-~]{1,300}$' })

/** The sign-in, and that the caller was sent it: both came to the login page in its address. */
const named = { id: optional(text), login_state: optional(text) }

const common = { surface: 'system', scope: 'manage_logins', params: exactly({ login: text }) } as const
const decides = { ...common, method: 'POST', query: exactly({}), status: 200 } as const
/** Where the login page sends the browser that it was sent: of use to no other. */
const goOn = exactly({ redirect_to: Type.String() })

export const getLoginRequest = operation({
  ...common,
  operationId: 'getLoginRequest',
  method: 'GET',
  path: '/logins/{login}',
  query: exactly({ login_state: optional(text) }),
  body: noBody,
  status: 200,
  // Divergence D-55
  answer: exactly({
    id: Type.String(),
    tenant_id: entityId,
    /** The workspace, or the organization that is signed in to as one. */
    server_id: entityId,
    client_id: Type.String(),
    client_info: exactly({ client_name: Type.String() }),
    request_query_params: Type.Record(Type.String(), Type.Array(Type.String())),
    requested_acr: Type.Array(Type.String()),
    requested_at: time,
    requested_audience: Type.Array(Type.String()),
    requested_grant_type: Type.String(),
    /** `5m0s`; empty where the application names none. */
    requested_max_age: Type.String(),
    requested_redirect_uri: Type.String(),
    requested_scopes: Type.Array(
      exactly({
        name: Type.String(),
        requested_name: Type.String(),
        authorization_server_id: entityId,
        tenant_id: entityId,
      }),
    ),
    login_approved: Type.Boolean(),
    login_rejected: Type.Boolean(),
    /** These only of a sign-in that was accepted. */
    subject: optional(uuid),
    amr: optional(Type.Array(Type.String())),
    auth_time: optional(time),
  }),
  refusals: [404, 429],
})

export const acceptLoginRequest = operation({
  ...decides,
  operationId: 'acceptLoginRequest',
  path: '/logins/{login}/accept',
  body: exactly({
    ...named,
    /** The id of a user of the workspace. */
    subject: text,
    acr: optional(acr),
    /** RFC 8176 words. */
    amr: optional(amr),
    auth_time: optional(time),
    /** Accepted and not kept. */
    authentication_context: optional(freeObject),
  }),
  answer: goOn,
  refusals: [404, 429],
})

export const rejectLoginRequest = operation({
  ...decides,
  operationId: 'rejectLoginRequest',
  path: '/logins/{login}/reject',
  body: exactly({
    ...named,
    /** `access_denied` where none is named. */
    error: optional(errorText),
    error_description: optional(errorText),
    /** Accepted and ignored: the application hears by a redirect. */
    status_code: optional(Type.Integer()),
  }),
  answer: goOn,
  refusals: [404, 429],
})
