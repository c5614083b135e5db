/** A public key of an authenticator, as a registration gave it (WebAuthn 3 §4, credential record). */
export interface WebAuthnKey {
  /** The authenticator's own name of it, base64url. */
  readonly keyId: string
  /** COSE, in the one encoding in which it is kept. */
  readonly publicKey: Uint8Array
  /** Zero for ever with keys that are copied between devices. */
  readonly signCount: number
  readonly transports: readonly string[]
  /** Which model it says it is; zeros where it does not say. */
  readonly aaguid: string
  readonly attachment: 'platform' | 'cross-platform' | undefined
  /** The format of its attestation; `none` as a rule. */
  readonly attestationType: string
  readonly isBackupEligible: boolean
  readonly isBackedUp: boolean
  /** By a fingerprint, a face or a number, when it was made. */
  readonly isUserVerified: boolean
}

/** §5.8.4; others are dropped, as the text demands of those that are not known. */
const knownTransports: ReadonlySet<string> = new Set(['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])

export const readTransports = (given: readonly string[]): readonly string[] =>
  [...new Set(given)].filter((transport) => knownTransports.has(transport)).toSorted()

export const readAttachment = (given: string | undefined): WebAuthnKey['attachment'] =>
  given === 'platform' || given === 'cross-platform' ? given : undefined

/** §4: at most 1023 bytes, at least one. */
export const isKeyId = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes.length <= 1023

export const noAaguid = '00000000-0000-0000-0000-000000000000'

export function aaguidOf(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return noAaguid
  if (bytes.length !== 16) return undefined
  const hex = Buffer.from(bytes).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
