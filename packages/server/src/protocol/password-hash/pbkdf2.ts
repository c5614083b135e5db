import { pbkdf2 as pbkdf2Callback } from 'node:crypto'
import { promisify } from 'node:util'
import { assertReadable, hasSoundLengths, limits, pbkdf2DigestBytes, within } from './password-hash.ts'
import type { Pbkdf2Hash, Recipe, Scheme } from './password-hash.ts'
import { readB64, readDecimals, writeB64 } from './text.ts'

/** PBKDF2 in a thread of its own. @see RFC 8018 §5.2 */
export const runPbkdf2 = promisify(pbkdf2Callback)

const shape = /^\$pbkdf2-([a-z0-9-]+)\$([a-z0-9=,]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Every started block of output costs all iterations again, so a long hash counts as more iterations. */
export function isPbkdf2WithinLimits(hash: Pick<Pbkdf2Hash, 'digest' | 'iterations' | 'salt' | 'hash'>): boolean {
  const digestBytes = pbkdf2DigestBytes.get(hash.digest)
  return (
    digestBytes !== undefined &&
    within(hash.iterations, limits.pbkdf2Iterations) &&
    hash.iterations * Math.ceil(hash.hash.length / digestBytes) <= 2 * limits.pbkdf2Iterations.max &&
    hasSoundLengths(hash)
  )
}

/** OWASP Password Storage, by digest; the others take the number for SHA-1. */
const defaultIterations: Readonly<Record<string, number>> = { sha256: 600_000, sha512: 210_000 }

/**
 * `$pbkdf2-sha256$i=600000,l=32$salt$hash`; `l` may be left out, and must be true when it is there.
 * The digest is any that node supports. Password bytes: UTF-8.
 * HMAC fills a short key with NUL bytes, so `a` and `a NUL` would be one password: NUL is refused by `isHashable`.
 * Default: SHA-256, 600,000 iterations, 16-byte salt, one digest of output.
 *
 * @see RFC 8018 §5.2
 */
export const pbkdf2: Scheme<Pbkdf2Hash, Extract<Recipe, { format: 'pbkdf2' }>> = {
  read(stored) {
    const [, digest, settings = '', salt = '', hash = ''] = shape.exec(stored) ?? []
    const { i, l } = readDecimals(settings, ['i', 'l']) ?? { ...readDecimals(settings, ['i']), l: undefined }
    const saltBytes = readB64(salt)
    const hashBytes = readB64(hash)
    if (!digest || i === undefined || !saltBytes || !hashBytes || (l ?? hashBytes.length) !== hashBytes.length) {
      return undefined
    }
    const read: Pbkdf2Hash = { format: 'pbkdf2', digest, iterations: i, salt: saltBytes, hash: hashBytes }
    return isPbkdf2WithinLimits(read) ? read : undefined
  },

  write({ digest, iterations, salt, hash }) {
    return `$pbkdf2-${digest}$i=${iterations},l=${hash.length}$${writeB64(salt)}$${writeB64(hash)}`
  },

  derive({ digest, iterations, salt, hash }, password) {
    return runPbkdf2(Buffer.from(password, 'utf8'), salt, iterations, hash.length, digest)
  },

  prepare({ digest = 'sha256', iterations = defaultIterations[digest] ?? 1_300_000 }, randomBytes) {
    const hash = Buffer.alloc(pbkdf2DigestBytes.get(digest) ?? 0)
    const made: Pbkdf2Hash = { format: 'pbkdf2', digest, iterations, salt: randomBytes(16), hash }
    return assertReadable(made, isPbkdf2WithinLimits)
  },
}
