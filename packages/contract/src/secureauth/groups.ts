import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { listedUser } from './users.ts'
import { entityId, exactly, optional, text } from './words.ts'

/** For creating, for changing and for showing a group: the vendor has one object for all. */
const fields = {
  id: optional(entityId),
  name: optional(Type.String({ minLength: 1, maxLength: 200 })),
  description: optional(Type.String({ maxLength: 2000 })),
  /** Empty: in no other group. */
  parent_id: optional(Type.String({ maxLength: 64 })),
  tenant_id: optional(entityId),
  user_pool_id: entityId,
}
export const group = exactly(fields)
export type Group = Static<typeof group>
const groups = Type.Array(group)

/** What the `query` parameter holds as JSON. */
export const groupFilter = exactly({ name: optional(Type.String({ minLength: 1, maxLength: 200 })) })

const common = { surface: 'identity', scope: 'identity' } as const
const nothing = { body: noBody, status: 204, answer: noBody } as const
const inPool = { path: '/system/pools/{ipID}/groups', params: exactly({ ipID: text }) }
const byId = {
  path: '/system/pools/{ipID}/groups/{groupID}',
  params: exactly({ ipID: text, groupID: text }),
  query: exactly({}),
}
const member = {
  path: '/system/pools/{ipID}/groups/{groupID}/users/{userID}',
  params: exactly({ ipID: text, groupID: text, userID: text }),
  query: exactly({}),
}
const limit = optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 }))
const groupPage = {
  after_group_id: optional(text),
  before_group_id: optional(text),
  query: optional(Type.String({ maxLength: 1000 })),
  limit,
}
const nested = { with_nested_groups: optional(Type.Boolean()) }

export const listGroups = operation({
  ...common,
  ...inPool,
  operationId: 'listGroups',
  method: 'GET',
  query: exactly({ parent_id: optional(text), ...groupPage, ...nested }),
  body: noBody,
  status: 200,
  answer: groups,
  refusals: [404, 422, 429],
})

export const createGroup = operation({
  ...common,
  ...inPool,
  operationId: 'createGroup',
  method: 'POST',
  query: exactly({}),
  body: group,
  status: 201,
  answer: group,
  refusals: [404, 409, 422, 429],
})

export const getGroup = operation({
  ...common,
  ...byId,
  operationId: 'getGroup',
  method: 'GET',
  body: noBody,
  status: 200,
  answer: group,
  refusals: [404, 429],
})

export const updateGroup = operation({
  ...common,
  ...byId,
  operationId: 'updateGroup',
  method: 'PUT',
  body: group,
  status: 200,
  answer: group,
  refusals: [404, 409, 412, 422, 429],
})

export const deleteGroup = operation({
  ...common,
  ...byId,
  ...nothing,
  operationId: 'deleteGroup',
  method: 'DELETE',
  refusals: [404, 412, 429],
})

export const listUsersInGroup = operation({
  ...common,
  operationId: 'listUsersInGroup',
  method: 'GET',
  path: '/system/pools/{ipID}/groups/{groupID}/users',
  params: exactly({ ipID: text, groupID: text }),
  query: exactly({ after_user_id: optional(text), before_user_id: optional(text), limit, ...nested }),
  body: noBody,
  status: 200,
  answer: exactly({ users: Type.Array(listedUser) }),
  refusals: [404, 422, 429],
})

export const addUserToGroup = operation({
  ...common,
  ...member,
  ...nothing,
  operationId: 'addUserToGroup',
  method: 'PUT',
  refusals: [404, 409, 422, 429],
})

export const removeUserFromGroup = operation({
  ...common,
  ...member,
  ...nothing,
  operationId: 'removeUserFromGroup',
  method: 'DELETE',
  refusals: [404, 409, 422, 429],
})

export const listUserGroups = operation({
  ...common,
  operationId: 'listUserGroups',
  method: 'GET',
  path: '/system/pools/{ipID}/users/{userID}/groups',
  params: exactly({ ipID: text, userID: text }),
  query: exactly({ ...groupPage, with_parent_groups: optional(Type.Boolean()) }),
  body: noBody,
  status: 200,
  answer: groups,
  refusals: [404, 422, 429],
})

export const isUserInGroup = operation({
  ...common,
  ...nothing,
  operationId: 'isUserInGroup',
  method: 'GET',
  path: '/system/pools/{ipID}/users/{userID}/groups/{groupID}',
  params: exactly({ ipID: text, userID: text, groupID: text }),
  query: exactly(nested),
  refusals: [404, 429],
})
