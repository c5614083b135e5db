import type * as wire from '@gatehouse/contract'
import { aaguidOf, noAaguid, readAttachment, readTransports } from '../../protocol/webauthn/key.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import { offeredAlgorithms } from '../../protocol/webauthn/public-key.ts'
import type { Registration } from '../credentials/index.ts'
import type { WebAuthnQuestion } from './factors.ts'

/** What a page gives to `navigator.credentials.create`. @see WebAuthn 3 §5.4 */
export function shownOptions(question: WebAuthnQuestion): wire.WebAuthnOptions {
  const { rpId, challenge, keys } = question
  return {
    publicKey: {
      challenge: bytesOf(Buffer.from(challenge, 'base64url')),
      rpId,
      timeout: question.timeoutSeconds * 1000,
      userVerification: 'preferred',
      rp: { id: rpId, name: question.rpName },
      user: {
        // Their id, and nothing that says who they are: authenticators show and sync it (§14.6.1).
        id: bytesOf(Buffer.from(question.userId.replaceAll('-', ''), 'hex')),
        name: question.userName,
        displayName: question.displayName,
      },
      pubKeyCredParams: offeredAlgorithms.map((alg) => ({ type: 'public-key', alg })),
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      excludeCredentials: keys.map(({ keyId, transports }) => ({
        id: bytesOf(Buffer.from(keyId, 'base64url')),
        type: 'public-key',
        transports: [...transports],
      })),
    },
  }
}

/** What is missing is empty, and proves nothing. */
export function readRegistration(body: wire.WebAuthnRegistration): Registration {
  const { id, rawId, type, response, authenticatorAttachment: attachment } = body
  const { clientDataJSON, attestationObject, transports } = response ?? {}
  const keyId = Buffer.from(id !== undefined && isBase64url.test(id) ? id : '', 'base64url')
  return {
    keyId,
    rawId: rawId === undefined ? keyId : readBytes(rawId),
    type: type ?? '',
    clientDataJson: readBytes(clientDataJSON ?? []),
    attestationObject: readBytes(attestationObject ?? []),
    transports: transports ?? [],
    attachment,
  }
}

const isBase64url = /^[\w-]+$/

export function shownKey(key: WebAuthnKey): wire.ShownWebAuthnKey {
  return {
    id: bytesOf(Buffer.from(key.keyId, 'base64url')),
    publicKey: bytesOf(key.publicKey),
    attestationType: key.attestationType,
    transport: [...key.transports],
    flags: {
      backupEligible: key.isBackupEligible,
      backupState: key.isBackedUp,
      userPresent: true,
      userVerified: key.isUserVerified,
    },
    authenticator: {
      AAGUID: bytesOf(Buffer.from(key.aaguid.replaceAll('-', ''), 'hex')),
      signCount: key.signCount,
      cloneWarning: false,
      ...(key.attachment === undefined ? {} : { attachment: key.attachment }),
    },
  }
}

/** A key that another system registered, as it says; whether it is one is for the port to find out. */
export function readKey(given: wire.GivenWebAuthnKey): WebAuthnKey {
  const { flags, authenticator } = given
  return {
    keyId: keyIdOf(given),
    publicKey: readBytes(given.publicKey ?? []),
    signCount: authenticator?.signCount ?? 0,
    transports: readTransports(given.transport ?? []),
    aaguid: aaguidOf(readBytes(authenticator?.AAGUID ?? [])) ?? noAaguid,
    attachment: readAttachment(authenticator?.attachment),
    attestationType: given.attestationType ?? 'none',
    isBackupEligible: flags?.backupEligible ?? false,
    isBackedUp: flags?.backupState ?? false,
    isUserVerified: flags?.userVerified ?? false,
  }
}

export const keyIdOf = (given: wire.GivenWebAuthnKey): string =>
  Buffer.from(readBytes(given.id ?? [])).toString('base64url')

/** Node reads both alphabets by either name. */
const readBytes = (given: readonly number[] | string): Uint8Array =>
  typeof given === 'string' ? Buffer.from(given, 'base64url') : Uint8Array.from(given)

const bytesOf = (bytes: Uint8Array): number[] => [...bytes]
