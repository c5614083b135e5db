import { hash as digestOf } from 'node:crypto'
import { assertReadable } from './password-hash.ts'
import type { PwdEncryptHash, Recipe, Scheme } from './password-hash.ts'
import { readHex } from './text.ts'

const saltBytes = 4
const digestBytes = { 1: 20, 2: 64 } as const

const hashBytes = ({ version, halves }: Pick<PwdEncryptHash, 'version' | 'halves'>): number =>
  digestBytes[version] * (halves === 'both' ? 2 : 1)

const isWithinLimits = (hash: PwdEncryptHash): boolean =>
  (hash.version === 1 || hash.halves === 'exact') &&
  hash.salt.length === saltBytes &&
  hash.hash.length === hashBytes(hash)

/**
 * What `PWDENCRYPT` gave, as `0x` and hexadecimal digits.
 *
 * @param isAnyCase the row was compared without regard to letter case: of the two halves that SQL Server 2000 wrote, the
 * one of the capital letters counts
 */
export function readPwdEncrypt(text: string, isAnyCase: boolean): PwdEncryptHash | undefined {
  const [, versionText, hex = ''] = /^0x0([12])00([0-9a-f]+)$/i.exec(text) ?? []
  const bytes = readHex(hex)
  if (versionText === undefined || !bytes) return undefined
  const version = versionText === '1' ? 1 : 2
  const [salt, rest] = [bytes.subarray(0, saltBytes), bytes.subarray(saltBytes)]
  const isBoth = version === 1 && rest.length === 2 * digestBytes[1]
  const read: PwdEncryptHash = {
    format: 'pwdencrypt',
    version,
    halves: isAnyCase ? 'any-case' : isBoth ? 'both' : 'exact',
    salt,
    hash: isAnyCase && isBoth ? rest.subarray(digestBytes[1]) : rest,
  }
  return isWithinLimits(read) ? read : undefined
}

export const writePwdEncrypt = ({ version, salt, hash }: PwdEncryptHash): string =>
  `0x0${version}00${Buffer.concat([salt, hash]).toString('hex').toUpperCase()}`

const digest = (version: 1 | 2, password: string, salt: Buffer): Buffer =>
  digestOf(version === 1 ? 'sha1' : 'sha512', Buffer.concat([Buffer.from(password, 'utf16le'), salt]), 'buffer')

/** One letter stays one letter, as in a column of a case-insensitive collation. */
const capitals = (password: string): string =>
  Array.from(password, (letter) => {
    const capital = letter.toUpperCase()
    return capital.length === letter.length ? capital : letter
  }).join('')

/**
 * Our `$pwdencrypt$` + what SQL Server's `PWDENCRYPT` gives and `PWDCOMPARE` compares. Version `0x0100` (2000 to 2008):
 * SHA-1 of the password and a 4-byte salt; SQL Server 2000 wrote a second half, of the password in capitals.
 * Version `0x0200` (2012 and later): SHA-512. Password bytes: UTF-16LE. Where both halves are there, both must be right.
 * `$pwdencrypt-any-case$` holds the second half alone, for tables of a server that did not tell letter case. It is read
 * and checked and never written anew: the column it came from wants both halves. Default: version 2.
 *
 * @see https://learn.microsoft.com/sql/t-sql/functions/pwdcompare-transact-sql
 */
export const pwdEncrypt: Scheme<PwdEncryptHash, Extract<Recipe, { format: 'pwdencrypt' }>> = {
  read(stored) {
    const [, anyCase, text = ''] = /^\$pwdencrypt(-any-case)?\$(0x[0-9A-F]+)$/.exec(stored) ?? []
    return readPwdEncrypt(text, anyCase !== undefined)
  },

  write: (hash) => `$pwdencrypt${hash.halves === 'any-case' ? '-any-case' : ''}$${writePwdEncrypt(hash)}`,

  async derive({ version, halves, salt }, password) {
    const exact = halves === 'any-case' ? [] : [digest(version, password, salt)]
    const any = halves === 'exact' ? [] : [digest(version, capitals(password), salt)]
    return Buffer.concat([...exact, ...any])
  },

  prepare({ version = 2, halves = 'exact' }, randomBytes) {
    const hash = Buffer.alloc(hashBytes({ version, halves }))
    const made = { format: 'pwdencrypt', version, halves, salt: randomBytes(saltBytes), hash } as const
    return assertReadable<PwdEncryptHash>(made, isWithinLimits)
  },
}
