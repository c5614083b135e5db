import { createHash } from 'node:crypto'
import { assertReadable, limits, within } from './password-hash.ts'
import type { Recipe, SaltedDigestHash, SaltedDigestLayout, Scheme } from './password-hash.ts'
import { readB64, readBase64, readHex, writeB64 } from './text.ts'

export const digestBytes = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const
const shape =
  /^\$salted-(md5|sha1|sha256|sha512)\$salt=(first|last),st=(utf8|hex|hex-upper|base64),ht=(hex|hex-upper|base64)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

type TextForm = SaltedDigestLayout['saltText']

/** Reads a column in the spelling of its table. */
export function readAs(form: TextForm, text: string): Buffer | undefined {
  switch (form) {
    case 'utf8':
      return text.isWellFormed() ? Buffer.from(text, 'utf8') : undefined
    case 'base64':
      return readBase64(text)
    default:
      return readHex(text)
  }
}

export function writeAs(form: TextForm, bytes: Buffer): string {
  return form === 'hex-upper' ? bytes.toString('hex').toUpperCase() : bytes.toString(form)
}

const isWithinLimits = (hash: SaltedDigestHash): boolean =>
  within(hash.salt.length, limits.saltBytes) &&
  hash.hash.length === digestBytes[hash.digest] &&
  // a salt that is not text could not be written back into a text column
  (hash.saltText !== 'utf8' || Buffer.from(hash.salt.toString('utf8'), 'utf8').equals(hash.salt))

export function readDigestColumns(
  layout: SaltedDigestLayout,
  hashText: string,
  saltText: string,
): SaltedDigestHash | undefined {
  const salt = readAs(layout.saltText, saltText)
  const hash = readAs(layout.hashText, hashText)
  if (!salt || !hash) return undefined
  const read = digestHash(layout, salt, hash)
  return isWithinLimits(read) ? read : undefined
}

export function writeDigestColumns(read: SaltedDigestHash): { hash: string; salt: string } {
  return { hash: writeAs(read.hashText, read.hash), salt: writeAs(read.saltText, read.salt) }
}

/** Names each field, so that extra ones of a configuration object do not travel along. */
function digestHash(layout: SaltedDigestLayout, salt: Buffer, hash: Buffer): SaltedDigestHash {
  const { digest, saltPosition, hashText, saltText } = layout
  return { format: 'salted-digest', digest, saltPosition, hashText, saltText, salt, hash }
}

/**
 * Our `$salted-sha1$salt=first,st=utf8,ht=hex$salt$hash`, salt and hash as unpadded Base64 of the bytes: one round of
 * MD5 or SHA over salt and password. `st` and `ht` only remember how the legacy table writes them, so that a hash
 * can go back there. Password bytes: UTF-8. New salts: 16 random bytes, as 32 hex digits where the column is text.
 * These hold back nobody who has the table; they are for checking once and replacing.
 */
export const saltedDigest: Scheme<SaltedDigestHash, Extract<Recipe, { format: 'salted-digest' }>> = {
  read(stored) {
    const [, digest, saltPosition, saltText, hashText, salt = '', hash = ''] = shape.exec(stored) ?? []
    if (!digest) return undefined
    const saltBytes = readB64(salt)
    const hashRead = readB64(hash)
    if (!saltBytes || !hashRead) return undefined
    // the expression above admits no other words
    const read = digestHash({ digest, saltPosition, saltText, hashText } as SaltedDigestLayout, saltBytes, hashRead)
    return isWithinLimits(read) ? read : undefined
  },

  write({ digest, saltPosition, saltText, hashText, salt, hash }) {
    const settings = `salt=${saltPosition},st=${saltText},ht=${hashText}`
    return `$salted-${digest}$${settings}$${writeB64(salt)}$${writeB64(hash)}`
  },

  async derive({ digest, saltPosition, salt }, password) {
    const bytes = Buffer.from(password, 'utf8')
    const message = saltPosition === 'first' ? [salt, bytes] : [bytes, salt]
    return createHash(digest).update(Buffer.concat(message)).digest()
  },

  prepare(layout, randomBytes) {
    const random = randomBytes(16)
    const salt = layout.saltText === 'utf8' ? Buffer.from(random.toString('hex'), 'utf8') : random
    return assertReadable(digestHash(layout, salt, Buffer.alloc(digestBytes[layout.digest])), isWithinLimits)
  },
}
