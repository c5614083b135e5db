import { assertReadable } from './password-hash.ts'
import type { AspNetIdentityHash, Recipe, Scheme } from './password-hash.ts'
import { isPbkdf2WithinLimits, runPbkdf2 } from './pbkdf2.ts'
import { readBase64 } from './text.ts'

const prefix = '$aspnet-identity$'
const digests = ['sha1', 'sha256', 'sha512'] as const
const v2 = { version: 2, digest: 'sha1', iterations: 1000 } as const
const v2SaltBytes = 16
const v2HashBytes = 32
const v3HeaderBytes = 13

/** ASP.NET refuses version 3 blobs whose salt or subkey is shorter than 128 bits; so do we. */
const isWithinLimits = (hash: AspNetIdentityHash): boolean => hash.salt.length >= 16 && isPbkdf2WithinLimits(hash)

/** The column of an ASP.NET Identity table, `PasswordHash`, without our prefix. */
export function readIdentityBlob(text: string): AspNetIdentityHash | undefined {
  const blob = readBase64(text)
  if (!blob) return undefined
  const read = blob[0] === 0 ? readVersion2(blob) : blob[0] === 1 ? readVersion3(blob) : undefined
  return read && isWithinLimits(read) ? read : undefined
}

function readVersion2(blob: Buffer): AspNetIdentityHash | undefined {
  if (blob.length !== 1 + v2SaltBytes + v2HashBytes) return undefined
  const salt = blob.subarray(1, 1 + v2SaltBytes)
  return { format: 'aspnet-identity', ...v2, salt, hash: blob.subarray(1 + v2SaltBytes) }
}

function readVersion3(blob: Buffer): AspNetIdentityHash | undefined {
  if (blob.length < v3HeaderBytes) return undefined
  const digest = digests[blob.readUInt32BE(1)]
  const iterations = blob.readUInt32BE(5)
  const saltEnd = v3HeaderBytes + blob.readUInt32BE(9)
  if (!digest || saltEnd > blob.length) return undefined
  const salt = blob.subarray(v3HeaderBytes, saltEnd)
  return { format: 'aspnet-identity', version: 3, digest, iterations, salt, hash: blob.subarray(saltEnd) }
}

export function writeIdentityBlob({ version, digest, iterations, salt, hash }: AspNetIdentityHash): string {
  if (version === 2) return Buffer.concat([Buffer.of(0), salt, hash]).toString('base64')
  const header = Buffer.alloc(v3HeaderBytes, 1)
  header.writeUInt32BE(digests.indexOf(digest), 1)
  header.writeUInt32BE(iterations, 5)
  header.writeUInt32BE(salt.length, 9)
  return Buffer.concat([header, salt, hash]).toString('base64')
}

/**
 * Our `$aspnet-identity$` + the Base64 blob of ASP.NET Identity, unchanged. Password bytes: UTF-8. PBKDF2 in both.
 * Version 2 (Identity 1 and 2, SimpleMembership): `00 | salt 16 | subkey 32`, SHA-1, 1,000 iterations.
 * Version 3 (Core): `01 | prf | iterations | salt length | salt | subkey`, numbers as 32-bit big-endian, prf 0, 1, 2 =
 * SHA-1, SHA-256, SHA-512. Default: version 3, SHA-512, 100,000 iterations, as .NET 7 and later write.
 *
 * @see https://github.com/dotnet/aspnetcore `src/Identity/Extensions.Core/src/PasswordHasher.cs`
 */
export const aspNetIdentity: Scheme<AspNetIdentityHash, Extract<Recipe, { format: 'aspnet-identity' }>> = {
  read: (stored) => (stored.startsWith(prefix) ? readIdentityBlob(stored.slice(prefix.length)) : undefined),

  write: (hash) => prefix + writeIdentityBlob(hash),

  derive({ digest, iterations, salt, hash }, password) {
    return runPbkdf2(Buffer.from(password, 'utf8'), salt, iterations, hash.length, digest)
  },

  prepare({ version = 3, digest = 'sha512', iterations = 100_000 }, randomBytes) {
    const settings = version === 2 ? v2 : { version, digest, iterations }
    const made = { format: 'aspnet-identity', ...settings, salt: randomBytes(16), hash: Buffer.alloc(32) } as const
    return assertReadable<AspNetIdentityHash>(made, isWithinLimits)
  },
}
