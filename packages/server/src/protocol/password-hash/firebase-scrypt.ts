import { createCipheriv } from 'node:crypto'
import { assertReadable, hasSoundLengths, within } from './password-hash.ts'
import type { FirebaseScryptHash, Recipe, Scheme } from './password-hash.ts'
import { isScryptWithinLimits, runScrypt } from './scrypt.ts'
import { readBase64, readDecimals } from './text.ts'

const shape =
  /^\$firescrypt\$([a-z0-9=,]+)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/

const isWithinLimits = (hash: FirebaseScryptHash): boolean =>
  isScryptWithinLimits({ ...hash, parallelism: 1 }) &&
  within(hash.signerKey.length, { min: 32, max: 128 }) &&
  within(hash.saltSeparator.length, { min: 1, max: 16 }) &&
  hash.hash.length === hash.signerKey.length &&
  hasSoundLengths(hash)

/**
 * `$firescrypt$ln=14,r=8,p=1$salt$hash$separator$signerKey`, all four in Base64 with padding: what Firebase exports of a
 * user (`salt`, `passwordHash`) and of the project (`ln` is `mem_cost`, `r` is `rounds`). The project's signer key,
 * encrypted under what scrypt makes of the password, is the hash. Password bytes: UTF-8. Default: Firebase's 2^14 and 8.
 *
 * @see https://github.com/firebase/scrypt
 */
export const firebaseScrypt: Scheme<FirebaseScryptHash, Extract<Recipe, { format: 'firebase-scrypt' }>> = {
  read(stored) {
    const [, settings = '', ...fields] = shape.exec(stored) ?? []
    const { ln, r, p } = readDecimals(settings, ['ln', 'r', 'p']) ?? {}
    const [salt, hash, saltSeparator, signerKey] = fields.map(readBase64)
    if (ln === undefined || r === undefined || p !== 1 || !salt || !hash || !saltSeparator || !signerKey)
      return undefined
    const format = 'firebase-scrypt'
    const read: FirebaseScryptHash = { format, log2N: ln, blockSize: r, saltSeparator, signerKey, salt, hash }
    return isWithinLimits(read) ? read : undefined
  },

  write({ log2N, blockSize, salt, hash, saltSeparator, signerKey }) {
    const fields = [salt, hash, saltSeparator, signerKey].map((bytes) => bytes.toString('base64'))
    return `$firescrypt$ln=${log2N},r=${blockSize},p=1$${fields.join('$')}`
  },

  async derive({ log2N, blockSize, salt, saltSeparator, signerKey }, password) {
    const settings = { log2N, blockSize, parallelism: 1 }
    const key = await runScrypt(Buffer.from(password, 'utf8'), Buffer.concat([salt, saltSeparator]), 32, settings)
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    return Buffer.concat([cipher.update(signerKey), cipher.final()])
  },

  prepare({ saltSeparator, signerKey, log2N = 14, blockSize = 8 }, randomBytes) {
    const settings = { format: 'firebase-scrypt', log2N, blockSize, saltSeparator, signerKey } as const
    const made = { ...settings, salt: randomBytes(16), hash: Buffer.alloc(signerKey.length) }
    return assertReadable<FirebaseScryptHash>(made, isWithinLimits)
  },
}
