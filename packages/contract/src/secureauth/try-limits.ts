import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { duration, entityId, exactly, text } from './words.ts'

/** How often one name may be tried from one network before it must wait. */
export const bruteForceLimit = exactly({
  block_duration: duration,
  max_attempts: Type.Integer({ minimum: 1, maximum: 1000 }),
  // Divergence D-60
  /** `password` or `code`. */
  protected_type: text,
  tenant_id: entityId,
})
export type BruteForceLimit = Static<typeof bruteForceLimit>

// Divergence D-58
const common = { surface: 'admin', query: exactly({}), body: noBody } as const

export const listBruteForceLimits = operation({
  ...common,
  operationId: 'listBruteForceLimits',
  method: 'GET',
  path: '/bruteforce',
  scope: 'read_configuration',
  params: exactly({}),
  status: 200,
  answer: exactly({ brute_force_limits: Type.Array(bruteForceLimit) }),
  refusals: [404, 429],
})

export const setBruteForceLimit = operation({
  ...common,
  operationId: 'setBruteForceLimit',
  method: 'PUT',
  path: '/bruteforce',
  scope: 'manage_configuration',
  params: exactly({}),
  body: bruteForceLimit,
  status: 201,
  answer: bruteForceLimit,
  refusals: [404, 409, 422, 429],
})

export const deleteBruteForceLimit = operation({
  ...common,
  operationId: 'deleteBruteForceLimit',
  method: 'DELETE',
  path: '/bruteforce/{protectedType}',
  scope: 'manage_configuration',
  params: exactly({ protectedType: text }),
  status: 204,
  answer: noBody,
  refusals: [404, 429],
})
