import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, optional, passwordState, secretText, shownCode, text, uuid } from './words.ts'

const common = { surface: 'identity', scope: 'identity' } as const
const inPool = { params: exactly({ ipID: text }), query: exactly({}) }
const byUser = { params: exactly({ ipID: text, userID: text }), query: exactly({}) }
const nothing = { status: 204, answer: noBody } as const

// Divergence D-12: 429 while tries must wait, 404 for an unknown pool, at every operation that takes a password or code.
/** `id` is the older name of `userID` and wins where both are sent. */
const verification = exactly({
  id: optional(text),
  userID: optional(text),
  identifier: optional(text),
  password: secretText,
})

export const verifyPasswordV2 = operation({
  ...common,
  ...inPool,
  operationId: 'verifyPasswordV2',
  method: 'POST',
  path: '/system/pools/{ipID}/user/password/v2/verify',
  body: verification,
  status: 200,
  answer: exactly({
    /** Empty: there is no such user. */
    id: Type.Union([uuid, Type.Literal('')]),
    result: Type.Enum(['password_correct', 'password_incorrect', 'password_expired', 'no_password', 'user_not_found']),
    state: passwordState,
  }),
  refusals: [404, 412, 422, 429],
})

/** Deprecated by the vendor. */
export const verifyPassword = operation({
  ...common,
  ...inPool,
  operationId: 'verifyPassword',
  method: 'POST',
  path: '/system/pools/{ipID}/user/password/verify',
  body: verification,
  status: 200,
  answer: exactly({ id: uuid, state: passwordState }),
  refusals: [404, 412, 422, 429],
})

export const setPasswordState = operation({
  ...common,
  ...byUser,
  operationId: 'setPasswordState',
  method: 'PUT',
  path: '/system/pools/{ipID}/users/{userID}/password/state',
  body: exactly({ state: optional(passwordState) }),
  ...nothing,
  refusals: [404, 422],
})

const change = exactly({ old_password: secretText, new_password: secretText })
const changeRefusals = [404, 412, 422, 429]

export const changePassword = operation({
  ...common,
  ...byUser,
  operationId: 'changePassword',
  method: 'POST',
  path: '/system/pools/{ipID}/users/{userID}/change-password',
  body: change,
  ...nothing,
  refusals: changeRefusals,
})

/** The older spelling of `changePassword`, deprecated by the vendor. */
export const deprecatedChangePassword = operation({
  ...common,
  ...byUser,
  operationId: 'deprecatedChangePassword',
  method: 'POST',
  path: '/system/pools/{ipID}/users/{userID}/change_password',
  body: change,
  ...nothing,
  refusals: changeRefusals,
})

export const requestResetPassword = operation({
  ...common,
  operationId: 'requestResetPassword',
  method: 'POST',
  path: '/system/pools/{ipID}/user/password/reset/request',
  params: exactly({ ipID: text }),
  query: exactly({
    code_type_in_message: optional(Type.Enum(['link', 'code'])),
    // Divergence D-17
    /** Whose brand the message wears. Accepted and ignored: it wears the organization's. */
    server_id: optional(text),
  }),
  body: exactly({ address: text, identifier: optional(text), userID: optional(text) }),
  ...nothing,
  refusals: [404, 412, 422],
})

export const completeResetPassword = operation({
  ...common,
  ...inPool,
  operationId: 'completeResetPassword',
  method: 'POST',
  path: '/system/pools/{ipID}/user/password/reset/complete',
  body: exactly({
    code: shownCode,
    new_password: secretText,
    address: optional(text),
    identifier: optional(text),
    userID: optional(text),
  }),
  ...nothing,
  refusals: [404, 412, 422, 429],
})

/** Deprecated by the vendor: `identifier` may also be an address. */
export const confirmResetPassword = operation({
  ...common,
  ...inPool,
  operationId: 'confirmResetPassword',
  method: 'POST',
  path: '/system/pools/{ipID}/user/password/reset/confirm',
  body: exactly({ code: shownCode, new_password: secretText, identifier: optional(text), userID: optional(text) }),
  ...nothing,
  refusals: [404, 412, 422, 429],
})
