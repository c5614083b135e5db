import { hash as digestOf } from 'node:crypto'
import { readCrypt64, readCrypt64Letter, writeCrypt64, writeCrypt64Letter } from './crypt64.ts'
import { assertReadable, limits, within } from './password-hash.ts'
import type { Drupal7Hash, Recipe, Scheme } from './password-hash.ts'
import { stretch } from './phpass.ts'

const shape = /^(U?)\$S\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{43})$/
/** The column holds 55 letters, 43 of them hash: 32 bytes and two bits more. */
const hashBytes = 33

const isWithinLimits = ({ log2Rounds, salt, hash }: Drupal7Hash): boolean =>
  within(log2Rounds, limits.phpassLog2Rounds) &&
  salt.length === 8 &&
  hash.length === hashBytes &&
  (hash[hashBytes - 1] ?? 0) < 4

function cut(digest: Buffer): Buffer {
  const bytes = Buffer.from(digest.subarray(0, hashBytes))
  bytes[hashBytes - 1] = (bytes[hashBytes - 1] ?? 0) & 3
  return bytes
}

/** 33 bytes are 44 letters; the last one is always the same and is not in the column. */
const writeHash = (hash: Buffer): string => writeCrypt64(hash).slice(0, 43)

/**
 * `$S$D` + 8 letters of salt + 43 letters of hash: PHPass over SHA-512, cut to the width of the column.
 * `U$S$…` is what an upgrade made of the MD5 of Drupal 6: the text that is hashed is that digest in hex.
 * Password bytes: UTF-8, at most 512 as in Drupal. Default: 2^15 rounds.
 *
 * @see https://git.drupalcode.org/project/drupal `7.x/includes/password.inc`
 */
export const drupal7: Scheme<Drupal7Hash, Extract<Recipe, { format: 'drupal7' }>> = {
  mostPasswordBytes: 512,

  read(stored) {
    const [, upgraded, rounds = '', salt = '', hash = ''] = shape.exec(stored) ?? []
    const hashRead = readCrypt64(`${hash}.`)
    if (upgraded === undefined || !hashRead) return undefined
    const log2Rounds = readCrypt64Letter(rounds)
    const read: Drupal7Hash = {
      format: 'drupal7',
      isOverMd5: upgraded === 'U',
      log2Rounds,
      salt: Buffer.from(salt),
      hash: hashRead,
    }
    return isWithinLimits(read) ? read : undefined
  },

  write({ isOverMd5, log2Rounds, salt, hash }) {
    return `${isOverMd5 ? 'U' : ''}$S$${writeCrypt64Letter(log2Rounds)}${salt.toString('latin1')}${writeHash(hash)}`
  },

  async derive({ isOverMd5, log2Rounds, salt }, password) {
    const typed = Buffer.from(password, 'utf8')
    const text = isOverMd5 ? Buffer.from(digestOf('md5', typed, 'hex')) : typed
    return cut(await stretch('sha512', salt, text, log2Rounds))
  },

  prepare({ isOverMd5 = false, log2Rounds = 15 }, randomBytes) {
    const salt = Buffer.from(writeCrypt64(randomBytes(6)))
    const made = { format: 'drupal7', isOverMd5, log2Rounds, salt, hash: Buffer.alloc(hashBytes) } as const
    return assertReadable<Drupal7Hash>(made, isWithinLimits)
  },
}
