import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, optional, text } from './words.ts'

/** Base32, as an authenticator is given it. */
export const totpSecret = Type.String({ minLength: 1, maxLength: 300 })
/** What an authenticator shows. */
export const totpCode = Type.String({ minLength: 1, maxLength: 20 })
export const totpChange = exactly({ new_totp_secret: totpSecret, totp: totpCode })

const common = { surface: 'identity', scope: 'identity', query: exactly({}) } as const

export const changeTotpSecret = operation({
  ...common,
  operationId: 'changeTotpSecret',
  method: 'POST',
  path: '/system/pools/{ipID}/users/{userID}/totp/change',
  params: exactly({ ipID: text, userID: text }),
  body: totpChange,
  status: 204,
  answer: noBody,
  refusals: [404, 412, 422, 429],
})

/** A code that people type, or the longer one of a link, which says whom it is for. */
export const shownFactorCode = Type.String({ minLength: 1, maxLength: 200 })
/** Whose a short code is. */
export const codeHolder = { address: optional(text), identifier: optional(text), userID: optional(text) }

/** Asking for a code that opens a factor. */
export const factorCodeRequest = {
  params: exactly({ ipID: text }),
  query: exactly({
    // Divergence D-45
    /** Accepted and ignored: the message carries both. */
    code_type_in_message: optional(Type.Enum(['link', 'code'])),
    server_id: optional(text),
  }),
  body: exactly({ address: text, identifier: optional(text), userID: optional(text) }),
  status: 204,
  answer: noBody,
  refusals: [404, 412, 422],
} as const

export const requestResetTotp = operation({
  ...common,
  ...factorCodeRequest,
  operationId: 'requestResetTotp',
  method: 'POST',
  path: '/system/pools/{ipID}/user/totp/reset/request',
})

export const completeResetTotp = operation({
  ...common,
  operationId: 'completeResetTotp',
  method: 'POST',
  path: '/system/pools/{ipID}/user/totp/reset/complete',
  params: exactly({ ipID: text }),
  body: exactly({ code: shownFactorCode, new_totp_secret: totpSecret, ...codeHolder }),
  status: 204,
  answer: noBody,
  refusals: [404, 412, 422, 429],
})
