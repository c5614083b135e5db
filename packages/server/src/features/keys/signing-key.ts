import { createHash, generateKeyPairSync } from 'node:crypto'
import type { KeyPlace, SigningKey } from './signing-keys.store.ts'

/** ES256 on P-256, named by its thumbprint. */
export function newSigningKey(place: KeyPlace, state: 'active' | 'next'): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bare = publicKey.export({ format: 'jwk' })
  const kid = thumbprint(bare)
  const naming = { kid, use: 'sig', alg: 'ES256' }
  return {
    tenantId: place.tenantId,
    workspaceId: place.workspaceId,
    kid,
    algorithm: 'ES256',
    state,
    publicJwk: { ...bare, ...naming },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...naming },
  }
}

/** @see RFC 7638 §3 */
function thumbprint(jwk: { crv?: string; kty?: string; x?: string; y?: string }): string {
  const members = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
  return createHash('sha256').update(members).digest('base64url')
}

/** Members of a JWK that are secret. RFC 7518 §6.2.2, §6.3.2 and §6.4.1; `priv` is that of AKP keys. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const

/** What is wrong with this key in a public key set; undefined when nothing is. */
export function publicationFault(jwk: Readonly<Record<string, unknown>>): string | undefined {
  if (jwk['kty'] === 'oct') return 'is a shared secret'
  const secret = secretMembers.find((member) => member in jwk)
  return secret === undefined ? undefined : `holds the secret member "${secret}"`
}
