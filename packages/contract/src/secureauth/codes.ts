import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, freeObject, optional, shownCode, text, uuid } from './words.ts'

const common = { surface: 'identity', scope: 'identity', method: 'POST' } as const
const inPool = { params: exactly({ ipID: text }), query: exactly({}) }
const byUser = { params: exactly({ ipID: text, userID: text }), query: exactly({}) }
const nothing = { status: 204, answer: noBody } as const

export const codeType = Type.Enum([
  'activation',
  'reset_password',
  'reset_totp',
  'enroll_webauthn',
  'challenge',
  'verify_address',
  'authentication',
])
export type CodeType = Static<typeof codeType>

const codeRequest = {
  type: codeType,
  address: optional(text),
  /** In the path’s own operation: an older name of `address`, which wins where both are sent. */
  identifier: optional(text),
  // Divergence D-38
  /** Accepted and not kept. */
  metadata: optional(freeObject),
}

/** Whoever may generate codes hears them: the code is told to nobody else. */
const generated = {
  scope: 'identity_self_registration',
  status: 201,
  answer: exactly({ code: Type.String(), extended_code: Type.String() }),
  refusals: [404, 412, 422, 429],
} as const

export const generateCode = operation({
  ...common,
  ...byUser,
  ...generated,
  operationId: 'generateCode',
  path: '/system/pools/{ipID}/users/{userID}/code/generate',
  body: exactly(codeRequest),
})

/** Here `identifier` names the person. */
export const generateCodeForUser = operation({
  ...common,
  ...inPool,
  ...generated,
  operationId: 'generateCodeForUser',
  path: '/system/pools/{ipID}/user/code/generate',
  body: exactly({ ...codeRequest, userID: optional(text) }),
})

export const requestOTPChallenge = operation({
  ...common,
  operationId: 'requestOTPChallenge',
  path: '/system/pools/{ipID}/user/otp/request',
  params: exactly({ ipID: text }),
  query: exactly({ server_id: optional(text) }),
  body: exactly({ address: optional(text), identifier: optional(text), userID: optional(text) }),
  ...nothing,
  // Divergence D-37: 404 for a pool that is not there.
  refusals: [404, 412, 422, 429],
})

// Divergence D-37: 404 for an unknown pool, 429 while tries must wait, at every operation that takes a code.
const verified = { status: 200, answer: exactly({ id: uuid }), refusals: [404, 412, 422, 429] } as const

export const verifyOTP = operation({
  ...common,
  ...inPool,
  ...verified,
  operationId: 'verifyOTP',
  path: '/system/pools/{ipID}/user/otp/verify',
  /** `id` is the older name of `userID` and wins where both are sent. */
  body: exactly({ code: shownCode, id: optional(text), userID: optional(text), identifier: optional(text) }),
})

export const verifyAuthenticationCode = operation({
  ...common,
  ...inPool,
  ...verified,
  operationId: 'verifyAuthenticationCode',
  path: '/system/pools/{ipID}/user/authentication-code/verify',
  body: exactly({ code: shownCode, userID: optional(text), identifier: optional(text) }),
})

/** Of the long form only; the code is not spent. */
export const inspectOTP = operation({
  ...common,
  ...inPool,
  operationId: 'inspectOTP',
  path: '/system/pools/{ipID}/user/otp/inspect',
  body: exactly({ code: shownCode }),
  status: 200,
  answer: exactly({ user_id: uuid, password_set: Type.Boolean(), code_type: codeType }),
  refusals: [404, 412, 422, 429],
})

export const requestAddressVerification = operation({
  ...common,
  ...byUser,
  operationId: 'requestAddressVerification',
  path: '/system/pools/{ipID}/users/{userID}/address/verification/request',
  body: exactly({ address: text }),
  ...nothing,
  refusals: [404, 409, 412, 422, 429],
})

export const completeAddressVerification = operation({
  ...common,
  ...byUser,
  operationId: 'completeAddressVerification',
  path: '/system/pools/{ipID}/users/{userID}/address/verification/complete',
  body: exactly({ address: text, code: shownCode }),
  ...nothing,
  // Divergence D-37: 429 while tries must wait.
  refusals: [404, 409, 412, 422, 429],
})
