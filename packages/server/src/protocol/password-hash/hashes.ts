import { timingSafeEqual } from 'node:crypto'
import { argon2 } from './argon2.ts'
import { aspNetIdentity } from './aspnet-identity.ts'
import { aspNetMembership } from './aspnet-membership.ts'
import { bcrypt, bcryptPasswordBytes } from './bcrypt.ts'
import { limits } from './password-hash.ts'
import type { PasswordHash, RandomBytes, Recipe, Scheme } from './password-hash.ts'
import { pbkdf2 } from './pbkdf2.ts'
import { saltedDigest } from './salted-digest.ts'
import { scrypt } from './scrypt.ts'

const schemes: Readonly<Record<PasswordHash['format'], Scheme<PasswordHash, Recipe>>> = {
  argon2id: argon2,
  argon2i: argon2,
  bcrypt,
  scrypt,
  pbkdf2,
  'aspnet-identity': aspNetIdentity,
  'aspnet-membership': aspNetMembership,
  'salted-digest': saltedDigest,
}

/**
 * Reads our stored form of a password hash: one string that names its format, settings, salt and hash.
 * Standard strings stay as they are (`$argon2id$…`, `$2b$…`, `$scrypt$…`, `$pbkdf2-sha256$…`); the others carry a
 * prefix of ours (`$aspnet-identity$`, `$aspnet-membership$`, `$salted-…$`), described at each format's file.
 *
 * @returns undefined for anything that is not exactly such a string or asks for more than `limits` grants. Never throws.
 */
export function parse(stored: string): PasswordHash | undefined {
  if (!stored.startsWith('$') || stored.length > limits.storedCharacters) return undefined
  for (const scheme of new Set(Object.values(schemes))) {
    const read = scheme.read(stored)
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
  const derived = await schemes[known.format].derive(known, password)
  return derived.length === known.hash.length && timingSafeEqual(derived, known.hash)
}

/**
 * Hashes a password and gives the stored form.
 *
 * @throws RangeError for settings beyond `limits`, for a password that is not hashable, and for one longer than 72
 * UTF-8 bytes under bcrypt, unless the recipe says `longPasswords: 'truncate'`. The password is not in the message.
 */
export async function make(recipe: Recipe, password: string, randomBytes: RandomBytes): Promise<string> {
  if (!isHashable(password)) throw new RangeError('the password is too long or holds characters that cannot be hashed')
  if (recipe.format === 'bcrypt' && recipe.longPasswords !== 'truncate' && isCutByBcrypt(password)) {
    throw new RangeError(`bcrypt reads ${bcryptPasswordBytes} bytes of a password; this one is longer`)
  }
  const scheme = schemes[recipe.format]
  const prepared = scheme.prepare(recipe, randomBytes)
  return scheme.write({ ...prepared, hash: await scheme.derive(prepared, password) })
}

const isCutByBcrypt = (password: string): boolean => Buffer.byteLength(password, 'utf8') > bcryptPasswordBytes

/**
 * Whether a successful `verify` proved every character. It does not under bcrypt beyond 72 bytes: then the typed text
 * must not be hashed anew, because its end may be a slip of the finger that nobody has checked.
 */
export function provesWholePassword(password: string, stored: string): boolean {
  return parse(stored)?.format !== 'bcrypt' || !isCutByBcrypt(password)
}

/** The recipe that would write another hash exactly like this one: for writing back into a store of its kind. */
export function recipeOf(stored: string): Recipe | undefined {
  const known = parse(stored)
  if (!known) return undefined
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

/** `digest`: one round, a leaked table is read in hours. `stretched`: a real password function. Undefined: not a hash of ours. */
export function costOf(stored: string): 'digest' | 'stretched' | undefined {
  const known = parse(stored)
  if (!known) return undefined
  return known.format === 'salted-digest' || known.format === 'aspnet-membership' ? 'digest' : 'stretched'
}
