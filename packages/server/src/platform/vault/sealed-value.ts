import { createCipheriv, createDecipheriv } from 'node:crypto'

/*
 * Layout of a sealed value, all lengths in bytes:
 *   version 1 · key id 8 · wrapped data key (nonce 12 + key 32 + tag 16) · nonce 12 · ciphertext · tag 16
 * AES-256-GCM twice: the key of the vault wraps a data key made for this one value (NIST SP 800-38D).
 */
const version = 1
const nonceLength = 12
const tagLength = 16
const keyLength = 32
const keyIdLength = 8
const wrappedLength = nonceLength + keyLength + tagLength
const headerLength = 1 + keyIdLength + wrappedLength

export interface SealingKey {
  /** 16 hexadecimal digits. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Buffer
}

export function sealValue(
  wrapping: SealingKey,
  plain: Uint8Array,
  context: string,
  random: (n: number) => Buffer,
): Buffer {
  const keyId = Buffer.from(wrapping.id, 'hex')
  // Asked for once: drawing is most of what a small value costs.
  const drawn = random(keyLength + 2 * nonceLength)
  const dataKey = drawn.subarray(0, keyLength)
  const bound = Buffer.from(context, 'utf8')
  const wrapped = encrypt(wrapping.key, dataKey, Buffer.concat([keyId, bound]), drawn.subarray(keyLength, -nonceLength))
  const sealed = encrypt(dataKey, plain, bound, drawn.subarray(-nonceLength))
  return Buffer.concat([Buffer.of(version), keyId, wrapped, sealed])
}

export function openValue(keyOf: (id: string) => Buffer | undefined, sealed: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const keyId = sealedKeyId(bytes)
  const key = keyOf(keyId)
  if (!key) throw new Error(`no vault key ${keyId}`)
  const bound = Buffer.from(context, 'utf8')
  const wrapped = bytes.subarray(1 + keyIdLength, headerLength)
  const dataKey = decrypt(key, wrapped, Buffer.concat([Buffer.from(keyId, 'hex'), bound]))
  return decrypt(dataKey, bytes.subarray(headerLength), bound)
}

export function sealedKeyId(sealed: Uint8Array): string {
  if (sealed[0] !== version || sealed.byteLength < headerLength + nonceLength + tagLength) {
    throw new Error('not a sealed value')
  }
  return Buffer.from(sealed.subarray(1, 1 + keyIdLength)).toString('hex')
}

function encrypt(key: Buffer, plain: Uint8Array, bound: Buffer, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Buffer, encrypted: Buffer, bound: Buffer): Buffer {
  const end = encrypted.length - tagLength
  const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(bound)
  decipher.setAuthTag(encrypted.subarray(end))
  return Buffer.concat([decipher.update(encrypted.subarray(nonceLength, end)), decipher.final()])
}
