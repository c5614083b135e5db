import { describe, expect, it } from 'vitest'
import { billers, shardIds } from './billers.ts'
import { hashKinds } from './password-hash.ts'
import { canonicalUsername, guests, namedPeople, people } from './people.ts'
import { poolUsers } from './pool-users.ts'

const everybody = people()
const byUsername = new Map(everybody.map((person) => [person.username, person]))

function share(matches: number): number {
  return (matches * 100) / everybody.length
}

describe('the billers', () => {
  it('are 24: 16 legacy, 4 concurrent, 4 new, eight in each shard', () => {
    expect(
      Object.fromEntries(
        Map.groupBy(billers, (b) => b.mode)
          .entries()
          .map(([mode, list]) => [mode, list.length]),
      ),
    ).toEqual({
      legacy: 16,
      concurrent: 4,
      new: 4,
    })
    for (const shard of shardIds) expect(billers.filter((biller) => biller.shard === shard)).toHaveLength(8)
  })

  it('have ids, slugs, names, legacy keys and support numbers of their own', () => {
    for (const field of [
      'id',
      'slug',
      'name',
      'legacyKey',
      'supportEmail',
      'supportPhone',
      'mailDomain',
      'initials',
    ] as const) {
      expect(new Set(billers.map((biller) => biller[field])).size, field).toBe(24)
    }
    for (const { id, slug, brandColor, supportPhone } of billers) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u)
      expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/u)
      expect(brandColor).toMatch(/^#[0-9A-F]{6}$/u)
      expect(supportPhone).toMatch(/^\(\d{3}\) 555-01\d\d$/u)
    }
  })
})

describe('the people', () => {
  it('are as many as each biller says, about 30,000 in all', () => {
    const counts = Map.groupBy(everybody, (person) => person.biller)
    for (const biller of billers) expect(counts.get(biller), biller.slug).toHaveLength(biller.userCount)
    expect(everybody.length).toBeGreaterThan(29_000)
    expect(everybody.length).toBeLessThan(31_000)
  })

  it('have user names that no letter case and no Unicode form makes equal, over all billers', () => {
    expect(new Set(everybody.map((person) => canonicalUsername(person.username))).size).toBe(everybody.length)
    expect(canonicalUsername('JOSE\u0301.NU\u0301N\u0303EZ')).toBe('josé.núñez')
    expect(everybody.filter((person) => /[^\p{ASCII}]/u.test(person.username)).length).toBeGreaterThan(300)
  })

  it('have legacy ids of their own in each shard', () => {
    for (const shard of shardIds) {
      const ids = everybody.filter((person) => person.biller.shard === shard).map((person) => person.legacyId)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.every((id) => (shard === 'shard-c' ? /^\d{5,6}$/u : /^[0-9a-f-]{36}$/iu).test(id))).toBe(true)
    }
  })

  it('share about two in a hundred addresses, within billers and across them', () => {
    const withAddress = everybody.filter((person) => person.email !== undefined)
    const sharing = [...Map.groupBy(withAddress, (person) => person.email!.toLowerCase()).values()].filter(
      (list) => list.length > 1,
    )
    const sharingPeople = sharing.reduce((sum, list) => sum + list.length, 0)
    expect(share(sharingPeople)).toBeGreaterThan(1.5)
    expect(share(sharingPeople)).toBeLessThan(2.5)
    const across = sharing.filter((list) => new Set(list.map((person) => person.biller)).size > 1)
    expect(across.length).toBeGreaterThan(50)
    expect(sharing.length - across.length).toBeGreaterThan(50)
  })

  it('are locked, disabled, about to change their password or without address as often as announced', () => {
    expect(share(everybody.filter((person) => person.isLocked).length)).toBeCloseTo(1, 0)
    expect(share(everybody.filter((person) => person.isDisabled).length)).toBeCloseTo(2, 0)
    expect(everybody.filter((person) => person.mustChange).length).toBeGreaterThan(50)
    expect(everybody.filter((person) => person.email === undefined).length).toBeGreaterThan(500)
    expect(everybody.filter((person) => person.mustReset && person.biller.mode !== 'new')).toEqual([])
  })

  it('receive letters at reserved domains only', () => {
    expect(
      everybody.filter((person) => person.email !== undefined && !/^[^@\s]+@[a-z]+\.example$/u.test(person.email)),
    ).toEqual([])
  })
})

