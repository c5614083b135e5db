import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { exactly, text } from './words.ts'

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
