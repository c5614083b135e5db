import { hash as digestOf } from 'node:crypto'
import { readCrypt64, readCrypt64Letter, writeCrypt64, writeCrypt64Letter } from './crypt64.ts'
import { assertReadable, limits, within } from './password-hash.ts'
import type { PhpassHash, Recipe, Scheme } from './password-hash.ts'
import { inRounds } from './rounds.ts'

const shape = /^\$([PH])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$/
const saltLetters = 8

const isWithinLimits = ({ log2Rounds, salt, hash }: PhpassHash): boolean =>
  within(log2Rounds, limits.phpassLog2Rounds) && salt.length === saltLetters && hash.length === 16

/** Salt and password once, then the digest and the password again and again. */
export async function stretch(
  digest: 'md5' | 'sha512',
  salt: Buffer,
  password: Buffer,
  log2Rounds: number,
): Promise<Buffer> {
  const first = digestOf(digest, Buffer.concat([salt, password]), 'buffer')
  const message = Buffer.concat([first, password])
  await inRounds(2 ** log2Rounds, () => {
    digestOf(digest, message, 'buffer').copy(message)
  })
  return message.subarray(0, first.length)
}

/**
 * `$P$B` + 8 letters of salt + 22 letters of hash, as WordPress and others write it; `$H$` is phpBB's name for the same.
 * The letter after the name is the base 2 logarithm of the rounds of MD5. Password bytes: UTF-8. Default: 2^13 rounds.
 *
 * @see https://www.openwall.com/phpass/
 */
export const phpass: Scheme<PhpassHash, Extract<Recipe, { format: 'phpass' }>> = {
  mostPasswordBytes: 4096,

  read(stored) {
    const [, letter, rounds = '', salt = '', hash = ''] = shape.exec(stored) ?? []
    const hashBytes = readCrypt64(hash)
    if ((letter !== 'P' && letter !== 'H') || !hashBytes) return undefined
    const log2Rounds = readCrypt64Letter(rounds)
    const read: PhpassHash = { format: 'phpass', letter, log2Rounds, salt: Buffer.from(salt), hash: hashBytes }
    return isWithinLimits(read) ? read : undefined
  },

  write({ letter, log2Rounds, salt, hash }) {
    return `$${letter}$${writeCrypt64Letter(log2Rounds)}${salt.toString('latin1')}${writeCrypt64(hash)}`
  },

  derive: ({ log2Rounds, salt }, password) => stretch('md5', salt, Buffer.from(password, 'utf8'), log2Rounds),

  prepare({ letter = 'P', log2Rounds = 13 }, randomBytes) {
    const salt = Buffer.from(writeCrypt64(randomBytes(saltLetters / (4 / 3))))
    return assertReadable<PhpassHash>(
      { format: 'phpass', letter, log2Rounds, salt, hash: Buffer.alloc(16) },
      isWithinLimits,
    )
  },
}
