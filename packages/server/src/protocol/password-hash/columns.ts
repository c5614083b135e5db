import { readIdentityBlob, writeIdentityBlob } from './aspnet-identity.ts'
import { readMembershipColumns } from './aspnet-membership.ts'
import { format as writeModular, parse } from './hashes.ts'
import { readHmacColumns, writeHmacColumns } from './hmac.ts'
import { limits } from './password-hash.ts'
import type { HmacLayout, PasswordHash, SaltedDigestLayout, UnsaltedDigestLayout } from './password-hash.ts'
import { readPwdEncrypt, writePwdEncrypt } from './pwdencrypt.ts'
import { readDigestColumns, writeDigestColumns } from './salted-digest.ts'
import { readUnsaltedColumn, writeUnsaltedColumn } from './unsalted-digest.ts'

/** What a legacy table holds for one password. */
export interface LegacyColumns {
  /**
   * The table's format by name. Costs are read from the row, so they are no part of it.
   * - `argon2id`, `argon2i`, `bcrypt`, `scrypt`, `pbkdf2`, `phpass`, `drupal7`, `md5-crypt`, `sha256-crypt`,
   *   `sha512-crypt`, `firebase-scrypt`, `ldap-digest`: the hash column is the standard string;
   * - `modular`: the hash column is any string that `parse` reads;
   * - `aspnet-identity`: the hash column is the Base64 blob of version 2 or 3;
   * - `aspnet-membership-sha1`, `-sha256`, `-hmacsha256`: two Base64 columns;
   * - `salted-md5-first` (md5, sha1, sha256, sha512; salt `first` or `last`): hash as hex, salt as text. Other spellings
   *   follow after a slash, hash then salt: `salted-sha256-last/base64/hex`. Words: `hex`, `hex-upper`, `base64`, and
   *   for salts `utf8`;
   * - `hmac-sha256-salt` (md5, sha1, sha256, sha384, sha512; the key is the `salt` or the `password`): hash as hex, salt
   *   as text, with the same other spellings;
   * - `unsalted-md5` (md5, sha1, sha256, sha384, sha512): hash as hex, or after a slash another spelling, and no salt;
   * - `pwdencrypt`, `pwdencrypt-any-case`: the hash column is `0x0100…` or `0x0200…` of SQL Server, the latter where
   *   letter case did not count.
   */
  readonly format: string
  /** The column with the hash, character for character. */
  readonly hash: string
  /** Absent or empty where the hash column holds the salt too. */
  readonly salt?: string | undefined
}

/**
 * Builds our stored form from the columns of a legacy row.
 *
 * @returns undefined for a row that is not of the table's format: an unknown format, another algorithm's string, a hash
 * of the wrong length, a malformed or missing salt, a salt where none belongs, a password in clear, a cost beyond `limits`.
 */
export function fromColumns(columns: LegacyColumns): string | undefined {
  if (columns.hash.length > limits.storedCharacters || (columns.salt?.length ?? 0) > limits.storedCharacters) {
    return undefined
  }
  const read = columns.salt ? readTwoColumns({ ...columns, salt: columns.salt }) : readOneColumn(columns)
  return read && writeModular(read)
}

function readOneColumn({ format, hash }: LegacyColumns): PasswordHash | undefined {
  if (format === 'aspnet-identity') return readIdentityBlob(hash)
  if (format === 'pwdencrypt' || format === 'pwdencrypt-any-case') return readPwdEncrypt(hash, format !== 'pwdencrypt')
  const [, digest, hashText = 'hex'] = unsaltedName.exec(format) ?? []
  // the expression admits no other words
  if (digest !== undefined) return readUnsaltedColumn({ digest, hashText } as UnsaltedDigestLayout, hash)
  const read = parse(hash)
  return format === 'modular' || (read && hasStandardString(read) && read.format === format) ? read : undefined
}

function readTwoColumns({ format, hash, salt }: LegacyColumns & { readonly salt: string }): PasswordHash | undefined {
  const [, membershipDigest] = /^aspnet-membership-(sha1|sha256|hmacsha256)$/.exec(format) ?? []
  if (membershipDigest === 'sha1' || membershipDigest === 'sha256' || membershipDigest === 'hmacsha256') {
    return readMembershipColumns(membershipDigest, hash, salt)
  }
  const keyed = hmacLayoutNamed(format)
  if (keyed) return readHmacColumns(keyed, hash, salt)
  const layout = digestLayoutNamed(format)
  return layout && readDigestColumns(layout, hash, salt)
}

const digestName =
  /^salted-(md5|sha1|sha256|sha512)-(first|last)(?:\/(hex|hex-upper|base64)(?:\/(utf8|hex|hex-upper|base64))?)?$/

function digestLayoutNamed(name: string): SaltedDigestLayout | undefined {
  const [, digest, saltPosition, hashText = 'hex', saltText = 'utf8'] = digestName.exec(name) ?? []
  // the expression above admits no other words
  return digest === undefined ? undefined : ({ digest, saltPosition, hashText, saltText } as SaltedDigestLayout)
}

const unsaltedName = /^unsalted-(md5|sha1|sha256|sha384|sha512)(?:\/(hex|hex-upper|base64))?$/
const hmacName =
  /^hmac-(md5|sha1|sha256|sha384|sha512)-(salt|password)(?:\/(hex|hex-upper|base64)(?:\/(utf8|hex|hex-upper|base64))?)?$/

function hmacLayoutNamed(name: string): HmacLayout | undefined {
  const [, digest, key, hashText = 'hex', saltText = 'utf8'] = hmacName.exec(name) ?? []
  // the expression above admits no other words
  return digest === undefined ? undefined : ({ digest, key, hashText, saltText } as HmacLayout)
}

/** Formats whose stored form is ours and not what a column holds. */
const oursOnly: ReadonlySet<PasswordHash['format']> = new Set([
  'aspnet-identity',
  'aspnet-membership',
  'hmac',
  'pwdencrypt',
  'salted-digest',
  'unsalted-digest',
])

const hasStandardString = ({ format }: PasswordHash): boolean => !oursOnly.has(format)

/**
 * The inverse: what to write into the columns of a legacy row.
 *
 * @returns undefined when the string is not a hash of ours
 */
export function toColumns(stored: string): LegacyColumns | undefined {
  const known = parse(stored)
  if (!known) return undefined
  switch (known.format) {
    case 'aspnet-membership': {
      const format = `aspnet-membership-${known.digest}`
      return { format, hash: known.hash.toString('base64'), salt: known.salt.toString('base64') }
    }
    case 'salted-digest': {
      const format = `salted-${known.digest}-${known.saltPosition}/${known.hashText}/${known.saltText}`
      return { format, ...writeDigestColumns(known) }
    }
    case 'hmac': {
      const format = `hmac-${known.digest}-${known.key}/${known.hashText}/${known.saltText}`
      return { format, ...writeHmacColumns(known) }
    }
    case 'unsalted-digest':
      return { format: `unsalted-${known.digest}/${known.hashText}`, hash: writeUnsaltedColumn(known) }
    case 'pwdencrypt': {
      const format = known.halves === 'any-case' ? 'pwdencrypt-any-case' : 'pwdencrypt'
      return { format, hash: writePwdEncrypt(known) }
    }
    case 'aspnet-identity':
      return { format: known.format, hash: writeIdentityBlob(known) }
    default:
      return { format: known.format, hash: writeModular(known) }
  }
}
