import { readFileSync } from 'node:fs'
import type { HashKind, PasswordHash } from './password-hash.ts'

/** A password and a hash of it that was really computed. */
export interface Triple {
  readonly kind: HashKind
  readonly password: string
  readonly hash: string
  readonly salt: string | null
}

export interface NamedTriple extends Triple {
  /** The user name in `named-people.ts` whose password this is. */
  readonly username: string
}

export const triplesFile = new URL('triples.jsonl', import.meta.url)
export const namedTriplesFile = new URL('named-triples.jsonl', import.meta.url)

/** Five hundred and more for each kind of hash; the crowd of the demo shares them, about ten users to one. */
export function readTriples(): readonly Triple[] {
  return readLines(triplesFile) as Triple[]
}

/** One for each named person; no user of the crowd has any of them. */
export function readNamedTriples(): readonly NamedTriple[] {
  return readLines(namedTriplesFile) as NamedTriple[]
}

export function storedHash(triple: Triple): PasswordHash {
  const isIdentity = triple.kind === 'aspnet-identity-v2' || triple.kind === 'aspnet-identity-v3'
  return { format: isIdentity ? 'aspnet-identity' : triple.kind, hash: triple.hash, salt: triple.salt }
}

function readLines(file: URL): readonly unknown[] {
  return JSON.parse(`[${readFileSync(file, 'utf8').trimEnd().replaceAll('\n', ',')}]`) as unknown[]
}
