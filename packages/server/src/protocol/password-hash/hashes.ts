import { timingSafeEqual } from 'node:crypto'
import { argon2 } from './argon2.ts'
import { aspNetIdentity } from './aspnet-identity.ts'
import { aspNetMembership } from './aspnet-membership.ts'
import { bcrypt, bcryptPasswordBytes } from './bcrypt.ts'
import { crypt } from './crypt.ts'
import { drupal7 } from './drupal7.ts'
import { firebaseScrypt } from './firebase-scrypt.ts'
import { hmac } from './hmac.ts'
import { ldapDigest } from './ldap-digest.ts'
import { limits } from './password-hash.ts'
import type { PasswordHash, RandomBytes, Recipe, Scheme } from './password-hash.ts'
import { pbkdf2 } from './pbkdf2.ts'
import { phpass } from './phpass.ts'
import { pwdEncrypt } from './pwdencrypt.ts'
import { saltedDigest } from './salted-digest.ts'
import { scrypt } from './scrypt.ts'
import { unsaltedDigest } from './unsalted-digest.ts'

const schemes: Readonly<Record<PasswordHash['format'], Scheme<PasswordHash, Recipe>>> = {
  argon2id: argon2,
  argon2i: argon2,
  bcrypt,
  scrypt,
  pbkdf2,
  'aspnet-identity': aspNetIdentity,
  'aspnet-membership': aspNetMembership,
  'salted-digest': saltedDigest,
  'unsalted-digest': unsaltedDigest,
  'ldap-digest': ldapDigest,
  hmac,
  pwdencrypt: pwdEncrypt,
  phpass,
  drupal7,
  'md5-crypt': crypt,
  'sha256-crypt': crypt,
  'sha512-crypt': crypt,
  'firebase-scrypt': firebaseScrypt,
}

