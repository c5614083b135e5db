import { createHash, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseOptions, verify } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { namedPeople } from './named-people.ts'
import { hashKinds, hashPassword } from './password-hash.ts'
import { namedTriplesFile, readNamedTriples, readTriples, triplesFile, type Triple } from './triples.ts'

const crowd = readTriples()
const named = readNamedTriples()

/** Reads the stored text and computes again from what stands in it; shares nothing with the code that made it. */
async function proves(triple: Triple, password: string): Promise<boolean> {
  switch (triple.kind) {
    case 'bcrypt':
      return verify(password, triple.hash)
    case 'salted-md5-first':
      return createHash('md5').update(`${triple.salt}${password}`, 'utf8').digest('hex') === triple.hash
    case 'aspnet-membership-sha1': {
      const bytes = Buffer.concat([Buffer.from(triple.salt ?? '', 'base64'), Buffer.from(password, 'utf16le')])
      return createHash('sha1').update(bytes).digest('base64') === triple.hash
    }
    case 'pbkdf2': {
      const [, iterations, bytes, salt, subkey] =
        /^\$pbkdf2-sha256\$i=(\d+),l=(\d+)\$([^$=]+)\$([^$=]+)$/u.exec(triple.hash) ?? []
      expect(Number(iterations)).toBeGreaterThanOrEqual(100_000)
      const again = pbkdf2Sync(password, Buffer.from(salt ?? '', 'base64'), Number(iterations), Number(bytes), 'sha256')
      return timingSafeEqual(again, Buffer.from(subkey ?? '', 'base64'))
    }
    case 'aspnet-identity-v2': {
      const bytes = Buffer.from(triple.hash, 'base64')
      expect({ length: bytes.length, marker: bytes[0] }).toEqual({ length: 49, marker: 0 })
      return timingSafeEqual(pbkdf2Sync(password, bytes.subarray(1, 17), 1000, 32, 'sha1'), bytes.subarray(17))
    }
    case 'aspnet-identity-v3': {
      const bytes = Buffer.from(triple.hash, 'base64')
      const head = [bytes[0], bytes.readUInt32BE(1), bytes.readUInt32BE(5), bytes.readUInt32BE(9)]
      expect(head).toEqual([1, 2, 100_000, 16])
      const again = pbkdf2Sync(password, bytes.subarray(13, 29), bytes.readUInt32BE(5), 32, 'sha512')
      return timingSafeEqual(again, bytes.subarray(29))
    }
  }
}

function everyNth<T>(list: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, Math.floor(list.length / count))
  return list.filter((_, at) => at % step === 0).slice(0, count)
}

describe.each(hashKinds)('the triples of kind %s', (kind) => {
  const ofKind = crowd.filter((triple) => triple.kind === kind)
  const isCheap = kind === 'salted-md5-first' || kind === 'aspnet-membership-sha1' || kind === 'aspnet-identity-v2'

  it('are at least 500, and no two share password, salt or hash', () => {
    expect(ofKind.length).toBeGreaterThanOrEqual(500)
    expect(new Set(ofKind.map((triple) => triple.password)).size).toBe(ofKind.length)
    expect(new Set(ofKind.map((triple) => triple.hash)).size).toBe(ofKind.length)
    const salts = ofKind.flatMap((triple) => triple.salt ?? [])
    expect(new Set(salts).size).toBe(salts.length)
  })

  it('prove their password and no other one', async () => {
    for (const triple of isCheap ? ofKind : everyNth(ofKind, 10)) {
      expect(await proves(triple, triple.password), triple.password).toBe(true)
    }
    for (const triple of everyNth(ofKind, 3)) expect(await proves(triple, `${triple.password} `)).toBe(false)
  })

  it('of named people prove the passwords that are shown', async () => {
    const people = namedPeople.filter((person) => person.hashKind === kind)
    expect(people.length).toBeGreaterThanOrEqual(10)
    for (const person of isCheap ? people : everyNth(people, 6)) {
      const triple = named.find((candidate) => candidate.username === person.username)
      expect(triple && (await proves(triple, person.password)), person.username).toBe(true)
    }
  })
})

describe('the files of triples', () => {
  it('hold bcrypt at cost 10', () => {
    const hashes = [...crowd, ...named].filter((triple) => triple.kind === 'bcrypt').map((triple) => triple.hash)
    expect(new Set(hashes.map((hash) => parseOptions(hash).cost))).toEqual(new Set([10]))
  })

  it('give every named person a triple of their own, with a password nobody else has', () => {
    expect(named.map((triple) => triple.username)).toEqual(namedPeople.map((person) => person.username))
    const passwords = [...crowd, ...named].map((triple) => triple.password)
    expect(new Set(passwords).size).toBe(passwords.length)
    const hashes = [...crowd, ...named].map((triple) => triple.hash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('stay under 1.5 MB', () => {
    const bytes = [triplesFile, namedTriplesFile].map((file) => statSync(fileURLToPath(file)).size)
    expect(bytes[0]! + bytes[1]!).toBeLessThan(1_500_000)
  })
})

describe('hashing a password', () => {
  it.each(hashKinds)('as %s is proved by the independent computation, non-ASCII letters included', async (kind) => {
    const { hash, salt } = await hashPassword(kind, 'Übermut & crème 漢', Buffer.from('0123456789abcdef'))
    expect(await proves({ kind, password: '', hash, salt }, 'Übermut & crème 漢')).toBe(true)
    expect(await proves({ kind, password: '', hash, salt }, 'Ubermut & creme 漢')).toBe(false)
  })

  it('as PBKDF2-SHA256 writes salt and hash without padding', async () => {
    const { hash } = await hashPassword('pbkdf2', 'x', Buffer.alloc(16, 7))
    expect(hash).toMatch(/^\$pbkdf2-sha256\$i=100000,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/u)
  })
})
