import { limits } from './password-hash.ts'
import type { PasswordHash } from './password-hash.ts'

/** What the documentation says of one format. */
export interface FormatRow {
  /** What `format` of a `hashed_password`, or of a legacy store, says. */
  readonly names: string
  /** What the hash column holds, and the salt column where there is one. */
  readonly columns: string
  /** What a hash may ask of us. */
  readonly most: string
  /** Whether new hashes can be written for going back, and what is peculiar. */
  readonly writing: string
}

const spellings = 'hash as `hex`, `hex-upper` or `base64`; salt as `utf8`, `hex`, `hex-upper` or `base64`'
const digests = 'one round'

const { argon2, scrypt, bcryptCost, pbkdf2Iterations, phpassLog2Rounds, shaCryptRounds } = limits
const scryptMost = `${scrypt.memoryBytes / 1024 ** 2} MiB over all lanes`
const shaCryptMost = `${shaCryptRounds.min} to ${shaCryptRounds.max} rounds; passwords of 512 bytes`
const shaCrypt = { most: shaCryptMost, writing: 'yes' }
const phpassMost = `2^${phpassLog2Rounds.min} to 2^${phpassLog2Rounds.max} rounds`

/** One row for each format that is read. A row of a format that is not there does not compile. */
export const formatRows: Readonly<Record<PasswordHash['format'], FormatRow>> = {
  argon2id: {
    names: '`argon2id`',
    columns: '`$argon2id$v=19$m=…,t=…,p=…$salt$hash`',
    most: `${argon2.memoryKiB / 1024} MiB, ${argon2.passes} passes, ${argon2.lanes} lanes`,
    writing: 'yes; ours, 19 MiB, 2 passes',
  },
  argon2i: {
    names: '`argon2i`',
    columns: '`$argon2i$v=19$m=…,t=…,p=…$salt$hash`',
    most: 'as argon2id',
    writing: 'yes',
  },
  bcrypt: {
    names: '`bcrypt`',
    columns: '`$2a$…`, `$2b$…`, `$2y$…`',
    most: `cost ${bcryptCost.min} to ${bcryptCost.max}`,
    writing: 'yes; reads 72 bytes of a password',
  },
  scrypt: { names: '`scrypt`', columns: '`$scrypt$ln=…,r=…,p=…$salt$hash`', most: scryptMost, writing: 'yes' },
  'firebase-scrypt': {
    names: '`firebase-scrypt`',
    columns: '`$firescrypt$ln=14,r=8,p=1$salt$hash$separator$signerKey`, Base64 as Firebase exports it',
    most: scryptMost,
    writing: 'yes',
  },
  pbkdf2: {
    names: '`pbkdf2`',
    columns: '`$pbkdf2-sha256$i=…,l=…$salt$hash`, any digest of Node',
    most: `${pbkdf2Iterations.max} iterations`,
    writing: 'yes',
  },
  'aspnet-identity': {
    names: '`aspnet-identity`',
    columns: 'Base64 blob of version 2 or 3',
    most: `${pbkdf2Iterations.max} iterations`,
    writing: 'yes',
  },
  'aspnet-membership': {
    names: '`aspnet-membership-sha1`, `-sha256`, `-hmacsha256`',
    columns: 'hash and salt in Base64',
    most: digests,
    writing: 'yes',
  },
  pwdencrypt: {
    names: '`pwdencrypt`, `pwdencrypt-any-case`',
    columns: '`0x0100…` (one half or two), `0x0200…` of SQL Server',
    most: digests,
    writing: 'yes; not `-any-case`, which holds one half of what its column wants',
  },
  phpass: {
    names: '`phpass`',
    columns: '`$P$…` (WordPress), `$H$…` (phpBB)',
    most: `${phpassMost}; passwords of 4,096 bytes`,
    writing: 'yes',
  },
  drupal7: {
    names: '`drupal7`',
    columns: '`$S$…`, `U$S$…`',
    most: `${phpassMost}; passwords of 512 bytes`,
    writing: 'yes',
  },
  'md5-crypt': {
    names: '`md5-crypt`',
    columns: '`$1$…`, `$apr1$…`',
    most: '1000 rounds; passwords of 512 bytes',
    writing: 'yes',
  },
  'sha256-crypt': { names: '`sha256-crypt`', ...shaCrypt, columns: '`$5$…` with or without `rounds=`' },
  'sha512-crypt': { names: '`sha512-crypt`', ...shaCrypt, columns: '`$6$…` with or without `rounds=`' },
  'ldap-digest': {
    names: '`ldap-digest`',
    columns: '`{SHA}`, `{SSHA}`, `{SHA256}`, `{SSHA256}`, … 384, 512, `{MD5}`, `{SMD5}`, then Base64',
    most: digests,
    writing: 'yes',
  },
  hmac: {
    names: '`hmac-sha256-salt`, `hmac-sha256-password` (md5, sha1, sha256, sha384, sha512; says which is the key)',
    columns: `${spellings}, after slashes: \`hmac-sha1-salt/base64/hex\`; as \`modular\` also Ory's \`$hmac-sha256$hash$key\``,
    most: digests,
    writing: 'yes',
  },
  'salted-digest': {
    names: '`salted-md5-first`, `salted-sha256-last` (md5, sha1, sha256, sha512; says where the salt stands)',
    columns: `${spellings}, after slashes: \`salted-md5-first/hex-upper/utf8\``,
    most: digests,
    writing: 'yes',
  },
  'unsalted-digest': {
    names: '`unsalted-md5` (md5, sha1, sha256, sha384, sha512)',
    columns: 'hash as `hex`, or after a slash: `unsalted-md5/base64`',
    most: digests,
    writing: 'yes',
  },
}
