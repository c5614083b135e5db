import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, optional, secretText, text } from './words.ts'

/** Actions by the subject that they happen to: `{ "user": ["created"] }`. */
const events = Type.Record(Type.String({ maxLength: 60 }), Type.Array(Type.String({ maxLength: 60 }), { maxItems: 60 }))

const shared = {
  active: optional(Type.Boolean()),
  events: optional(events),
  // Divergence D-62
  /** Refused when true: news travels only where the other side proves who it is. */
  insecure: optional(Type.Boolean()),
  url: optional(Type.String({ maxLength: 2000 })),
}
export const webhookInput = exactly({
  ...shared,
  /** Absent: a random one where there is none, and the one there is otherwise. */
  api_key: optional(secretText),
  server_id: optional(entityId),
  tenant_id: optional(entityId),
  webhook_id: optional(entityId),
})
export type WebhookInput = Static<typeof webhookInput>

const webhook = exactly({ ...shared, webhook_id: entityId })
export type Webhook = Static<typeof webhook>

// Divergence D-58
const common = { surface: 'admin', query: exactly({}), body: noBody } as const
const inList = { path: '/servers/{wid}/webhooks', params: exactly({ wid: text }) }
const byId = { path: '/servers/{wid}/webhooks/{webhookID}', params: exactly({ wid: text, webhookID: text }) }

export const listServerWebhooks = operation({
  ...common,
  ...inList,
  operationId: 'listServerWebhooks',
  method: 'GET',
  scope: 'read_configuration',
  status: 200,
  answer: exactly({ webhooks: Type.Array(webhook) }),
  refusals: [404, 429],
})

export const createWebhook = operation({
  ...common,
  ...inList,
  operationId: 'createWebhook',
  method: 'POST',
  scope: 'manage_configuration',
  body: webhookInput,
  status: 201,
  /** The only answer that shows the key. */
  answer: exactly({ ...shared, webhook_id: entityId, api_key: Type.String() }),
  refusals: [404, 409, 422, 429],
})

export const getWebhook = operation({
  ...common,
  ...byId,
  operationId: 'getWebhook',
  method: 'GET',
  scope: 'read_configuration',
  status: 200,
  answer: webhook,
  refusals: [404, 412, 429],
})

export const updateWebhook = operation({
  ...common,
  ...byId,
  operationId: 'updateWebhook',
  method: 'PUT',
  scope: 'manage_configuration',
  body: webhookInput,
  status: 200,
  answer: webhook,
  refusals: [404, 412, 422, 429],
})

export const deleteWebhook = operation({
  ...common,
  ...byId,
  operationId: 'deleteWebhook',
  method: 'DELETE',
  scope: 'manage_configuration',
  status: 204,
  answer: noBody,
  refusals: [404, 412, 429],
})

export const listWebhookEvents = operation({
  ...common,
  operationId: 'listWebhookEvents',
  method: 'GET',
  path: '/webhooks/events/{wid}',
  scope: 'read_configuration',
  params: exactly({ wid: text }),
  status: 200,
  answer: exactly({
    etag: optional(Type.String()),
    subjects: Type.Array(
      exactly({
        name: Type.String(),
        description: Type.String(),
        events: Type.Array(exactly({ name: Type.String(), description: Type.String() })),
      }),
    ),
  }),
  refusals: [404, 429],
})
