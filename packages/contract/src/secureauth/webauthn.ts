import { Type } from 'typebox'
import type { Static } from 'typebox'
import { noBody, operation } from '../operation.ts'
import { codeHolder, factorCodeRequest, shownFactorCode } from './totp.ts'
import { exactly, freeObject, optional, text } from './words.ts'

// Divergence D-44
/** Bytes as the description has them; text in base64 or base64url is taken too. */
const given = Type.Union([
  Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { maxItems: 20_000 }),
  Type.String({ maxLength: 28_000, pattern: '^[A-Za-z0-9+/_-]*={0,2}$' }),
])
const bytes = Type.Array(Type.Integer({ minimum: 0, maximum: 255 }))
const short = Type.String({ maxLength: 100 })
const transports = Type.Array(short, { maxItems: 10 })

/** One key as the vendor's API carries it between the steps of making it. */
const keyOf = <const B extends typeof bytes | typeof given>(binary: B) =>
  exactly({
    id: optional(binary),
    publicKey: optional(binary),
    attestationType: optional(short),
    transport: optional(transports),
    flags: optional(
      exactly({
        backupEligible: optional(Type.Boolean()),
        backupState: optional(Type.Boolean()),
        userPresent: optional(Type.Boolean()),
        userVerified: optional(Type.Boolean()),
      }),
    ),
    authenticator: optional(
      exactly({
        AAGUID: optional(binary),
        attachment: optional(short),
        cloneWarning: optional(Type.Boolean()),
        signCount: optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
      }),
    ),
    // Divergence D-44
    /** Accepted and not kept: the key was proved by it, or is believed. */
    attestation: optional(
      exactly({
        authenticatorData: optional(binary),
        clientDataHash: optional(binary),
        clientDataJSON: optional(binary),
        object: optional(binary),
        publicKeyAlgorithm: optional(Type.Integer()),
      }),
    ),
  })

export const givenWebAuthnKey = keyOf(given)
export type GivenWebAuthnKey = Static<typeof givenWebAuthnKey>
const shownWebAuthnKey = keyOf(bytes)
export type ShownWebAuthnKey = Static<typeof shownWebAuthnKey>
export const shownWebAuthnKeys = exactly({ credentials: Type.Array(shownWebAuthnKey) })

const descriptor = exactly({ id: bytes, type: Type.String(), transports: Type.Array(Type.String()) })

/** What a page gives to `navigator.credentials.create`, bytes as lists of numbers. */
export const webAuthnOptions = exactly({
  publicKey: exactly({
    challenge: bytes,
    rpId: Type.String(),
    timeout: Type.Integer(),
    userVerification: Type.String(),
    allowCredentials: optional(Type.Array(descriptor)),
    extensions: optional(freeObject),
    hints: optional(Type.Array(Type.String())),
    // Divergence D-43
    rp: exactly({ id: Type.String(), name: Type.String() }),
    user: exactly({ id: bytes, name: Type.String(), displayName: Type.String() }),
    pubKeyCredParams: Type.Array(exactly({ type: Type.Literal('public-key'), alg: Type.Integer() })),
    attestation: Type.Literal('none'),
    authenticatorSelection: exactly({ residentKey: Type.String(), userVerification: Type.String() }),
    excludeCredentials: Type.Array(descriptor),
  }),
})
export type WebAuthnOptions = Static<typeof webAuthnOptions>

/** What `navigator.credentials.create` gave the page. */
export const webAuthnRegistration = exactly({
  id: optional(Type.String({ maxLength: 1400 })),
  rawId: optional(given),
  type: optional(short),
  authenticatorAttachment: optional(short),
  clientExtensionResults: optional(freeObject),
  response: optional(
    exactly({
      attestationObject: optional(given),
      authenticatorData: optional(given),
      clientDataJSON: optional(given),
      publicKey: optional(given),
      publicKeyAlgorithm: optional(Type.Integer()),
      transports: optional(transports),
    }),
  ),
})
export type WebAuthnRegistration = Static<typeof webAuthnRegistration>

export const webAuthnName = exactly({ name: optional(Type.String({ maxLength: 100 })) })

const common = { surface: 'identity', scope: 'identity', query: exactly({}) } as const
const ofUser = { params: exactly({ ipID: text, userID: text }) }
const ofKey = { params: exactly({ ipID: text, userID: text, webAuthnCredentialID: text }) }
const nothing = { status: 204, answer: noBody } as const
const refusals = [404, 412, 422, 429]

export const beginWebAuthnCredentialsGeneration = operation({
  ...common,
  ...ofUser,
  operationId: 'beginWebAuthnCredentialsGeneration',
  method: 'POST',
  path: '/system/pools/{ipID}/users/{userID}/webauthn/create/begin',
  body: noBody,
  status: 200,
  answer: webAuthnOptions,
  refusals,
})

export const completeWebAuthnCredentialsGeneration = operation({
  ...common,
  ...ofUser,
  operationId: 'completeWebAuthnCredentialsGeneration',
  method: 'POST',
  path: '/system/pools/{ipID}/users/{userID}/webauthn/create/complete',
  body: webAuthnRegistration,
  status: 200,
  answer: shownWebAuthnKeys,
  refusals,
})

export const deleteWebAuthnKey = operation({
  ...common,
  ...ofKey,
  operationId: 'deleteWebAuthnKey',
  method: 'DELETE',
  path: '/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}',
  body: noBody,
  ...nothing,
  refusals,
})

export const nameWebAuthnKey = operation({
  ...common,
  ...ofKey,
  operationId: 'nameWebAuthnKey',
  method: 'PUT',
  path: '/system/pools/{ipID}/users/{userID}/webauthn/{webAuthnCredentialID}/name',
  body: webAuthnName,
  ...nothing,
  refusals,
})

export const requestAddWebAuthn = operation({
  ...common,
  ...factorCodeRequest,
  operationId: 'requestAddWebAuthn',
  method: 'POST',
  path: '/system/pools/{ipID}/user/webauthn/add/request',
})

export const completeAddWebAuthn = operation({
  ...common,
  operationId: 'completeAddWebAuthn',
  method: 'POST',
  path: '/system/pools/{ipID}/user/webauthn/add/complete',
  params: exactly({ ipID: text }),
  body: exactly({ code: shownFactorCode, new_web_authn: givenWebAuthnKey, ...codeHolder }),
  ...nothing,
  refusals: [404, 412, 422, 429],
})
