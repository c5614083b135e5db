import { hash as digestOf } from 'node:crypto'
import { assertReadable, limits, within } from './password-hash.ts'
import type { LdapDigestHash, Recipe, Scheme } from './password-hash.ts'
import { readBase64 } from './text.ts'

const digestBytes = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const
const names = { md5: 'MD5', sha1: 'SHA', sha256: 'SHA256', sha384: 'SHA384', sha512: 'SHA512' } as const
const digests = new Map<string, LdapDigestHash['digest']>(
  Object.entries(names).map(([digest, name]) => [name, digest as LdapDigestHash['digest']]),
)

const isWithinLimits = ({ digest, isSalted, salt, hash }: LdapDigestHash): boolean =>
  hash.length === digestBytes[digest] && (isSalted ? within(salt.length, limits.saltBytes) : salt.length === 0)

/**
 * `userPassword` of a directory: `{SHA}`, `{SHA256}`, `{SHA384}`, `{SHA512}`, `{MD5}` and with a salt after the password
 * `{SSHA}`, `{SSHA256}`, `{SSHA384}`, `{SSHA512}`, `{SMD5}`; then Base64 of digest and salt. The name may be in any letter
 * case. Password bytes: UTF-8. New salts: 8 bytes. One round of a digest: for checking once and replacing.
 *
 * @see RFC 2307 §5.3; OpenLDAP Administrator's Guide §14.4
 */
export const ldapDigest: Scheme<LdapDigestHash, Extract<Recipe, { format: 'ldap-digest' }>> = {
  read(stored) {
    const [, salted, name = '', text = ''] =
      /^\{(S(?=S|M))?((?:SHA|MD)\d*)\}([A-Za-z0-9+/]+={0,2})$/i.exec(stored) ?? []
    const digest = digests.get(name.toUpperCase())
    const bytes = readBase64(text)
    if (!digest || !bytes) return undefined
    const length = digestBytes[digest]
    const [hash, salt] = [bytes.subarray(0, length), bytes.subarray(length)]
    const read: LdapDigestHash = { format: 'ldap-digest', digest, isSalted: salted !== undefined, salt, hash }
    return isWithinLimits(read) ? read : undefined
  },

  write({ digest, isSalted, salt, hash }) {
    return `{${isSalted ? 'S' : ''}${names[digest]}}${Buffer.concat([hash, salt]).toString('base64')}`
  },

  async derive({ digest, salt }, password) {
    return digestOf(digest, Buffer.concat([Buffer.from(password, 'utf8'), salt]), 'buffer')
  },

  prepare({ digest = 'sha1', isSalted = true }, randomBytes) {
    const [salt, hash] = [randomBytes(isSalted ? 8 : 0), Buffer.alloc(digestBytes[digest])]
    return assertReadable<LdapDigestHash>({ format: 'ldap-digest', digest, isSalted, salt, hash }, isWithinLimits)
  },
}
