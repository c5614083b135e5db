import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { entityId, exactly, freeObject, optional, text, time } from './words.ts'

const facts = {
  id: optional(entityId),
  tenant_id: entityId,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  description: optional(Type.String({ maxLength: 2000 })),
  /** A JSON Schema in the vendor's words; which ones, and how much of it, is judged by the room. */
  schema: freeObject,
  /** For ever: neither changed nor deleted from then on. */
  system: optional(Type.Boolean()),
  /** Said by the server; accepted and ignored. */
  created_at: optional(time),
  updated_at: optional(time),
}

/** For creating, for changing and for showing a schema: the vendor has one object for all. */
export const schema = exactly(facts)
export type Schema = Static<typeof schema>

const common = { surface: 'identity', scope: 'identity', query: exactly({}) } as const
const all = { path: '/system/schemas', params: exactly({}) }
const byId = { path: '/system/schemas/{schID}', params: exactly({ schID: text }) }

export const systemListSchemas = operation({
  ...common,
  ...all,
  operationId: 'systemListSchemas',
  method: 'GET',
  body: noBody,
  status: 200,
  answer: exactly({ schemas: Type.Array(schema) }),
  refusals: [429],
})

export const systemCreateSchema = operation({
  ...common,
  ...all,
  operationId: 'systemCreateSchema',
  method: 'POST',
  body: schema,
  status: 201,
  answer: schema,
  refusals: [404, 409, 422, 429],
})

export const systemGetSchema = operation({
  ...common,
  ...byId,
  operationId: 'systemGetSchema',
  method: 'GET',
  body: noBody,
  status: 200,
  answer: schema,
  refusals: [404, 429],
})

export const systemUpdateSchema = operation({
  ...common,
  ...byId,
  operationId: 'systemUpdateSchema',
  method: 'PUT',
  body: schema,
  status: 200,
  answer: schema,
  refusals: [404, 409, 412, 422, 429],
})

export const systemDeleteSchema = operation({
  ...common,
  ...byId,
  operationId: 'systemDeleteSchema',
  method: 'DELETE',
  body: noBody,
  status: 204,
  answer: noBody,
  refusals: [404, 409, 412, 429],
})
