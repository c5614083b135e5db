/**
 * Computes the passwords and hashes of the demo once, at their real cost, and writes `triples.jsonl` and
 * `named-triples.jsonl`. Takes about a minute. Run it after a change of the named people:
 *
 *     node demo/legacy/make-triples.ts
 *
 * Salts come from a fixed seed, so a second run writes the same bytes and a changed line is a changed person.
 * Nothing outside a demo may choose its salts like this.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { drawFrom } from './draw.ts'
import { namedPeople } from './named-people.ts'
import { hashKinds, hashPassword, type HashKind } from './password-hash.ts'
import { drawPassword } from './password-words.ts'
import { namedTriplesFile, triplesFile, type NamedTriple, type Triple } from './triples.ts'

const triplesPerKind = 520

async function triple(kind: HashKind, password: string, saltSeed: string): Promise<Triple> {
  const salt = createHash('sha256').update(saltSeed).digest().subarray(0, 16)
  const stored = await hashPassword(kind, password, salt)
  return { kind, password, hash: stored.hash, salt: stored.salt }
}

function distinctPasswords(count: number): readonly string[] {
  const draw = drawFrom('passwords of the crowd')
  const taken = new Set(namedPeople.map((person) => person.password))
  const passwords: string[] = []
  while (passwords.length < count) {
    const password = drawPassword(draw).normalize('NFC')
    if (taken.has(password)) continue
    taken.add(password)
    passwords.push(password)
  }
  return passwords
}

function write(file: URL, lines: readonly Triple[]): void {
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

const passwords = distinctPasswords(hashKinds.length * triplesPerKind)
const kindOf = (at: number): HashKind => hashKinds[at % hashKinds.length] as HashKind
const crowd = await Promise.all(passwords.map((password, at) => triple(kindOf(at), password, `crowd ${at}`)))
write(triplesFile, crowd)

const named = await Promise.all(
  namedPeople.map(async (person): Promise<NamedTriple> => {
    return {
      username: person.username,
      ...(await triple(person.hashKind, person.password, `named ${person.username}`)),
    }
  }),
)
write(namedTriplesFile, named)
console.log(`${crowd.length} triples and ${named.length} of named people`)
