import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, optional, text, time } from './words.ts'

const secretId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' })
const sealed = Type.String({ minLength: 1, maxLength: 16_384 })

/** For making and for changing one: the vendor has one object for both. */
export const workspaceSecretInput = exactly({
  id: secretId,
  tenant_id: entityId,
  server_id: entityId,
  secret: sealed,
  /** Where it is given too, the same text. */
  value: optional(sealed),
  /** Accepted and ignored. */
  created_at: optional(time),
})
export type WorkspaceSecretInput = Static<typeof workspaceSecretInput>

export const workspaceSecret = exactly({
  id: secretId,
  tenant_id: entityId,
  server_id: entityId,
  // Divergence D-52
  /** Always empty: what was sealed is in no answer. */
  secret: Type.String({ maxLength: 0 }),
  created_at: time,
})
export type WorkspaceSecret = Static<typeof workspaceSecret>

const ofWorkspace = {
  surface: 'system',
  path: '/servers/{wid}/secrets',
  params: exactly({ wid: text }),
  query: exactly({}),
} as const
const byId = { ...ofWorkspace, path: '/servers/{wid}/secrets/{sid}', params: exactly({ wid: text, sid: text }) }

export const listSecrets = operation({
  ...ofWorkspace,
  operationId: 'listSecrets',
  method: 'GET',
  scope: 'read_secrets',
  body: noBody,
  status: 200,
  answer: exactly({ secrets: Type.Array(workspaceSecret) }),
  refusals: [429],
})

export const createSecret = operation({
  ...ofWorkspace,
  operationId: 'createSecret',
  method: 'POST',
  scope: 'manage_secrets',
  body: workspaceSecretInput,
  status: 201,
  answer: workspaceSecret,
  refusals: [404, 409, 422, 429],
})

export const updateSecret = operation({
  ...byId,
  operationId: 'updateSecret',
  method: 'PUT',
  scope: 'manage_secrets',
  body: workspaceSecretInput,
  status: 201,
  answer: workspaceSecret,
  refusals: [404, 412, 422, 429],
})

export const deleteSecret = operation({
  ...byId,
  operationId: 'deleteSecret',
  method: 'DELETE',
  scope: 'manage_secrets',
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})
