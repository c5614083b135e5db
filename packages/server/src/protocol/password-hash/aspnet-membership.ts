import { createHash, createHmac } from 'node:crypto'
import { assertReadable, limits, within } from './password-hash.ts'
import type { AspNetMembershipHash, Recipe, Scheme } from './password-hash.ts'
import { readBase64 } from './text.ts'

const hashBytes = { sha1: 20, sha256: 32, hmacsha256: 32 } as const
/** The key length of .NET's `HMACSHA256`. The provider repeats or cuts the salt to fill it. */
const hmacKeyBytes = 64

const isWithinLimits = (hash: AspNetMembershipHash): boolean =>
  within(hash.salt.length, limits.saltBytes) && hash.hash.length === hashBytes[hash.digest]

/** The columns `Password` and `PasswordSalt` of `aspnet_Membership`, where `PasswordFormat` is 1. */
export function readMembershipColumns(
  digest: AspNetMembershipHash['digest'],
  hashText: string,
  saltText: string,
): AspNetMembershipHash | undefined {
  const salt = readBase64(saltText)
  const hash = readBase64(hashText)
  if (!salt || !hash) return undefined
  const read: AspNetMembershipHash = { format: 'aspnet-membership', digest, salt, hash }
  return isWithinLimits(read) ? read : undefined
}

function digestOf({ digest, salt }: AspNetMembershipHash, passwordBytes: Buffer): Buffer {
  if (digest !== 'hmacsha256') return createHash(digest).update(salt).update(passwordBytes).digest()
  return createHmac('sha256', Buffer.alloc(hmacKeyBytes, salt)).update(passwordBytes).digest()
}

/**
 * Our `$aspnet-membership$sha1$` + salt + `$` + hash, both Base64 with padding as the columns hold them.
 * `sha1` (.NET 2) and `sha256` are digest(salt, password); `hmacsha256` (.NET 4) is HMAC of the password under a key
 * made of the salt. Password bytes: UTF-16LE. Default: `sha1` with the provider's 16-byte salt.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.web.security.sqlmembershipprovider
 */
export const aspNetMembership: Scheme<AspNetMembershipHash, Extract<Recipe, { format: 'aspnet-membership' }>> = {
  read(stored) {
    const [, digest, salt, hash] =
      /^\$aspnet-membership\$(sha1|sha256|hmacsha256)\$([^$]+)\$([^$]+)$/.exec(stored) ?? []
    if ((digest !== 'sha1' && digest !== 'sha256' && digest !== 'hmacsha256') || !salt || !hash) return undefined
    return readMembershipColumns(digest, hash, salt)
  },

  write({ digest, salt, hash }) {
    return `$aspnet-membership$${digest}$${salt.toString('base64')}$${hash.toString('base64')}`
  },

  derive: async (hash, password) => digestOf(hash, Buffer.from(password, 'utf16le')),

  prepare({ digest = 'sha1' }, randomBytes) {
    const hash = Buffer.alloc(hashBytes[digest])
    const made = { format: 'aspnet-membership', digest, salt: randomBytes(16), hash } as const
    return assertReadable<AspNetMembershipHash>(made, isWithinLimits)
  },
}
