import { createPublicKey } from 'node:crypto'
import type { webcrypto } from 'node:crypto'

/** Names of fields of a COSE key (RFC 9053 §7), and of the algorithms that are offered (RFC 9053 §2, RFC 8812 §2). */
const [kty, alg, crv, x, y] = [1, 3, -1, -2, -3]
export const offeredAlgorithms: readonly number[] = [-8, -7, -257]

/** An encoder of CBOR: given, because the library that has one is loaded only when somebody makes a key. */
export interface Cbor {
  decode(bytes: Uint8Array): unknown
  encode(value: Map<number, unknown>): Uint8Array
}

/**
 * A COSE key in the one encoding in which it is kept.
 *
 * @returns undefined for what is no key of an algorithm that is offered, by node's own reading of its numbers
 */
export function canonicalPublicKey(cbor: Cbor, bytes: Uint8Array): Uint8Array | undefined {
  try {
    const fields = cbor.decode(bytes)
    if (!(fields instanceof Map)) return undefined
    const jwk = jwkOf(fields)
    if (!jwk) return undefined
    const { asymmetricKeyDetails } = createPublicKey({ key: jwk, format: 'jwk' })
    if (jwk.kty === 'RSA' && (asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return undefined
    return cbor.encode(fields as Map<number, unknown>)
  } catch {
    return undefined
  }
}

function jwkOf(fields: ReadonlyMap<unknown, unknown>): webcrypto.JsonWebKey | undefined {
  const text = (label: number): string | undefined => {
    const value = fields.get(label)
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : undefined
  }
  const kind = [fields.get(kty), fields.get(alg), fields.get(crv)]
  const [first, second] = [text(x), text(y)]
  if (is(kind, [2, -7, 1]) && first !== undefined && second !== undefined) {
    return { kty: 'EC', crv: 'P-256', x: first, y: second }
  }
  if (is(kind, [1, -8, 6]) && first !== undefined) return { kty: 'OKP', crv: 'Ed25519', x: first }
  const modulus = text(crv)
  if (is(kind.slice(0, 2), [3, -257]) && modulus !== undefined && first !== undefined) {
    return { kty: 'RSA', n: modulus, e: first }
  }
  return undefined
}

const is = (values: readonly unknown[], expected: readonly number[]): boolean =>
  expected.every((one, at) => values[at] === one)
