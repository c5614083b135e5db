import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { isKeyId, readAttachment, readTransports } from '../../protocol/webauthn/key.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import { canonicalPublicKey, offeredAlgorithms } from '../../protocol/webauthn/public-key.ts'
import type { Cbor } from '../../protocol/webauthn/public-key.ts'

/** What a browser gives after `navigator.credentials.create`, as bytes. */
export interface Registration {
  readonly keyId: Uint8Array
  readonly rawId: Uint8Array
  readonly type: string
  readonly clientDataJson: Uint8Array
  readonly attestationObject: Uint8Array
  readonly transports: readonly string[]
  readonly attachment: string | undefined
}

export interface AskedOf {
  readonly challenge: string
  readonly rpId: string
  readonly origins: readonly string[]
}

/** Real ones are a few hundred bytes; beyond this nothing is read. */
const [longestClientData, longestAttestation] = [4096, 16_384]

/** Half a second of reading certificates that most processes never need: loaded when the first key is made. */
async function library() {
  const [{ verifyRegistrationResponse }, { isoCBOR, decodeAttestationObject }] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  return { verifyRegistrationResponse, isoCBOR, decodeAttestationObject }
}

/** The challenge that a browser says it answers; whether it was ever asked is for the caller to find out. */
export function claimedChallenge({ clientDataJson }: Registration): string | undefined {
  if (clientDataJson.length > longestClientData) return undefined
  try {
    const { challenge } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(clientDataJson)) as {
      challenge?: unknown
    }
    return typeof challenge === 'string' && /^[\w-]{43}$/.test(challenge) ? challenge : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether an authenticator answered this challenge, for this relying party, on a page of these origins and not in a frame
 * of somebody else's.
 *
 * @returns the key it made, or undefined whatever was wrong
 * @see WebAuthn 3 §7.1
 */
export async function provedKey(asked: AskedOf, registration: Registration): Promise<WebAuthnKey | undefined> {
  const { attestationObject, clientDataJson, keyId } = registration
  if (clientDataJson.length > longestClientData || attestationObject.length > longestAttestation) return undefined
  const { verifyRegistrationResponse, isoCBOR, decodeAttestationObject } = await library()
  try {
    if (isFramed(clientDataJson)) return undefined
    const attestation = decodeAttestationObject(ownBytes(attestationObject))
    // None is asked for. Certificates are not read: their lists of revoked ones would be fetched from where they say.
    const statement = attestation.get('attStmt')
    const isPlain = attestation.get('fmt') === 'none'
    const isOwn = attestation.get('fmt') === 'packed' && statement.get('x5c') === undefined
    if (!isPlain && !isOwn) return undefined
    const verified = await verifyRegistrationResponse({
      response: asJson(registration),
      expectedChallenge: asked.challenge,
      expectedOrigin: [...asked.origins],
      expectedRPID: asked.rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: [...offeredAlgorithms],
    })
    if (!verified.verified) return undefined
    const { credential, aaguid, fmt, credentialBackedUp, credentialDeviceType, userVerified } =
      verified.registrationInfo
    const publicKey = canonicalPublicKey(cborOf(isoCBOR), credential.publicKey)
    // The library believes the attested id; the browser must have said the same one.
    if (!publicKey || credential.id !== base64url(keyId) || !isKeyId(keyId)) return undefined
    return {
      keyId: credential.id,
      publicKey,
      signCount: credential.counter,
      transports: readTransports(registration.transports),
      aaguid,
      attachment: readAttachment(registration.attachment),
      attestationType: fmt,
      isBackupEligible: credentialDeviceType === 'multiDevice',
      isBackedUp: credentialBackedUp,
      isUserVerified: userVerified,
    }
  } catch {
    return undefined
  }
}

/** A key that another system registered. @returns undefined for what is no public key that we could ask */
export async function importedKey(key: WebAuthnKey): Promise<WebAuthnKey | undefined> {
  const { isoCBOR } = await library()
  const publicKey = canonicalPublicKey(cborOf(isoCBOR), ownBytes(key.publicKey))
  if (!publicKey || !isKeyId(Buffer.from(key.keyId, 'base64url'))) return undefined
  // WebAuthn 3 §6.1: what cannot be backed up is not.
  return key.isBackedUp && !key.isBackupEligible ? undefined : { ...key, publicKey }
}

function isFramed(clientDataJson: Uint8Array): boolean {
  const data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(clientDataJson)) as {
    crossOrigin?: unknown
    topOrigin?: unknown
  }
  return data.topOrigin !== undefined || (data.crossOrigin !== undefined && data.crossOrigin !== false)
}

type Library = Awaited<ReturnType<typeof library>>

const cborOf = (cbor: Library['isoCBOR']): Cbor => ({
  decode: (bytes) => cbor.decodeFirst(ownBytes(bytes)),
  encode: (value) => cbor.encode(value as Parameters<typeof cbor.encode>[0]),
})

const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

const asJson = (registration: Registration): RegistrationResponseJSON => ({
  id: base64url(registration.keyId),
  rawId: base64url(registration.rawId),
  type: registration.type as 'public-key',
  clientExtensionResults: {},
  response: {
    clientDataJSON: base64url(registration.clientDataJson),
    attestationObject: base64url(registration.attestationObject),
  },
})
