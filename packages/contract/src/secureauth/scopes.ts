import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, text } from './words.ts'

/** The API that a scope is of; for scopes about the person, OpenID Connect itself. */
const service = exactly({
  id: Type.String(),
  name: Type.String(),
  authorization_server_id: entityId,
  tenant_id: entityId,
  /** The audience of tokens; empty for OpenID Connect. */
  custom_audience: Type.String(),
  system: Type.Boolean(),
  type: Type.Enum(['oauth2', 'oidc', 'system', 'user', 'openbanking']),
})

export const listScopesSystem = operation({
  operationId: 'listScopesSystem',
  surface: 'system',
  method: 'GET',
  path: '/scopes/{wid}',
  scope: 'view_scopes',
  params: exactly({ wid: text }),
  query: exactly({}),
  body: noBody,
  status: 200,
  answer: exactly({
    scopes: Type.Array(
      exactly({
        id: Type.String(),
        name: Type.String(),
        display_name: Type.String(),
        description: Type.String(),
        authorization_server_id: entityId,
        tenant_id: entityId,
        implicit: Type.Boolean(),
        implicit_grant: Type.Boolean(),
        transient: Type.Boolean(),
        with_service: Type.Boolean(),
        service,
      }),
    ),
  }),
  refusals: [404, 429],
})
