import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject, webcrypto } from 'node:crypto'
import { jsonOf, send } from './http.ts'
import type { Door } from './http.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Reads a JWT of one issuer. @throws Error unless an ES256 key of the issuer signed it (RFC 7515 §5.2) */
export type ReadToken = (jwt: string) => Claims

type Jwk = webcrypto.JsonWebKey & { readonly kid?: string }

/** Fetches an issuer's keys once, as an API would. */
export async function tokenReader(door: Door, issuerPath: string): Promise<ReadToken> {
  const { keys } = jsonOf(await send(door, { method: 'GET', path: `${issuerPath}/.well-known/jwks.json` }), 200)
  if (!Array.isArray(keys)) throw new Error('the issuer shows no keys')
  const byId = new Map<unknown, KeyObject>(
    (keys as Jwk[]).map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]),
  )
  return (jwt) => {
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    const { alg, kid } = parsed(header)
    const key = byId.get(kid)
    if (alg !== 'ES256' || !key) throw new Error('the token is not signed by a key of the issuer')
    const isSigned = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    if (!isSigned) throw new Error('the signature of the token is wrong')
    return parsed(payload)
  }
}

const parsed = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims
