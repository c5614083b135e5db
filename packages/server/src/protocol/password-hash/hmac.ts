import { createHmac } from 'node:crypto'
import { assertReadable, limits, within } from './password-hash.ts'
import type { HmacHash, HmacLayout, Recipe, Scheme } from './password-hash.ts'
import { digestBytes, readAs, writeAs } from './salted-digest.ts'
import { readB64, readBase64, readHex, writeB64 } from './text.ts'

const ours =
  /^\$hmac-(md5|sha1|sha256|sha384|sha512)\$key=(salt|password),st=(utf8|hex|hex-upper|base64),ht=(hex|hex-upper|base64)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
const kratos = /^\$hmac-(md5|sha1|sha256|sha384|sha512)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/

const isWithinLimits = ({ digest, saltText, salt, hash }: HmacHash): boolean =>
  within(salt.length, limits.saltBytes) &&
  hash.length === digestBytes[digest] &&
  // a salt that is not text could not be written back into a text column
  (saltText !== 'utf8' || Buffer.from(salt.toString('utf8'), 'utf8').equals(salt))

/** Names each field, so that extra ones of a configuration object do not travel along. */
const hmacHash = ({ digest, key, hashText, saltText }: HmacLayout, salt: Buffer, hash: Buffer): HmacHash => ({
  format: 'hmac',
  digest,
  key,
  hashText,
  saltText,
  salt,
  hash,
})

export function readHmacColumns(layout: HmacLayout, hashText: string, saltText: string): HmacHash | undefined {
  const salt = readAs(layout.saltText, saltText)
  const hash = readAs(layout.hashText, hashText)
  if (!salt || !hash) return undefined
  const read = hmacHash(layout, salt, hash)
  return isWithinLimits(read) ? read : undefined
}

export const writeHmacColumns = ({ hashText, saltText, hash, salt }: HmacHash): { hash: string; salt: string } => ({
  hash: writeAs(hashText, hash),
  salt: writeAs(saltText, salt),
})

/**
 * Our `$hmac-sha256$key=salt,st=utf8,ht=hex$salt$hash`: an HMAC of the password under the salt, or of the salt under the
 * password. `st` and `ht` only remember how the legacy table writes them. What Ory Kratos calls HMAC is read too:
 * `$hmac-sha256$` + Base64 of the hash in hex + `$` + Base64 of the key. Password bytes: UTF-8. One round of a digest.
 *
 * @see RFC 2104
 */
export const hmac: Scheme<HmacHash, Extract<Recipe, { format: 'hmac' }>> = {
  read(stored) {
    const [, digest, key, saltText, hashText, salt = '', hash = ''] = ours.exec(stored) ?? []
    const [saltBytes, hashRead] = [readB64(salt), readB64(hash)]
    if (digest === undefined) return readKratos(stored)
    if (!saltBytes || !hashRead) return undefined
    // the expression above admits no other words
    const read = hmacHash({ digest, key, saltText, hashText } as HmacLayout, saltBytes, hashRead)
    return isWithinLimits(read) ? read : undefined
  },

  write({ digest, key, saltText, hashText, salt, hash }) {
    return `$hmac-${digest}$key=${key},st=${saltText},ht=${hashText}$${writeB64(salt)}$${writeB64(hash)}`
  },

  async derive({ digest, key, salt }, password) {
    const bytes = Buffer.from(password, 'utf8')
    const [secret, message] = key === 'salt' ? [salt, bytes] : [bytes, salt]
    return createHmac(digest, secret).update(message).digest()
  },

  prepare(layout, randomBytes) {
    const random = randomBytes(16)
    const salt = layout.saltText === 'utf8' ? Buffer.from(random.toString('hex'), 'utf8') : random
    return assertReadable(hmacHash(layout, salt, Buffer.alloc(digestBytes[layout.digest])), isWithinLimits)
  },
}

function readKratos(stored: string): HmacHash | undefined {
  const [, digest, hash = '', key = ''] = kratos.exec(stored) ?? []
  const [hex, salt] = [readBase64(hash), readBase64(key)]
  const hashBytes = hex && readHex(hex.toString('latin1'))
  if (digest === undefined || !hashBytes || !salt) return undefined
  const layout = { digest, key: 'salt', hashText: 'hex', saltText: 'base64' } as HmacLayout
  const read = hmacHash(layout, salt, hashBytes)
  return isWithinLimits(read) ? read : undefined
}
