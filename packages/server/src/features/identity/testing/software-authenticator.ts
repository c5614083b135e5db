import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

type Cbor = number | string | Uint8Array | Map<number | string, Cbor>

/** As much CBOR as authenticators write (RFC 8949 §4.2, deterministic): integers, texts, bytes and maps. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])])
}

function head(kind: number, number: number): Buffer {
  if (number < 24) return Buffer.from([(kind << 5) | number])
  if (number < 256) return Buffer.from([(kind << 5) | 24, number])
  return Buffer.from([(kind << 5) | 25, number >> 8, number & 255])
}

/** What a test may have wrong; each absent part is as it ought to be. */
export interface Wrong {
  readonly type?: string
  readonly origin?: string
  readonly challenge?: string
  readonly rpId?: string
  /** UP, UV, BE, BS, AT: WebAuthn 3 §6.1. */
  readonly flags?: number
  readonly clientData?: Readonly<Record<string, unknown>>
  readonly coseKey?: Map<number | string, Cbor>
  readonly statement?: Map<number | string, Cbor>
  readonly format?: string
  readonly shownId?: Uint8Array
  readonly keyId?: Uint8Array
  readonly aaguid?: Uint8Array
}

/** User present, user verified, attested data. */
export const usualFlags = 0x45
/** The same, of a key that is copied between devices: eligible for backup, and backed up. */
export const syncedFlags = 0x5d

/** A P-256 key in COSE (RFC 9053 §7.1). */
export function coseKey(): Map<number | string, Cbor> {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  return new Map<number, Cbor>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ])
}

interface Options {
  readonly challenge: readonly number[]
  readonly rp: { readonly id: string }
}

/** An authenticator and its browser: makes a key for what a page asked, and says so in the words of the API. */
export function registration(options: Options, origin: string, wrong: Wrong = {}) {
  const keyId = wrong.keyId ?? randomBytes(32)
  const clientDataJson = Buffer.from(
    JSON.stringify({
      type: wrong.type ?? 'webauthn.create',
      challenge: wrong.challenge ?? Buffer.from(options.challenge).toString('base64url'),
      origin: wrong.origin ?? origin,
      crossOrigin: false,
      ...wrong.clientData,
    }),
  )
  const authenticatorData = Buffer.concat([
    createHash('sha256')
      .update(wrong.rpId ?? options.rp.id)
      .digest(),
    Buffer.from([wrong.flags ?? usualFlags]),
    // It has signed nothing yet, but counts from seven.
    Buffer.from([0, 0, 0, 7]),
    wrong.aaguid ?? Buffer.alloc(16),
    Buffer.from([keyId.length >> 8, keyId.length & 255]),
    keyId,
    cbor(wrong.coseKey ?? coseKey()),
  ])
  const attestationObject = cbor(
    new Map<string, Cbor>([
      ['fmt', wrong.format ?? 'none'],
      ['attStmt', wrong.statement ?? new Map<string, Cbor>()],
      ['authData', authenticatorData],
    ]),
  )
  const shownId = wrong.shownId ?? keyId
  return {
    id: Buffer.from(shownId).toString('base64url'),
    rawId: [...shownId],
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: {
      clientDataJSON: [...clientDataJson],
      attestationObject: [...attestationObject],
      transports: ['internal', 'hybrid', 'carrier-pigeon'],
    },
  }
}

/** A key as another system exports it. */
export const exportedKey = (keyId: Uint8Array = randomBytes(32)) => ({
  id: [...keyId],
  publicKey: [...cbor(coseKey())],
  attestationType: 'none',
  transport: ['usb'],
  flags: { userPresent: true, userVerified: true, backupEligible: false, backupState: false },
  authenticator: { AAGUID: [...Buffer.alloc(16)], signCount: 41, attachment: 'cross-platform' },
})
