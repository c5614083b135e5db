import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, optional, text } from './words.ts'

/** From one to a hundred; others are answered 422. */
const people = optional(Type.Array(text, { maxItems: 1000 }))
const common = {
  surface: 'system',
  method: 'DELETE',
  scope: 'revoke_tokens',
  status: 204,
  answer: noBody,
  refusals: [404, 422],
} as const

export const revokeTokensByPool = operation({
  ...common,
  operationId: 'revokeTokensByPool',
  path: '/pools/{ipID}/tokens',
  params: exactly({ ipID: text }),
  query: exactly({}),
  body: exactly({ users: people }),
})

export const revokeTokens = operation({
  ...common,
  operationId: 'revokeTokens',
  path: '/servers/{wid}/tokens',
  params: exactly({ wid: text }),
  /** Where it is given, the subjects are not looked at. */
  query: exactly({ consent_id: optional(text) }),
  body: Type.Union([exactly({ subjects: people, idp_id: optional(text) }), noBody]),
})
