import { createHash, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { hash as bcryptHash } from '@node-rs/bcrypt'

/** The ways in which the three legacy systems keep a password. The two Identity versions are one format on the way out. */
export const hashKinds = [
  'aspnet-identity-v2',
  'aspnet-identity-v3',
  'aspnet-membership-sha1',
  'bcrypt',
  'pbkdf2',
  'salted-md5-first',
] as const

export type HashKind = (typeof hashKinds)[number]

/** The word in the column `password_format`: what a reader must know to verify the hash. */
export type PasswordFormat = 'aspnet-identity' | Exclude<HashKind, 'aspnet-identity-v2' | 'aspnet-identity-v3'>

/** A stored password in the columns that Gatehouse reads. */
export interface PasswordHash {
  readonly format: PasswordFormat
  readonly hash: string
  /** `null` where the hash carries its salt itself. */
  readonly salt: string | null
}

const bcryptCost = 10
const pbkdf2Iterations = 100_000

const pbkdf2Of = promisify(pbkdf2)

/**
 * Hashes a password as a legacy system would, at its real cost (up to a tenth of a second).
 *
 * @param salt 16 bytes; MD5 uses the first six as text of twelve hex digits, the other kinds use all
 * @see RFC 8018 §5.2 (PBKDF2); ASP.NET Core `PasswordHasher` for the two Identity layouts
 */
export async function hashPassword(kind: HashKind, password: string, salt: Buffer): Promise<PasswordHash> {
  switch (kind) {
    case 'aspnet-identity-v2': {
      const subkey = await pbkdf2Of(password, salt, 1000, 32, 'sha1')
      return inIdentityLayout(Buffer.from([0]), salt, subkey)
    }
    case 'aspnet-identity-v3': {
      const subkey = await pbkdf2Of(password, salt, pbkdf2Iterations, 32, 'sha512')
      const head = Buffer.alloc(13)
      head.writeUInt8(1, 0)
      head.writeUInt32BE(2, 1) // KeyDerivationPrf.HMACSHA512
      head.writeUInt32BE(pbkdf2Iterations, 5)
      head.writeUInt32BE(salt.length, 9)
      return inIdentityLayout(head, salt, subkey)
    }
    case 'aspnet-membership-sha1': {
      const digest = createHash('sha1').update(salt).update(password, 'utf16le').digest('base64')
      return { format: kind, hash: digest, salt: salt.toString('base64') }
    }
    case 'bcrypt':
      return { format: kind, hash: await bcryptHash(password, { salt, cost: bcryptCost }), salt: null }
    case 'pbkdf2': {
      const subkey = await pbkdf2Of(password, salt, pbkdf2Iterations, 32, 'sha256')
      return {
        format: kind,
        hash: `$pbkdf2-sha256$i=${pbkdf2Iterations},l=32$${bare(salt)}$${bare(subkey)}`,
        salt: null,
      }
    }
    case 'salted-md5-first': {
      const text = salt.toString('hex', 0, 6)
      return {
        format: kind,
        hash: createHash('md5')
          .update(text + password)
          .digest('hex'),
        salt: text,
      }
    }
  }
}

function inIdentityLayout(head: Buffer, salt: Buffer, subkey: Buffer): PasswordHash {
  return { format: 'aspnet-identity', hash: Buffer.concat([head, salt, subkey]).toString('base64'), salt: null }
}

function bare(bytes: Buffer): string {
  return bytes.toString('base64').replace(/={1,2}$/u, '')
}
