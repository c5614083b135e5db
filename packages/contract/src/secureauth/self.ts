import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, selfOperation } from '../operation.ts'
import type { SelfOperation } from '../operation.ts'
import { totpChange, totpSecret } from './totp.ts'
import { givenWebAuthnKey, shownWebAuthnKeys, webAuthnName, webAuthnOptions, webAuthnRegistration } from './webauthn.ts'
import {
  addressStatus,
  addressType,
  credentialType,
  exactly,
  freeObject,
  identifierType,
  mechanism,
  mechanisms,
  optional,
  passwordState,
  secretText,
  text,
  time,
  uuid,
} from './words.ts'

/** What changes a way to sign in wants a proof no older than this, in seconds; the vendor's number too. */
const recent = { maxAgeSeconds: 300 } as const

const view = { surface: 'self', access: 'view_ss_profile', query: exactly({}) } as const
const manage = { surface: 'self', access: 'manage_ss_profile', query: exactly({}) } as const
/** The older operations name no scope. */
const older = { surface: 'self', access: 'any', query: exactly({}) } as const
const noParams = { params: exactly({}) }
const nothing = { status: 204, answer: noBody } as const
const refusals = [404, 412, 422, 429]

const passwordChange = exactly({ old_password: secretText, new_password: secretText })
/** A code that people type, or the longer one of a link. */
const code = Type.String({ minLength: 1, maxLength: 100 })

const base = {
  id: optional(uuid),
  payload: optional(freeObject),
  metadata: optional(freeObject),
  // Divergence D-47
  /** For those who manage people; never in an answer. */
  business_metadata: optional(freeObject),
  identifiers: optional(Type.Array(exactly({ identifier: Type.String(), type: identifierType, created_at: time }))),
  verifiable_addresses: optional(
    Type.Array(
      exactly({
        address: Type.String(),
        type: addressType,
        status: addressStatus,
        verified: Type.Boolean(),
        verified_at: optional(time),
        preferred_contact_method: optional(Type.Enum(['sms', 'voice'])),
        created_at: time,
        updated_at: time,
      }),
    ),
  ),
}
const profile = exactly(base)
export type Profile = Static<typeof profile>
const profileV2 = exactly({
  ...base,
  credentials: optional(
    Type.Array(
      exactly({
        id: optional(uuid),
        type: credentialType,
        name: optional(Type.String()),
        state: optional(passwordState),
        updated_at: time,
        // Divergence D-30
        expires_after: optional(Type.String()),
        expires_at: optional(time),
      }),
    ),
  ),
  authentication_mechanisms: optional(mechanisms),
  allowed_authentication_mechanisms: optional(mechanisms),
  preferred_authentication_mechanism: optional(mechanism),
  second_factor_authentication_mechanisms: optional(mechanisms),
  second_factor_preferred_authentication_mechanism: optional(mechanism),
  // Divergence D-47
  federated_accounts: optional(Type.Array(freeObject)),
  payload_schema: optional(freeObject),
})
export type ProfileV2 = Static<typeof profileV2>
const profileChange = exactly({ payload: optional(freeObject) })

export const selfGetUserProfile = selfOperation({
  ...older,
  ...noParams,
  operationId: 'getUserProfile',
  method: 'GET',
  path: '/self/me',
  body: noBody,
  status: 200,
  answer: profile,
  refusals: [404, 412, 429],
})

export const selfUpdateUserProfile = selfOperation({
  ...older,
  ...noParams,
  operationId: 'updateUserProfile',
  method: 'PUT',
  path: '/self/me',
  body: profileChange,
  status: 200,
  answer: profile,
  refusals: [404, 409, 412, 422, 429],
})

export const selfGetUserProfileV2 = selfOperation({
  ...view,
  ...noParams,
  operationId: 'getUserProfileV2',
  method: 'GET',
  path: '/v2/self/me',
  body: noBody,
  status: 200,
  answer: profileV2,
  refusals: [404, 412, 429],
})

export const selfUpdateUserProfileV2 = selfOperation({
  ...manage,
  ...noParams,
  operationId: 'updateUserProfileV2',
  method: 'PUT',
  path: '/v2/self/me',
  body: profileChange,
  status: 200,
  answer: profileV2,
  refusals: [404, 409, 412, 422, 429],
})

export const selfChangePassword = selfOperation({
  ...older,
  ...noParams,
  operationId: 'changePassword',
  method: 'POST',
  path: '/self/change-password',
  body: passwordChange,
  ...nothing,
  refusals,
})

export const selfChangePasswordV2 = selfOperation({
  ...manage,
  ...noParams,
  operationId: 'changePasswordV2',
  method: 'POST',
  path: '/v2/self/change-password',
  body: passwordChange,
  ...nothing,
  refusals,
})

