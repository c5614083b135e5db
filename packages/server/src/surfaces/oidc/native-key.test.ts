import { generateKeyPairSync } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { expect, it } from 'vitest'
import { NativeKey } from './native-key.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = new NativeKey({ ...privateKey.export({ format: 'jwk' }), kid: 'kid-1', alg: 'ES256', use: 'sig' })

it('a native key signs what others verify (RFC 7518 §3.4)', async () => {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encoded({ alg: 'ES256' })}.${encoded({ sub: 'somebody' })}`
  const signature = Buffer.from(key.sign(Buffer.from(text))).toString('base64url')
  const verified = await compactVerify(
    `${text}.${signature}`,
    await importJWK({ ...publicKey.export({ format: 'jwk' }), alg: 'ES256' }),
  )
  expect(Buffer.from(verified.payload).toString()).toBe('{"sub":"somebody"}')
  await expect(compactVerify(`${text}x.${signature}`, publicKey)).rejects.toThrow(/./)
})

it('a native key shows its name and its public half, and no private one', () => {
  const { x, y } = publicKey.export({ format: 'jwk' })
  expect({ kid: key.kid, alg: key.alg, use: key.use, kty: key.kty, crv: key.crv, x: key.x, y: key.y }).toStrictEqual({
    kid: 'kid-1',
    alg: 'ES256',
    use: 'sig',
    kty: 'EC',
    crv: 'P-256',
    x,
    y,
  })
  expect(Reflect.get(key, 'd')).toBeUndefined()
  expect(key.keyObject().type).toBe('public')
})
