import { createHash, hash as digestOf } from 'node:crypto'
import { readCrypt64, writeCrypt64 } from './crypt64.ts'
import { assertReadable, limits, within } from './password-hash.ts'
import type { CryptHash, Recipe, Scheme } from './password-hash.ts'
import { inRounds } from './rounds.ts'
import { readDecimal } from './text.ts'

const names = { 'md5-crypt': 'md5', 'sha256-crypt': 'sha256', 'sha512-crypt': 'sha512' } as const
const formats = { '1': 'md5-crypt', apr1: 'md5-crypt', '5': 'sha256-crypt', '6': 'sha512-crypt' } as const
const hashBytes = { 'md5-crypt': 16, 'sha256-crypt': 32, 'sha512-crypt': 64 } as const
const mostSaltLetters = { 'md5-crypt': 8, 'sha256-crypt': 16, 'sha512-crypt': 16 } as const
const md5Rounds = 1000
const assumedRounds = 5000

const shape = /^\$(1|apr1|5|6)\$(?:rounds=(\d+)\$)?([!-#%-9;-~]{1,16})\$([./0-9A-Za-z]{22,86})$/

/** The order in which the bytes of a digest are written; the two others follow from the length of the digest. */
const md5Order = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11]

/** Three columns of the digest, read across, each row turned one place further. */
function shaOrder(bytes: number, step: number, turned: 1 | 2): number[] {
  const order: number[] = []
  for (let row = 0; row < step; row += 1) {
    const three = [row, row + step, row + 2 * step]
    const turns = (row * turned) % 3
    order.push(...[...three.slice(turns), ...three.slice(0, turns)].toReversed())
  }
  for (let rest = 3 * step; rest < bytes; rest += 1) order.push(rest)
  return order
}

const orders = {
  'md5-crypt': md5Order,
  'sha256-crypt': shaOrder(32, 10, 2),
  'sha512-crypt': shaOrder(64, 21, 1),
} as const

function isWithinLimits({ format, isApache, rounds, salt, hash }: CryptHash): boolean {
  return (
    (format === 'md5-crypt' ? rounds === md5Rounds : !isApache && within(rounds, limits.shaCryptRounds)) &&
    within(salt.length, { min: 1, max: mostSaltLetters[format] }) &&
    hash.length === hashBytes[format]
  )
}

function readHash(format: CryptHash['format'], text: string): Buffer | undefined {
  const ordered = readCrypt64(text)
  if (!ordered || ordered.length !== hashBytes[format]) return undefined
  const bytes = Buffer.alloc(ordered.length)
  for (const [at, place] of orders[format].entries()) bytes[place] = ordered[at] ?? 0
  return bytes
}

const writeHash = ({ format, hash }: CryptHash): string =>
  writeCrypt64(Buffer.from(orders[format].map((place) => hash[place] ?? 0)))

/** As many bytes as asked for of a digest that is said over and over. */
const filled = (digest: Buffer, length: number): Buffer => Buffer.alloc(length, digest)

/** @see Kamp, `libcrypt/crypt.c` of FreeBSD 2.0 (MD5); Apache's `apr1` differs in its name only, which is hashed too */
async function md5Crypt({ isApache, salt }: CryptHash, password: Buffer): Promise<Buffer> {
  const inner = digestOf('md5', Buffer.concat([password, salt, password]), 'buffer')
  const start = createHash('md5')
    .update(password)
    .update(isApache ? '$apr1$' : '$1$')
    .update(salt)
  start.update(filled(inner, password.length))
  for (let bits = password.length; bits > 0; bits >>>= 1) {
    start.update(bits & 1 ? Buffer.of(0) : password.subarray(0, 1))
  }
  let digest = start.digest()
  await inRounds(md5Rounds, (at) => {
    digest = digestOf('md5', Buffer.concat(mixed(at, digest, password, salt)), 'buffer')
  })
  return digest
}

/** @see Drepper, Unix crypt using SHA-256 and SHA-512, 0.6, https://www.akkadia.org/drepper/SHA-crypt.txt */
async function shaCrypt({ format, rounds, salt }: CryptHash, password: Buffer): Promise<Buffer> {
  const name = names[format]
  const inner = digestOf(name, Buffer.concat([password, salt, password]), 'buffer')
  const start = createHash(name).update(password).update(salt).update(filled(inner, password.length))
  for (let bits = password.length; bits > 0; bits >>>= 1) start.update(bits & 1 ? inner : password)
  let digest = start.digest()

  const sum = createHash(name)
  for (let times = 0; times < password.length; times += 1) sum.update(password)
  const passwordBytes = filled(sum.digest(), password.length)
  const saltSum = createHash(name)
  for (let times = 16 + (digest[0] ?? 0); times > 0; times -= 1) saltSum.update(salt)
  const saltBytes = filled(saltSum.digest(), salt.length)

  await inRounds(rounds, (at) => {
    digest = digestOf(name, Buffer.concat(mixed(at, digest, passwordBytes, saltBytes)), 'buffer')
  })
  return digest
}

function mixed(at: number, digest: Buffer, password: Buffer, salt: Buffer): Buffer[] {
  const parts = [at % 2 === 1 ? password : digest]
  if (at % 3 !== 0) parts.push(salt)
  if (at % 7 !== 0) parts.push(password)
  parts.push(at % 2 === 1 ? digest : password)
  return parts
}

/**
 * crypt(3): `$1$salt$hash` (MD5), `$apr1$salt$hash` (the same for Apache), `$5$salt$hash` (SHA-256) and `$6$salt$hash`
 * (SHA-512), the latter two also with `rounds=` (5,000 where they say nothing). Password bytes: UTF-8, at most 512 as in
 * libxcrypt: the time of a hash grows with the length of the password.
 * The old DES form is left out: eight letters of a password, and no kept library to check it with.
 * Default: 16 letters of salt (8 for MD5), 5,000 rounds.
 */
export const crypt: Scheme<CryptHash, Extract<Recipe, { format: CryptHash['format'] }>> = {
  mostPasswordBytes: 512,

  read(stored) {
    const [, name, roundsText, salt = '', hashText = ''] = shape.exec(stored) ?? []
    if (name !== '1' && name !== 'apr1' && name !== '5' && name !== '6') return undefined
    const format = formats[name]
    const said = roundsText === undefined ? undefined : (readDecimal(roundsText) ?? 0)
    // MD5 has no word for rounds
    if (format === 'md5-crypt' && said !== undefined) return undefined
    const rounds = format === 'md5-crypt' ? md5Rounds : (said ?? assumedRounds)
    const hash = readHash(format, hashText)
    if (!hash) return undefined
    const read: CryptHash = { format, isApache: name === 'apr1', rounds, salt: Buffer.from(salt), hash }
    return isWithinLimits(read) ? read : undefined
  },

  write(hash) {
    const { format, isApache, rounds, salt } = hash
    const name = format === 'md5-crypt' ? (isApache ? 'apr1' : '1') : format === 'sha256-crypt' ? '5' : '6'
    const said = format === 'md5-crypt' || rounds === assumedRounds ? '' : `rounds=${rounds}$`
    return `$${name}$${said}${salt.toString('latin1')}$${writeHash(hash)}`
  },

  derive(hash, password) {
    const bytes = Buffer.from(password, 'utf8')
    return hash.format === 'md5-crypt' ? md5Crypt(hash, bytes) : shaCrypt(hash, bytes)
  },

  prepare({ format, isApache = false, rounds = format === 'md5-crypt' ? md5Rounds : assumedRounds }, randomBytes) {
    const salt = Buffer.from(writeCrypt64(randomBytes((mostSaltLetters[format] * 3) / 4)))
    return assertReadable<CryptHash>(
      { format, isApache, rounds, salt, hash: Buffer.alloc(hashBytes[format]) },
      isWithinLimits,
    )
  },
}