export const selfSetPassword = selfOperation({
  ...manage,
  ...recent,
  ...noParams,
  operationId: 'setPassword',
  method: 'POST',
  path: '/v2/self/set-password',
  body: exactly({ new_password: secretText }),
  ...nothing,
  refusals,
})

export const selfChangeTotpSecret = selfOperation({
  ...manage,
  // Divergence D-46
  ...recent,
  ...noParams,
  operationId: 'changeTotpSecret',
  method: 'POST',
  path: '/v2/self/change-totp-secret',
  body: totpChange,
  ...nothing,
  refusals,
})

export const selfSetTotpSecret = selfOperation({
  ...manage,
  ...recent,
  ...noParams,
  operationId: 'setTotpSecret',
  method: 'POST',
  path: '/v2/self/set-totp-secret',
  body: exactly({ new_totp_secret: totpSecret }),
  ...nothing,
  refusals,
})

export const selfSetWebAuthn = selfOperation({
  ...manage,
  ...recent,
  ...noParams,
  operationId: 'setWebAuthn',
  method: 'POST',
  path: '/v2/self/set-webauthn',
  body: exactly({ new_webauthn: optional(givenWebAuthnKey) }),
  ...nothing,
  refusals,
})

export const selfBeginWebAuthnCredentialsGeneration = selfOperation({
  ...manage,
  ...recent,
  ...noParams,
  operationId: 'beginWebAuthnCredentialsGeneration',
  method: 'POST',
  path: '/v2/self/webauthn/create/begin',
  body: noBody,
  status: 200,
  answer: webAuthnOptions,
  refusals,
})

export const selfCompleteWebAuthnCredentialsGeneration = selfOperation({
  ...manage,
  ...recent,
  ...noParams,
  operationId: 'completeWebAuthnCredentialsGeneration',
  method: 'POST',
  path: '/v2/self/webauthn/create/complete',
  body: webAuthnRegistration,
  status: 200,
  answer: shownWebAuthnKeys,
  refusals,
})

const ofKey = { params: exactly({ webAuthnCredentialID: text }) }

export const selfDeleteWebAuthnKey = selfOperation({
  ...manage,
  // Divergence D-46
  ...recent,
  ...ofKey,
  operationId: 'deleteWebAuthnKey',
  method: 'DELETE',
  path: '/v2/self/webauthn/{webAuthnCredentialID}',
  body: noBody,
  ...nothing,
  refusals,
})

export const selfNameWebAuthnKey = selfOperation({
  ...manage,
  ...ofKey,
  operationId: 'nameWebAuthnKey',
  method: 'PUT',
  path: '/v2/self/webauthn/{webAuthnCredentialID}/name',
  body: webAuthnName,
  ...nothing,
  refusals,
})

export const selfListUserMfaSessions = selfOperation({
  ...view,
  ...noParams,
  operationId: 'listUserMFASessions',
  method: 'GET',
  path: '/v2/self/mfa/sessions',
  body: noBody,
  status: 200,
  answer: exactly({
    sessions: Type.Array(
      exactly({ id: Type.String(), ip_address: Type.String(), issue_time: time, user_agent: Type.String() }),
    ),
  }),
  refusals: [404, 429],
})

export const selfDeleteMfaSession = selfOperation({
  ...manage,
  params: exactly({ mfaSessionID: text }),
  operationId: 'deleteMFASession',
  method: 'DELETE',
  path: '/v2/self/mfa/sessions/{mfaSessionID}',
  body: noBody,
  ...nothing,
  refusals: [404, 429],
})

export const selfResetPasswordConfirm = selfOperation({
  surface: 'self',
  access: 'none',
  query: exactly({}),
  params: exactly({ ipID: text }),
  operationId: 'resetPasswordConfirm',
  method: 'POST',
  path: '/public/pools/{ipID}/reset-password/confirm',
  body: exactly({ code, new_password: secretText, identifier: optional(text) }),
  ...nothing,
  refusals: [412, 422, 429],
})

/** Every operation of the self-service API that is served, in the order of the description. */
export const selfOperations: readonly SelfOperation[] = [
  selfResetPasswordConfirm,
  selfChangePassword,
  selfGetUserProfile,
  selfUpdateUserProfile,
  selfChangePasswordV2,
  selfChangeTotpSecret,
  selfGetUserProfileV2,
  selfUpdateUserProfileV2,
  selfListUserMfaSessions,
  selfDeleteMfaSession,
  selfSetPassword,
  selfSetTotpSecret,
  selfSetWebAuthn,
  selfDeleteWebAuthnKey,
  selfNameWebAuthnKey,
  selfBeginWebAuthnCredentialsGeneration,
  selfCompleteWebAuthnCredentialsGeneration,
]
