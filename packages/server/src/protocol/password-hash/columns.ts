import { readIdentityBlob, writeIdentityBlob } from './aspnet-identity.ts'
import { readMembershipColumns } from './aspnet-membership.ts'
import { format as writeModular, parse } from './hashes.ts'
import { limits } from './password-hash.ts'
import type { PasswordHash, SaltedDigestLayout } from './password-hash.ts'
import { readDigestColumns, writeDigestColumns } from './salted-digest.ts'

/** What a legacy table holds for one password. */
export interface LegacyColumns {
  /**
   * The table's format by name. Costs are read from the row, so they are no part of it.
   * - `argon2id`, `argon2i`, `bcrypt`, `scrypt`, `pbkdf2`: the hash column is the standard string;
   * - `modular`: the hash column is any string that `parse` reads;
   * - `aspnet-identity`: the hash column is the Base64 blob of version 2 or 3;
   * - `aspnet-membership-sha1`, `-sha256`, `-hmacsha256`: two Base64 columns;
   * - `salted-md5-first` (md5, sha1, sha256, sha512; salt `first` or `last`): hash as hex, salt as text. Other spellings
   *   follow after a slash, hash then salt: `salted-sha256-last/base64/hex`. Words: `hex`, `hex-upper`, `base64`, and
   *   for salts `utf8`.
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
  const read = parse(hash)
  return format === 'modular' || (read && hasStandardString(read) && read.format === format) ? read : undefined
}

function readTwoColumns({ format, hash, salt }: LegacyColumns & { readonly salt: string }): PasswordHash | undefined {
  const [, membershipDigest] = /^aspnet-membership-(sha1|sha256|hmacsha256)$/.exec(format) ?? []
  if (membershipDigest === 'sha1' || membershipDigest === 'sha256' || membershipDigest === 'hmacsha256') {
    return readMembershipColumns(membershipDigest, hash, salt)
  }
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

const hasStandardString = ({ format }: PasswordHash): boolean =>
  format !== 'aspnet-identity' && format !== 'aspnet-membership' && format !== 'salted-digest'

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
    case 'aspnet-identity':
      return { format: known.format, hash: writeIdentityBlob(known) }
    default:
      return { format: known.format, hash: writeModular(known) }
  }
}