describe('the named people', () => {
  it('are at least 100 in every biller, hash and state, and all among the people', () => {
    expect(namedPeople.length).toBeGreaterThanOrEqual(100)
    expect(new Set(namedPeople.map((person) => person.biller)).size).toBe(24)
    expect(new Set(namedPeople.map((person) => person.hashKind))).toEqual(new Set(hashKinds))
    expect(new Set(namedPeople.map((person) => person.state)).size).toBe(5)
    expect(namedPeople.filter((person) => byUsername.get(person.username)?.biller !== person.biller)).toEqual([])
  })

  it('have a hash that their shard knows, and a reset pending only where a pool can say so', () => {
    const known = {
      'shard-a': /^aspnet-identity/u,
      'shard-b': /^(aspnet-membership|bcrypt)/u,
      'shard-c': /^(salted-md5|pbkdf2|bcrypt)/u,
    }
    for (const { biller, hashKind, state, username } of namedPeople) {
      expect(hashKind, username).toMatch(known[biller.shard])
      if (state === 'must-reset') expect(biller.mode, username).toBe('new')
    }
  })
})

describe('the guests', () => {
  it('are named people, one for each situation', () => {
    expect(new Set(guests.map((guest) => guest.situation)).size).toBe(guests.length)
    for (const guest of guests) {
      expect(namedPeople.find((person) => person.username === guest.username)).toMatchObject({
        password: guest.password,
      })
    }
  })

  it('are in the situation that the list claims', () => {
    const of = (situation: string) =>
      byUsername.get(guests.find((guest) => guest.situation === situation)?.username ?? '')
    expect(of('Legacy, ASP.NET Identity v3')).toMatchObject({
      biller: { mode: 'legacy' },
      hash: { hash: expect.stringMatching(/^AQAAAAI/u) },
    })
    expect(of('Legacy, ASP.NET Identity v2')).toMatchObject({
      biller: { mode: 'legacy' },
      hash: { hash: expect.stringMatching(/^A[A-P]/u) },
    })
    expect(of('Legacy, ASP.NET Membership')).toMatchObject({
      biller: { mode: 'legacy' },
      hash: { format: 'aspnet-membership-sha1' },
    })
    expect(of('Legacy, bcrypt')).toMatchObject({ biller: { mode: 'legacy' }, hash: { format: 'bcrypt' } })
    expect(of('Legacy, PBKDF2')).toMatchObject({ biller: { mode: 'legacy' }, hash: { format: 'pbkdf2' } })
    expect(of('Legacy, MD5')).toMatchObject({ biller: { mode: 'legacy' }, hash: { format: 'salted-md5-first' } })
    expect(of('Concurrent biller')).toMatchObject({ biller: { mode: 'concurrent' } })
    expect(of('Migrated user of a new biller')).toMatchObject({
      biller: { mode: 'new' },
      isLocked: false,
      isDisabled: false,
    })
    expect(of('Must change the password')).toMatchObject({ biller: { mode: 'new' }, mustChange: true })
    expect(of('Must reset the password')).toMatchObject({
      biller: { mode: 'new' },
      mustReset: true,
      email: expect.any(String),
    })
    expect(of('Locked')).toMatchObject({ biller: { mode: 'legacy' }, isLocked: true })
    expect(of('Disabled')).toMatchObject({ biller: { mode: 'legacy' }, isDisabled: true })
    expect(of('No e-mail address')).toMatchObject({ email: undefined, isLocked: false, isDisabled: false })
    const grace = of('One address, two user names')
    const sharing = everybody.filter((person) => person.email === grace?.email)
    expect(sharing.map((person) => person.username)).toEqual(['gokonkwo', 'grace.okonkwo'])
  })
})

describe('the users of the pools', () => {
  const inPools = [...poolUsers()]

  it('are all users of the concurrent and new billers, about 1,500, and nobody else', () => {
    const billerIds = billers.filter((biller) => biller.mode !== 'legacy').map((biller) => biller.id)
    expect(new Set(inPools.map((user) => user.billerId))).toEqual(new Set(billerIds))
    expect(inPools).toHaveLength(everybody.filter((person) => person.biller.mode !== 'legacy').length)
    expect(inPools.length).toBeGreaterThan(1400)
    expect(inPools.length).toBeLessThan(1600)
    for (const biller of billers.filter((candidate) => candidate.mode !== 'legacy')) {
      expect(biller.userCount).toBeGreaterThanOrEqual(100)
      expect(biller.userCount).toBeLessThanOrEqual(250)
    }
  })

  it('come in every state, and nobody shut out by legacy comes as active', () => {
    expect(new Set(inPools.map((user) => user.passwordState))).toEqual(
      new Set(['valid', 'must_be_changed', 'must_be_reset']),
    )
    const shut = new Set(
      everybody.filter((person) => person.isLocked || person.isDisabled).map((person) => person.username),
    )
    for (const user of inPools) expect(user.status, user.username).toBe(shut.has(user.username) ? 'inactive' : 'active')
  })
})
