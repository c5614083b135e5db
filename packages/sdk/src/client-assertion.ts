import type { World } from './platform/world.ts'

/** A private key as RFC 7517 writes it. */
export interface PrivateJwk extends Readonly<Partial<Record<Member, string>>> {
  readonly kty: string
}
type Member = 'alg' | 'crv' | 'd' | 'dp' | 'dq' | 'e' | 'kid' | 'n' | 'p' | 'q' | 'qi' | 'x' | 'y'

/** A client that proves itself by a key instead of a secret (RFC 7523). */
export interface KeyCredentials {
  readonly clientId: string
  /** Private; as a JWK with its `alg`, or as WebCrypto's key. */
  readonly privateKey: CryptoKey | PrivateJwk
  /** The `kid` under which the server knows the public key. Absent: that of the JWK, if it has one. */
  readonly keyId?: string | undefined
}

/** How each algorithm of RFC 7518 is called in WebCrypto. */
const algorithms = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  EdDSA: { name: 'Ed25519' },
} as const
type Algorithm = keyof typeof algorithms

const lifeSeconds = 60

/**
 * A signed statement of who the client is, good for a minute and to be shown once.
 *
 * @throws TypeError for a key that cannot sign, never with the key in its message
 * @see RFC 7523 §3
 */
export async function clientAssertion(world: World, given: KeyCredentials, audience: string): Promise<string> {
  const { key, algorithm, keyId } = await signingKey(given)
  const nowSeconds = Math.floor(world.nowMilliseconds() / 1000)
  const header = { alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) }
  const claims = {
    iss: given.clientId,
    sub: given.clientId,
    aud: audience,
    jti: world.uuid(),
    iat: nowSeconds,
    exp: nowSeconds + lifeSeconds,
  }
  const text = `${inBase64Url(utf8(JSON.stringify(header)))}.${inBase64Url(utf8(JSON.stringify(claims)))}`
  const signature = await crypto.subtle.sign(algorithms[algorithm], key, utf8(text))
  return `${text}.${inBase64Url(new Uint8Array(signature))}`
}

interface SigningKey {
  readonly key: CryptoKey
  readonly algorithm: Algorithm
  readonly keyId: string | undefined
}

async function signingKey({ privateKey, keyId }: KeyCredentials): Promise<SigningKey> {
  if (isCryptoKey(privateKey)) return { key: privateKey, algorithm: algorithmOf(privateKey), keyId }
  const algorithm = Object.keys(algorithms).find((name): name is Algorithm => name === privateKey.alg)
  if (algorithm === undefined)
    throw new TypeError('the JWK of the private key names no algorithm ("alg") that can be used')
  const key = await crypto.subtle
    .importKey('jwk', { ...privateKey }, algorithms[algorithm], false, ['sign'])
    // The cause may quote the key.
    .catch(() => {
      throw new TypeError(`the JWK of the private key is not a private key for ${algorithm}`)
    })
  return { key, algorithm, keyId: keyId ?? privateKey.kid }
}

const isCryptoKey = (key: CryptoKey | PrivateJwk): key is CryptoKey => 'algorithm' in key && 'usages' in key

function algorithmOf({ algorithm, usages }: CryptoKey): Algorithm {
  const hash = 'hash' in algorithm ? (algorithm.hash as { readonly name: string }).name : undefined
  const curve = 'namedCurve' in algorithm ? algorithm.namedCurve : undefined
  const found = (Object.keys(algorithms) as Algorithm[]).find((name) => {
    const known: { readonly name: string; readonly hash?: string; readonly namedCurve?: string } = algorithms[name]
    if (known.name !== algorithm.name) return false
    return known.namedCurve === undefined ? known.hash === hash : known.namedCurve === curve
  })
  if (found === undefined || !usages.includes('sign'))
    throw new TypeError('the private key is of a kind that cannot sign')
  return found
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const inBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
