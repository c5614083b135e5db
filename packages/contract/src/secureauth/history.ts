import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, optional, text, time, uuid } from './words.ts'

/** One thing that happened to a person. */
export const historyEntry = exactly({
  event_id: uuid,
  timestamp: time,
  /** English, for whoever helps the person: what happened, by whom, from where, and why. */
  text: Type.String(),
  /** A row of docs/reasons.md, where there is one. */
  reason: optional(Type.String()),
  event_subject: Type.String(),
  action: Type.String(),
  /** Who acted, where it was a user. */
  user_id: optional(uuid),
  client_id: optional(Type.String()),
  ip: optional(Type.String()),
  user_agent: optional(Type.String()),
})
export type HistoryEntry = Static<typeof historyEntry>

// Divergence D-35
/** Ours: what an application would otherwise read out of audit events by itself. Newest first. */
export const listUserHistory = operation({
  operationId: 'listUserHistory',
  isOurs: true,
  surface: 'identity',
  scope: 'identity',
  method: 'GET',
  path: '/system/pools/{ipID}/users/{userID}/history',
  params: exactly({ ipID: text, userID: text }),
  query: exactly({
    /** The last entry of the page before: what is older follows. */
    after_event_id: optional(uuid),
    limit: optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  }),
  body: noBody,
  status: 200,
  answer: exactly({ history: Type.Array(historyEntry) }),
  refusals: [404, 429],
})
