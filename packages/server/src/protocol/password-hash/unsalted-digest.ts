import { hash as digestOf } from 'node:crypto'
import { assertReadable } from './password-hash.ts'
import type { Recipe, Scheme, UnsaltedDigestHash, UnsaltedDigestLayout } from './password-hash.ts'
import { digestBytes, readAs, writeAs } from './salted-digest.ts'
import { readB64, writeB64 } from './text.ts'

const shape = /^\$unsalted-(md5|sha1|sha256|sha384|sha512)\$ht=(hex|hex-upper|base64)\$([A-Za-z0-9+/]+)$/

const noSalt = Buffer.alloc(0)

const isWithinLimits = ({ digest, hash }: UnsaltedDigestHash): boolean => hash.length === digestBytes[digest]

function bounded({ digest, hashText }: UnsaltedDigestLayout, hash: Buffer | undefined): UnsaltedDigestHash | undefined {
  if (!hash) return undefined
  const read: UnsaltedDigestHash = { format: 'unsalted-digest', digest, hashText, salt: noSalt, hash }
  return isWithinLimits(read) ? read : undefined
}

export const readUnsaltedColumn = (layout: UnsaltedDigestLayout, text: string): UnsaltedDigestHash | undefined =>
  bounded(layout, readAs(layout.hashText, text))

export const writeUnsaltedColumn = ({ hashText, hash }: UnsaltedDigestHash): string => writeAs(hashText, hash)

/**
 * Our `$unsalted-md5$ht=hex$hash`: one round of a digest over the password alone. `ht` only remembers how the legacy
 * table writes it. Password bytes: UTF-8. Equal passwords have equal hashes; these hold back nobody.
 */
export const unsaltedDigest: Scheme<UnsaltedDigestHash, Extract<Recipe, { format: 'unsalted-digest' }>> = {
  read(stored) {
    const [, digest, hashText, hash = ''] = shape.exec(stored) ?? []
    if (digest === undefined) return undefined
    // the expression above admits no other words
    return bounded({ digest, hashText } as UnsaltedDigestLayout, readB64(hash))
  },

  write: ({ digest, hashText, hash }) => `$unsalted-${digest}$ht=${hashText}$${writeB64(hash)}`,

  derive: async ({ digest }, password) => digestOf(digest, Buffer.from(password, 'utf8'), 'buffer'),

  prepare({ digest, hashText }) {
    const hash = Buffer.alloc(digestBytes[digest])
    return assertReadable({ format: 'unsalted-digest', digest, hashText, salt: noSalt, hash }, isWithinLimits)
  },
}
