import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Secrets of clients are random and long, so a fast hash is enough; a slow one would make the token endpoint a password
 * endpoint. @returns hexadecimal SHA-256
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Compares with every valid secret in the same time, whichever matches. */
export function isSecretOf(secretHashes: readonly string[], secret: string): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex')
  let matches = false
  for (const hash of secretHashes) {
    const stored = Buffer.from(hash, 'hex')
    if (stored.length === given.length && timingSafeEqual(stored, given)) matches = true
  }
  return matches
}
