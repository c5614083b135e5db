import { scrypt as scryptCallback } from 'node:crypto'
import type { ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { assertReadable, hasSoundLengths, limits, within } from './password-hash.ts'
import type { Recipe, Scheme, ScryptHash } from './password-hash.ts'
import { readB64, readDecimals, writeB64 } from './text.ts'

const run = promisify<Buffer, Buffer, number, ScryptOptions, Buffer>(scryptCallback)

const shape = /^\$scrypt\$([a-z0-9=,]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

type Settings = Pick<ScryptHash, 'log2N' | 'blockSize' | 'parallelism'>

const memoryBytes = ({ log2N, blockSize }: Settings): number => 128 * blockSize * 2 ** log2N

export function isScryptWithinLimits(hash: Settings): boolean {
  return (
    within(hash.log2N, { min: 1, max: 30 }) &&
    within(hash.blockSize, { min: 1, max: limits.scrypt.blockSize }) &&
    within(hash.parallelism, { min: 1, max: limits.scrypt.parallelism }) &&
    // each lane walks the whole memory again, so lanes count against the same bound
    memoryBytes(hash) * hash.parallelism <= limits.scrypt.memoryBytes
  )
}

const isWithinLimits = (hash: ScryptHash): boolean => isScryptWithinLimits(hash) && hasSoundLengths(hash)

export function runScrypt(password: Buffer, salt: Buffer, length: number, settings: Settings): Promise<Buffer> {
  const { log2N, blockSize: r, parallelism: p } = settings
  // OpenSSL counts its working blocks too, not only the large table
  const maxmem = memoryBytes(settings) + 128 * r * (p + 2) + 1024
  return run(password, salt, length, { N: 2 ** log2N, r, p, maxmem })
}

/**
 * `$scrypt$ln=15,r=8,p=1$salt$hash`. Password bytes: UTF-8.
 * Default: N = 2^17, r = 8, p = 1 (OWASP Password Storage), 16-byte salt, 32-byte hash.
 *
 * @see RFC 7914
 */
export const scrypt: Scheme<ScryptHash, Extract<Recipe, { format: 'scrypt' }>> = {
  read(stored) {
    const [, settings = '', salt = '', hash = ''] = shape.exec(stored) ?? []
    const { ln, r, p } = readDecimals(settings, ['ln', 'r', 'p']) ?? {}
    const saltBytes = readB64(salt)
    const hashBytes = readB64(hash)
    if (ln === undefined || r === undefined || p === undefined || !saltBytes || !hashBytes) return undefined
    const settingsRead = { log2N: ln, blockSize: r, parallelism: p }
    const read: ScryptHash = { format: 'scrypt', ...settingsRead, salt: saltBytes, hash: hashBytes }
    return isWithinLimits(read) ? read : undefined
  },

  write({ log2N, blockSize, parallelism, salt, hash }) {
    return `$scrypt$ln=${log2N},r=${blockSize},p=${parallelism}$${writeB64(salt)}$${writeB64(hash)}`
  },

  derive: (hash, password) => runScrypt(Buffer.from(password, 'utf8'), hash.salt, hash.hash.length, hash),

  prepare({ log2N = 17, blockSize = 8, parallelism = 1 }, randomBytes) {
    const settings = { format: 'scrypt', log2N, blockSize, parallelism } as const
    return assertReadable<ScryptHash>({ ...settings, salt: randomBytes(16), hash: Buffer.alloc(32) }, isWithinLimits)
  },
}
