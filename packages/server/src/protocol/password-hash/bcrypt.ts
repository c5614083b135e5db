import { hash as bcryptHash } from '@node-rs/bcrypt'
import { assertReadable, limits, within } from './password-hash.ts'
import type { BcryptHash, Recipe, Scheme } from './password-hash.ts'

/** bcrypt reads this many bytes of a password and no more. */
export const bcryptPasswordBytes = 72

const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function translator(from: string, to: string): (text: string) => string {
  const letters = new Map(Array.from(from, (letter, at) => [letter, to[at] ?? '']))
  return (text) => {
    let translated = ''
    for (const letter of text) translated += letters.get(letter) ?? ''
    return translated
  }
}

const toStandard = translator(bcryptAlphabet, standardAlphabet)
const toBcrypt = translator(standardAlphabet, bcryptAlphabet)

/** bcrypt's own Base64: another order of letters, no padding; bits left over in the last letter are ignored, as crypt_blowfish does. */
const decode = (text: string): Buffer => Buffer.from(toStandard(text), 'base64')
const encode = (bytes: Buffer): string => toBcrypt(bytes.toString('base64').replace(/={1,2}$/, ''))

const isWithinLimits = (hash: BcryptHash): boolean =>
  within(hash.cost, limits.bcryptCost) && hash.salt.length === 16 && hash.hash.length === 23

/**
 * `$2b$10$` + 22 letters of salt + 31 letters of hash. `2a`, `2b` and `2y` are one function for every password that
 * passes our limits; `2x` marks a broken variant and is refused. Password bytes: UTF-8, cut after 72 bytes, as every
 * implementation does when it checks. There is no pre-hash: a system that used one has another format.
 * A password with U+0000 never gets here (see `isHashable`): bcrypt repeats password and terminating NUL to fill its
 * key, so `a` and `a NUL a` would be one password. Default cost: 12.
 *
 * @see Provos & Mazières, A Future-Adaptable Password Scheme, USENIX 1999
 * @see https://www.openwall.com/crypt/ (`2a`, `2x`, `2y`)
 */
export const bcrypt: Scheme<BcryptHash, Extract<Recipe, { format: 'bcrypt' }>> = {
  read(stored) {
    const [, version, cost, salt, hash] =
      /^\$(2[aby])\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(stored) ?? []
    if ((version !== '2a' && version !== '2b' && version !== '2y') || !cost || !salt || !hash) return undefined
    const read: BcryptHash = { format: 'bcrypt', version, cost: Number(cost), salt: decode(salt), hash: decode(hash) }
    return isWithinLimits(read) ? read : undefined
  },

  write({ version, cost, salt, hash }) {
    return `$${version}$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(hash)}`
  },

  async derive({ version, cost, salt }, password) {
    const bytes = Buffer.from(password, 'utf8').subarray(0, bcryptPasswordBytes)
    return decode((await bcryptHash(bytes, { version, cost, salt })).slice(-31))
  },

  prepare({ version = '2b', cost = 12 }, randomBytes) {
    const settings = { format: 'bcrypt', version, cost } as const
    return assertReadable<BcryptHash>({ ...settings, salt: randomBytes(16), hash: Buffer.alloc(23) }, isWithinLimits)
  },
}
