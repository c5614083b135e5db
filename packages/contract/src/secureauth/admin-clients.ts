import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import {
  answeredClientFields,
  clientFields,
  revokeRotatedClientSecrets,
  rotateClientSecret,
  samlClientFields,
} from './clients.ts'
import { exactly, optional, paging, text } from './words.ts'

export const newAdminClient = exactly(clientFields)
export type NewAdminClient = Static<typeof newAdminClient>
export const adminClientChange = exactly({ ...clientFields, ...samlClientFields })
export type AdminClientChange = Static<typeof adminClientChange>

/** A client as administrators see it. */
export const adminClient = exactly({
  ...clientFields,
  ...samlClientFields,
  ...answeredClientFields,
  server_issuer_url: optional(text),
  server_mtls_issuer_url: optional(text),
})
export type AdminClient = Static<typeof adminClient>

// Divergence D-58
const common = { surface: 'admin', query: exactly({}), body: noBody } as const
const byId = { path: '/clients/{cid}', params: exactly({ cid: text }) }

export const listClients = operation({
  ...common,
  operationId: 'listClients',
  method: 'GET',
  path: '/servers/{wid}/clients',
  scope: 'view_clients',
  params: exactly({ wid: text }),
  query: exactly({
    search_phrase: optional(text),
    // Divergence D-63
    /** Of these, `oauth2` and nothing at all find clients. */
    type: optional(text),
    application_types: optional(text),
    client_types: optional(text),
    after_client_id: optional(text),
    before_client_id: optional(text),
    sort: optional(Type.Enum(['id'])),
    ...paging,
  }),
  status: 200,
  answer: exactly({ clients: Type.Array(adminClient) }),
  refusals: [404, 429],
})

export const createClient = operation({
  ...common,
  operationId: 'createClient',
  method: 'POST',
  path: '/clients',
  scope: 'manage_clients',
  params: exactly({}),
  query: exactly({ application_purpose: optional(text) }),
  body: newAdminClient,
  status: 201,
  /** With the secret that was made, which no other answer shows. */
  answer: adminClient,
  refusals: [404, 409, 422, 429],
})

export const adminGetClient = operation({
  ...common,
  ...byId,
  operationId: 'getClient',
  method: 'GET',
  scope: 'view_clients',
  status: 200,
  answer: adminClient,
  refusals: [404, 412, 429],
})

export const updateClient = operation({
  ...common,
  ...byId,
  operationId: 'updateClient',
  method: 'PUT',
  scope: 'manage_clients',
  body: adminClientChange,
  status: 200,
  answer: adminClient,
  refusals: [404, 412, 422, 429],
})

export const deleteClient = operation({
  ...common,
  ...byId,
  operationId: 'deleteClient',
  method: 'DELETE',
  scope: 'manage_clients',
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})

export const adminRotateClientSecret = operation({
  ...rotateClientSecret,
  surface: 'admin',
  path: '/clients/{cid}/rotateSecret',
})

export const adminRevokeRotatedClientSecrets = operation({
  ...revokeRotatedClientSecrets,
  surface: 'admin',
  path: '/clients/{cid}/revokeRotatedSecrets',
})
