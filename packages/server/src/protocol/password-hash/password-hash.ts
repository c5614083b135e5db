import { getHashes } from 'node:crypto'

/** Gives that many unpredictable bytes. `Random.bytes` of `platform/` fits. */
export type RandomBytes = (length: number) => Buffer

/** Salt and hash are raw bytes; every format's own text encoding is undone by its `read`. */
interface SaltAndHash {
  readonly salt: Buffer
  readonly hash: Buffer
}

export interface Argon2Hash extends SaltAndHash {
  readonly format: 'argon2id' | 'argon2i'
  /** 19 is RFC 9106; 16 is the draft that strings without `v=` mean. */
  readonly version: 16 | 19
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export interface BcryptHash extends SaltAndHash {
  readonly format: 'bcrypt'
  readonly version: '2a' | '2b' | '2y'
  /** Base 2 logarithm of the number of rounds. */
  readonly cost: number
}

export interface ScryptHash extends SaltAndHash {
  readonly format: 'scrypt'
  /** Base 2 logarithm of N. */
  readonly log2N: number
  readonly blockSize: number
  readonly parallelism: number
}

export interface Pbkdf2Hash extends SaltAndHash {
  readonly format: 'pbkdf2'
  /** A name that `node:crypto` knows, in lower case: `sha256`, `sha3-512` … */
  readonly digest: string
  readonly iterations: number
}

export interface AspNetIdentityHash extends SaltAndHash {
  readonly format: 'aspnet-identity'
  readonly version: 2 | 3
  readonly digest: 'sha1' | 'sha256' | 'sha512'
  readonly iterations: number
}

export interface AspNetMembershipHash extends SaltAndHash {
  readonly format: 'aspnet-membership'
  /** `hmacsha256` is what .NET 4 applications use unless their configuration says otherwise. */
  readonly digest: 'sha1' | 'sha256' | 'hmacsha256'
}

export interface SaltedDigestHash extends SaltAndHash, SaltedDigestLayout {
  readonly format: 'salted-digest'
}

export interface SaltedDigestLayout {
  readonly digest: 'md5' | 'sha1' | 'sha256' | 'sha512'
  /** Whether the salt stands before or after the password when both are hashed. */
  readonly saltPosition: 'first' | 'last'
  /** How the legacy table writes the hash. Any letter case of hex is read; it is written as said here. */
  readonly hashText: 'hex' | 'hex-upper' | 'base64'
  /** How the legacy table writes the salt. `utf8`: the column's own characters are the salt. */
  readonly saltText: 'utf8' | 'hex' | 'hex-upper' | 'base64'
}

export interface UnsaltedDigestLayout {
  readonly digest: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly hashText: SaltedDigestLayout['hashText']
}

/** Its salt is empty. */
export interface UnsaltedDigestHash extends SaltAndHash, UnsaltedDigestLayout {
  readonly format: 'unsalted-digest'
}

export interface LdapDigestHash extends SaltAndHash {
  readonly format: 'ldap-digest'
  readonly digest: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** Where not, the salt is empty. */
  readonly isSalted: boolean
}

export interface HmacLayout {
  readonly digest: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** Which of the two is the key; the other one is the message. */
  readonly key: 'salt' | 'password'
  readonly hashText: SaltedDigestLayout['hashText']
  readonly saltText: SaltedDigestLayout['saltText']
}

export interface HmacHash extends SaltAndHash, HmacLayout {
  readonly format: 'hmac'
}

export interface PwdEncryptHash extends SaltAndHash {
  readonly format: 'pwdencrypt'
  /** 1 is `0x0100`, 2 is `0x0200`. */
  readonly version: 1 | 2
  /** `both`: of the password as typed, then in capitals. `any-case`: in capitals only. */
  readonly halves: 'exact' | 'both' | 'any-case'
}

/** Salts are letters, and the letters themselves are hashed; so they are in the four formats that follow. */
export interface PhpassHash extends SaltAndHash {
  readonly format: 'phpass'
  readonly letter: 'P' | 'H'
  readonly log2Rounds: number
}

export interface Drupal7Hash extends SaltAndHash {
  readonly format: 'drupal7'
  /** Whether the MD5 of the password is hashed in its place. */
  readonly isOverMd5: boolean
  readonly log2Rounds: number
}

export interface CryptHash extends SaltAndHash {
  readonly format: 'md5-crypt' | 'sha256-crypt' | 'sha512-crypt'
  /** `$apr1$` of `htpasswd` files, with MD5 only. */
  readonly isApache: boolean
  readonly rounds: number
}

export interface FirebaseScryptHash extends SaltAndHash {
  readonly format: 'firebase-scrypt'
  /** `mem_cost` of the project. */
  readonly log2N: number
  /** `rounds` of the project. */
  readonly blockSize: number
  readonly saltSeparator: Buffer
  readonly signerKey: Buffer
}

/** What a stored string says, checked against every bound of {@link limits}. */
export type PasswordHash =
  | Argon2Hash
  | BcryptHash
  | ScryptHash
  | Pbkdf2Hash
  | AspNetIdentityHash
  | AspNetMembershipHash
  | SaltedDigestHash
  | UnsaltedDigestHash
  | LdapDigestHash
  | HmacHash
  | PwdEncryptHash
  | PhpassHash
  | Drupal7Hash
  | CryptHash
  | FirebaseScryptHash

/**
 * How a store wants its hashes written. What is left out takes the format's default.
 * A legacy store is described by one of these.
 */
export type Recipe =
  | ({ readonly format: 'argon2id' | 'argon2i' } & Partial<Pick<Argon2Hash, 'memoryKiB' | 'passes' | 'lanes'>>)
  | ({
      readonly format: 'bcrypt'
      /** `truncate` knowingly drops what bcrypt never reads (after byte 72). Absent: such a password is refused. */
      readonly longPasswords?: 'truncate'
    } & Partial<Pick<BcryptHash, 'version' | 'cost'>>)
  | ({ readonly format: 'scrypt' } & Partial<Pick<ScryptHash, 'log2N' | 'blockSize' | 'parallelism'>>)
  | ({ readonly format: 'pbkdf2' } & Partial<Pick<Pbkdf2Hash, 'digest' | 'iterations'>>)
  | ({ readonly format: 'aspnet-identity' } & Partial<Pick<AspNetIdentityHash, 'version' | 'digest' | 'iterations'>>)
  | ({ readonly format: 'aspnet-membership' } & Partial<Pick<AspNetMembershipHash, 'digest'>>)
  | ({ readonly format: 'salted-digest' } & SaltedDigestLayout)
  | ({ readonly format: 'unsalted-digest' } & UnsaltedDigestLayout)
  | ({ readonly format: 'ldap-digest' } & Partial<Pick<LdapDigestHash, 'digest' | 'isSalted'>>)
  | ({ readonly format: 'hmac' } & HmacLayout)
  | { readonly format: 'pwdencrypt'; readonly version?: 1 | 2; readonly halves?: 'exact' | 'both' }
  | ({ readonly format: 'phpass' } & Partial<Pick<PhpassHash, 'letter' | 'log2Rounds'>>)
  | ({ readonly format: 'drupal7' } & Partial<Pick<Drupal7Hash, 'isOverMd5' | 'log2Rounds'>>)
  | ({ readonly format: CryptHash['format'] } & Partial<Pick<CryptHash, 'isApache' | 'rounds'>>)
  | ({ readonly format: 'firebase-scrypt' } & Pick<FirebaseScryptHash, 'saltSeparator' | 'signerKey'> &
      Partial<Pick<FirebaseScryptHash, 'log2N' | 'blockSize'>>)

/**
 * The most that a stored hash may ask of us. A hash comes from an import file or a table that others write,
 * so a cost in it is a request, not a fact.
 */
export const limits = {
  /** Code points. Longer passwords are refused before any hashing. */
  passwordCharacters: 4096,
  storedCharacters: 1024,
  saltBytes: { min: 1, max: 128 },
  /** Fewer than 16 bytes could be met by chance. */
  hashBytes: { min: 16, max: 128 },
  bcryptCost: { min: 4, max: 15 },
  pbkdf2Iterations: { min: 1, max: 10_000_000 },
  argon2: { memoryKiB: 1024 * 1024, passes: 20, lanes: 16 },
  scrypt: { memoryBytes: 1024 ** 3, blockSize: 64, parallelism: 16 },
  phpassLog2Rounds: { min: 7, max: 18 },
  shaCryptRounds: { min: 1000, max: 1_000_000 },
} as const

/** What one format has to say for itself; `index.ts` adds what is the same for all. */
export interface Scheme<H extends PasswordHash, R extends Recipe> {
  /** UTF-8 bytes. A longer password is never right: the systems that use this format refuse it, and it would be dear. */
  readonly mostPasswordBytes?: number
  /** Undefined when the text is not of this format or is out of bounds. */
  read(stored: string): H | undefined
  write(hash: H): string
  /** Runs the function with the settings and salt of `hash`; as many bytes as `hash.hash` has. */
  derive(hash: H, password: string): Promise<Buffer>
  /** Settings and a fresh salt for a new hash; its `hash` holds zeros of the right length. */
  prepare(recipe: R, randomBytes: RandomBytes): H
}

export const within = (value: number, { min, max }: { readonly min: number; readonly max: number }): boolean =>
  Number.isInteger(value) && value >= min && value <= max

/** Settings we chose ourselves must hold the same limits as those we read. */
export function assertReadable<H extends PasswordHash>(made: H, isWithinLimits: (hash: H) => boolean): H {
  if (!isWithinLimits(made)) throw new RangeError(`the recipe for ${made.format} is outside our limits`)
  return made
}

export const hasSoundLengths = ({ salt, hash }: SaltAndHash): boolean =>
  within(salt.length, limits.saltBytes) && within(hash.length, limits.hashBytes)

const known = new Set(getHashes())

/** Digests PBKDF2 may be asked for, with the bytes each gives. Extendable-output functions are left out: HMAC is not defined over them. */
export const pbkdf2DigestBytes: ReadonlyMap<string, number> = new Map(
  Object.entries({
    md5: 16,
    ripemd160: 20,
    sha1: 20,
    sha224: 28,
    sha256: 32,
    sha384: 48,
    sha512: 64,
    'sha512-224': 28,
    'sha512-256': 32,
    'sha3-224': 28,
    'sha3-256': 32,
    'sha3-384': 48,
    'sha3-512': 64,
    blake2s256: 32,
    blake2b512: 64,
    sm3: 32,
  }).filter(([name]) => known.has(name)),
)