const readers = [...new Set(Object.values(schemes))]
/** What a stored string may begin with: most with `$`, those of directories with a brace, upgraded ones of Drupal with `U$`. */
const beginning = /^(?:[${]|U\$)/
/** A directory's way to say that a string of crypt(3), or what is like it, follows. @see RFC 2307 §5.3 */
const directoryCrypt = /^\{crypt\}(?=\$)/i

/**
 * Reads our stored form of a password hash: one string that names its format, settings, salt and hash.
 * Standard strings stay as they are (`$argon2id$…`, `$2b$…`, `$scrypt$…`, `$pbkdf2-sha256$…`, `$6$…`, `$P$…`, `{SSHA}…`);
 * the others carry a prefix of ours (`$aspnet-identity$`, `$pwdencrypt$`, `$salted-…$`), described at each format's file.
 * `{CRYPT}` before a string that begins with `$` is taken off.
 *
 * @returns undefined for anything that is not exactly such a string or asks for more than `limits` grants. Never throws.
 */
export function parse(stored: string): PasswordHash | undefined {
  if (!beginning.test(stored) || stored.length > limits.storedCharacters) return undefined
  const text = stored.replace(directoryCrypt, '')
  for (const scheme of readers) {
    const read = scheme.read(text)
    if (read) return read
  }
  return undefined
}

/** The inverse of `parse`. */
export const format = (hash: PasswordHash): string => schemes[hash.format].write(hash)

/**
 * Whether a text may be hashed at all: at most 4,096 code points, no half of a surrogate pair (UTF-8 and .NET turn each
 * into U+FFFD, so different texts would be one password), no U+0000 (HMAC and bcrypt fill keys with it, so texts that
 * differ in it would be one password, and C implementations stop at it).
 */
export function isHashable(password: string): boolean {
  const most = limits.passwordCharacters
  if (password.length > 2 * most || !password.isWellFormed() || password.includes('\0')) return false
  return password.length <= most || Array.from(password).length <= most
}

/**
 * Tells whether the password is the one behind the stored hash. Takes the text as typed: normalising is the caller's.
 * A stored string that `parse` refuses, and a password that is not hashable, are never right; both answer without hashing.
 * The work runs in node's threads and the results are compared in constant time.
 */
export async function verify(password: string, stored: string): Promise<boolean> {
  const known = parse(stored)
  if (!known || !isHashable(password)) return false
  const scheme = schemes[known.format]
  if (isTooLongFor(scheme, password)) return false
  const derived = await scheme.derive(known, password)
  return derived.length === known.hash.length && timingSafeEqual(derived, known.hash)
}

/**
 * Hashes a password and gives the stored form.
 *
 * @throws RangeError for settings beyond `limits`, for a password that is not hashable or longer than its format takes,
 * and for one longer than 72 UTF-8 bytes under bcrypt, unless the recipe says `longPasswords: 'truncate'`. The password is not in the message.
 */
export async function make(recipe: Recipe, password: string, randomBytes: RandomBytes): Promise<string> {
  if (!isHashable(password)) throw new RangeError('the password is too long or holds characters that cannot be hashed')
  if (recipe.format === 'bcrypt' && recipe.longPasswords !== 'truncate' && isCutByBcrypt(password)) {
    throw new RangeError(`bcrypt reads ${bcryptPasswordBytes} bytes of a password; this one is longer`)
  }
  const scheme = schemes[recipe.format]
  if (isTooLongFor(scheme, password)) {
    throw new RangeError(`a password for ${recipe.format} has at most ${scheme.mostPasswordBytes} bytes`)
  }
  const prepared = scheme.prepare(recipe, randomBytes)
  return scheme.write({ ...prepared, hash: await scheme.derive(prepared, password) })
}

const isTooLongFor = ({ mostPasswordBytes = Infinity }: Scheme<PasswordHash, Recipe>, password: string): boolean =>
  Buffer.byteLength(password, 'utf8') > mostPasswordBytes

const isCutByBcrypt = (password: string): boolean => Buffer.byteLength(password, 'utf8') > bcryptPasswordBytes

/**
 * Whether a successful `verify` proved every character. It does not under bcrypt beyond 72 bytes: then the typed text
 * must not be hashed anew, because its end may be a slip of the finger that nobody has checked.
 */
export function provesWholePassword(password: string, stored: string): boolean {
  return parse(stored)?.format !== 'bcrypt' || !isCutByBcrypt(password)
}

/**
 * The recipe that would write another hash exactly like this one: for writing back into a store of its kind.
 *
 * @returns undefined also for the one form that is never written: the case-insensitive half of SQL Server
 */
export function recipeOf(stored: string): Recipe | undefined {
  const known = parse(stored)
  if (!known) return undefined
  if (known.format === 'pwdencrypt') {
    const { format: name, version, halves } = known
    return halves === 'any-case' ? undefined : { format: name, version, halves }
  }
  const { salt: _salt, hash: _hash, ...recipe } = known
  return recipe
}

/**
 * Whether a hash should be replaced at the next chance: another format, any other setting (higher ones too), a shorter
 * salt or another length. bcrypt's version letter does not count: the letters name one function.
 */
export function needsRehash(stored: string, wanted: Recipe): boolean {
  const known = parse(stored)
  if (!known || known.format !== wanted.format) return true
  const target = schemes[wanted.format].prepare(wanted, (length) => Buffer.alloc(length))
  if (known.salt.length < target.salt.length || known.hash.length !== target.hash.length) return true
  return settingsOf(known) !== settingsOf(target)
}

function settingsOf({ salt: _salt, hash: _hash, ...settings }: PasswordHash): string {
  const compared = settings.format === 'bcrypt' ? { ...settings, version: undefined } : settings
  return JSON.stringify(Object.entries(compared).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const oneRound: ReadonlySet<PasswordHash['format']> = new Set([
  'aspnet-membership',
  'hmac',
  'ldap-digest',
  'pwdencrypt',
  'salted-digest',
  'unsalted-digest',
])

/** `digest`: one round, a leaked table is read in hours. `stretched`: a real password function. Undefined: not a hash of ours. */
export function costOf(stored: string): 'digest' | 'stretched' | undefined {
  const known = parse(stored)
  if (!known) return undefined
  return oneRound.has(known.format) ? 'digest' : 'stretched'
}
