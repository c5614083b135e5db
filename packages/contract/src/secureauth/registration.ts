import { Type } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { user } from './users.ts'
import { exactly, freeObject, optional, secretText, shownCode, text, uuid, word } from './words.ts'

const common = { surface: 'identity', scope: 'identity', method: 'POST' } as const
const byUser = { params: exactly({ ipID: text, userID: text }) }
const refusals = [404, 412, 422, 429]

// Divergence D-39
/** Whose brand a message wears, and whether it carries a link. Accepted and ignored: see `requestResetPassword`. */
const message = { server_id: optional(text), code_type_in_message: optional(Type.Enum(['link', 'code'])) }

export const selfRegisterUser = operation({
  ...common,
  operationId: 'selfRegisterUser',
  path: '/system/pools/{ipID}/user/register',
  params: exactly({ ipID: text }),
  query: exactly({ ...message, send_activation_message: optional(Type.Boolean()) }),
  body: exactly({
    identifier: text,
    /** Where the activation code goes; absent: to the identifier. */
    otp_address: optional(text),
    password: optional(secretText),
    payload: optional(freeObject),
    // Divergence D-40
    /** Refused: factors are added by those who have activated themselves. */
    totp_secret: optional(word),
    webauthn_credentials: optional(Type.Array(freeObject, { maxItems: 20 })),
  }),
  status: 201,
  answer: exactly({ id: uuid }),
  refusals,
})

const activation = exactly({
  code: shownCode,
  otp_address: optional(text),
  password: optional(secretText),
  // Divergence D-40
  totp_secret: optional(word),
  webauthn: optional(Type.Array(freeObject, { maxItems: 20 })),
})

export const activateSelfRegisteredUser = operation({
  ...common,
  ...byUser,
  operationId: 'activateSelfRegisteredUser',
  path: '/system/pools/{ipID}/users/{userID}/activate',
  query: exactly({}),
  body: activation,
  status: 201,
  answer: user,
  refusals,
})

/** The long form of the code says who it is. */
export const activateSelfRegisteredUserUsingExtendedCode = operation({
  ...common,
  operationId: 'activateSelfRegisteredUserUsingExtendedCode',
  path: '/system/pools/{ipID}/user/activate',
  params: exactly({ ipID: text }),
  query: exactly({}),
  body: activation,
  status: 201,
  answer: user,
  refusals,
})

/** `identifier` is an older name of `address` and wins where both are sent. */
const wanted = exactly({ address: optional(text), identifier: optional(text) })

/** Deprecated by the vendor: the code is made and told to nobody. */
export const generateActivationCode = operation({
  ...common,
  ...byUser,
  operationId: 'generateActivationCode',
  path: '/system/pools/{ipID}/users/{userID}/activation/generate',
  scope: 'identity_self_registration',
  query: exactly({}),
  body: wanted,
  status: 201,
  answer: exactly({ code_id: Type.String() }),
  refusals,
})

export const selfSendActivationMessage = operation({
  ...common,
  ...byUser,
  operationId: 'selfSendActivationMessage',
  path: '/system/pools/{ipID}/users/{userID}/activation/send',
  query: exactly({
    ...message,
    // Divergence D-39
    mode: optional(Type.Enum(['registration', 'invitation'])),
    post_activation_url: optional(text),
  }),
  body: wanted,
  status: 204,
  answer: noBody,
  refusals,
})
