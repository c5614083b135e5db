import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, freeObject, optional, paging, text, time, uuid } from './words.ts'

/** Who, where and in which sign-in. Absent fields were not known. */
const metadata = exactly({
  affected_user_id: optional(uuid),
  affected_user_pool_id: optional(entityId),
  authorization_correlation_id: optional(Type.String()),
  client_id: optional(Type.String()),
  group_id: optional(Type.String()),
  ip: optional(Type.String()),
  organization_id: optional(entityId),
  request_correlation_id: optional(Type.String()),
  session_id: optional(Type.String()),
  /** The `sub` of tokens, which is the user's id. */
  subject: optional(Type.String()),
  user_agent: optional(Type.String()),
  user_id: optional(uuid),
  user_pool_id: optional(entityId),
})

export const auditEvent = exactly({
  action: Type.String(),
  context: Type.Record(Type.String(), Type.String()),
  event_id: uuid,
  event_subject: Type.String(),
  metadata,
  /** One key, the subject and action joined by `_`; absent where there is nothing to add. */
  payload: optional(Type.Record(Type.String(), freeObject)),
  server_id: entityId,
  tenant_id: entityId,
  timestamp: time,
})
export type AuditEvent = Static<typeof auditEvent>

// Divergence D-19
const words = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 60 })

export const listAuditEvents = operation({
  operationId: 'listAuditEvents',
  surface: 'system',
  method: 'GET',
  path: '/servers/{wid}/audit-events',
  scope: 'view_audit_events',
  params: exactly({ wid: text }),
  query: exactly({
    client_id: optional(text),
    subject: optional(text),
    ip: optional(text),
    session_id: optional(text),
    authorization_correlation_id: optional(text),
    idp_subject: optional(text),
    idp_id: optional(text),
    idp_method: optional(text),
    group_id: optional(text),
    user_pool_id: optional(text),
    user_id: optional(uuid),
    organization_id: optional(text),
    affected_user_pool_id: optional(text),
    affected_user_id: optional(uuid),
    /** Repeated or separated by commas. */
    event_subject: optional(words),
    event_action: optional(words),
    timestamp_from: optional(time),
    timestamp_to: optional(time),
    before_event_id: optional(uuid),
    after_event_id: optional(uuid),
    sort: optional(Type.Enum(['timestamp', 'event_id'])),
    ...paging,
  }),
  body: noBody,
  status: 200,
  answer: exactly({ audit_events: Type.Array(auditEvent) }),
  refusals: [404, 429],
})
