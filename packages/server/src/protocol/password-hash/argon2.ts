import { hashRaw } from '@node-rs/argon2'
import { assertReadable, hasSoundLengths, limits, within } from './password-hash.ts'
import type { Argon2Hash, Recipe, Scheme } from './password-hash.ts'
import { readB64, readDecimals, writeB64 } from './text.ts'

/** Binding numbers of `Algorithm` and `Version`; its enums exist at compile time only. */
const algorithm = { argon2i: 1, argon2id: 2 } as const
const version = { 16: 0, 19: 1 } as const

const shape = /^\$(argon2id?)(?:\$v=(16|19))?\$([a-z0-9=,]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

function isWithinLimits(hash: Argon2Hash): boolean {
  return (
    within(hash.lanes, { min: 1, max: limits.argon2.lanes }) &&
    within(hash.passes, { min: 1, max: limits.argon2.passes }) &&
    // RFC 9106 §3.1: at least eight blocks for each lane
    within(hash.memoryKiB, { min: 8 * hash.lanes, max: limits.argon2.memoryKiB }) &&
    hash.salt.length >= 8 &&
    hasSoundLengths(hash)
  )
}

/**
 * `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, and the same for argon2i. Password bytes: UTF-8.
 * Strings with a key id or associated data are refused: we hold no key for them.
 * Default: 19 MiB, 2 passes, 1 lane (OWASP Password Storage), 16-byte salt, 32-byte hash.
 *
 * @see RFC 9106
 */
export const argon2: Scheme<Argon2Hash, Extract<Recipe, { format: 'argon2id' | 'argon2i' }>> = {
  read(stored) {
    const [, format, versionText = '16', settings = '', salt = '', hash = ''] = shape.exec(stored) ?? []
    const { m, t, p } = readDecimals(settings, ['m', 't', 'p']) ?? {}
    const saltBytes = readB64(salt)
    const hashBytes = readB64(hash)
    if (m === undefined || t === undefined || p === undefined || !saltBytes || !hashBytes) return undefined
    const read: Argon2Hash = {
      format: format === 'argon2id' ? 'argon2id' : 'argon2i',
      version: versionText === '19' ? 19 : 16,
      memoryKiB: m,
      passes: t,
      lanes: p,
      salt: saltBytes,
      hash: hashBytes,
    }
    return isWithinLimits(read) ? read : undefined
  },

  write({ format, version: v, memoryKiB, passes, lanes, salt, hash }) {
    const versionField = v === 16 ? '' : '$v=19'
    return `$${format}${versionField}$m=${memoryKiB},t=${passes},p=${lanes}$${writeB64(salt)}$${writeB64(hash)}`
  },

  derive(hash, password) {
    return hashRaw(Buffer.from(password, 'utf8'), {
      algorithm: algorithm[hash.format],
      version: version[hash.version],
      memoryCost: hash.memoryKiB,
      timeCost: hash.passes,
      parallelism: hash.lanes,
      salt: hash.salt,
      outputLen: hash.hash.length,
    })
  },

  prepare({ format, memoryKiB = 19_456, passes = 2, lanes = 1 }, randomBytes) {
    const settings = { format, version: 19, memoryKiB, passes, lanes } as const
    return assertReadable<Argon2Hash>({ ...settings, salt: randomBytes(16), hash: Buffer.alloc(32) }, isWithinLimits)
  },
}
