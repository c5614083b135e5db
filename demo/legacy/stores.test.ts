import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { shardIds } from './billers.ts'
import { canonicalUsername, people, type Person } from './people.ts'
import { seedShards } from './shards.ts'
import { legacyStores } from './stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-stores-'))
const { stores } = legacyStores(folder)

beforeAll(() => void seedShards(folder))
afterAll(() => rmSync(folder, { recursive: true }))

type Row = Record<string, SQLOutputValue>

/** What a store must answer for a person, its version apart. */
function rowOf(person: Person): Row {
  return {
    legacy_id: person.legacyId,
    biller_key: person.biller.legacyKey,
    username: person.username,
    password_hash: person.hash.hash,
    password_salt: person.hash.salt,
    password_format: person.hash.format,
    email: person.email ?? null,
    display_name: person.displayName,
    is_locked: person.isLocked ? 1 : 0,
    is_disabled: person.isDisabled ? 1 : 0,
    must_change: person.mustChange ? 1 : 0,
  }
}

function withoutVersion(row: Row): Row {
  const { version: _, ...rest } = row
  return rest
}

describe('the configuration of the legacy stores', () => {
  it('is plain data: three stores at absolute paths, two with a version to follow', () => {
    expect(JSON.parse(JSON.stringify(legacyStores(folder)))).toEqual({ stores })
    expect(stores.map((store) => store.id)).toEqual([...shardIds])
    expect(stores.every((store) => isAbsolute(store.connection.slice('file:'.length)))).toBe(true)
    expect(stores.map((store) => store.statements.changes !== undefined)).toEqual([true, false, true])
  })
})

describe.each(stores)('the statements of $id', ({ id, connection, passwordFormat, statements }) => {
  const staff = people().filter((person) => person.biller.shard === id)
  let db: DatabaseSync

  beforeEach(() => {
    db = new DatabaseSync(connection.slice('file:'.length))
    db.exec('BEGIN')
    return () => {
      db.exec('ROLLBACK')
      db.close()
    }
  })

  function rows(sql: string, parameters: Record<string, SQLInputValue>): Row[] {
    return db.prepare(sql).all(parameters)
  }
  function find(username: string): Row[] {
    return rows(statements.find, { canonical: canonicalUsername(username) })
  }
  function write(row: Row, changed: Record<string, SQLInputValue> = {}): number | bigint {
    const parameters = {
      legacy_id: row['legacy_id']!,
      previous_hash: row['password_hash']!,
      password_hash: 'new hash',
      password_salt: passwordFormat === 'aspnet-membership-sha1' ? 'new salt' : null,
      password_format: passwordFormat,
    }
    return db.prepare(statements.writePassword).run({ ...parameters, ...changed }).changes
  }
  function listAll(limit: number): Row[] {
    const all: Row[] = []
    for (let after = ''; ;) {
      const page = rows(statements.list, { after, limit })
      all.push(...page)
      if (page.length < limit) return all
      after = String(page.at(-1)?.['legacy_id'])
    }
  }

  it('list every user exactly once, each as they are', () => {
    const listed = listAll(997)
    expect(listed).toHaveLength(staff.length)
    const byId = new Map(listed.map((row) => [row['legacy_id'], row]))
    expect(byId.size).toBe(staff.length)
    for (const person of staff) expect(withoutVersion(byId.get(person.legacyId) ?? {})).toEqual(rowOf(person))
  })

  it('find a user by name in any letter case and Unicode form, and nobody under an unknown name', () => {
    const accented = staff.filter((person) => /[^\p{ASCII}]/u.test(person.username) && !/[ßı]/u.test(person.username))
    expect(accented.length).toBeGreaterThan(50)
    for (const person of [...accented, ...staff.slice(0, 200)]) {
      expect(find(person.username.toUpperCase().normalize('NFD')).map(withoutVersion)).toEqual([rowOf(person)])
    }
    expect(find('nobody.at.all')).toEqual([])
    expect(find('')).toEqual([])
    expect(find('%')).toEqual([])
  })

  it('find all users who share an address, and nobody for an empty one', () => {
    const byAddress = Map.groupBy(staff, (person) => person.email?.toLowerCase() ?? '')
    byAddress.delete('')
    const shared = [...byAddress].filter(([, sharing]) => sharing.length > 1)
    expect(shared.length).toBeGreaterThan(10)
    for (const [address, sharing] of shared) {
      const ids = rows(statements.findByAddress, { address }).map((row) => row['legacy_id'])
      expect(new Set(ids)).toEqual(new Set(sharing.map((person) => person.legacyId)))
      expect(ids).toHaveLength(sharing.length)
    }
    expect(rows(statements.findByAddress, { address: '' })).toEqual([])
  })

  it('start from an index and sort nothing', () => {
    const { find: byName, findByAddress, list, changes, writePassword } = statements
    for (const sql of [byName, findByAddress, list, changes, writePassword].filter((text) => text !== undefined)) {
      const plan = db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((step) => String(step['detail']))
      expect(plan.length).toBeGreaterThan(0)
      expect(plan.filter((step) => !/^SEARCH .* USING (COVERING )?(INDEX|INTEGER PRIMARY KEY)/u.test(step))).toEqual([])
    }
  })

  it('write a password once: the second writer who saw the same hash changes nothing', () => {
    const person = staff.find((candidate) => candidate.mustChange)!
    const [before] = find(person.username)
    expect(write(before!)).toBe(1)
    expect(write(before!, { password_hash: 'newer hash' })).toBe(0)
    const [after] = find(person.username)
    expect(after).toMatchObject({ password_hash: 'new hash', password_format: passwordFormat, must_change: 0 })
    expect(withoutVersion(after!)).toEqual({
      ...withoutVersion(before!),
      password_hash: 'new hash',
      password_salt: passwordFormat === 'aspnet-membership-sha1' ? 'new salt' : null,
      password_format: passwordFormat,
      must_change: 0,
    })
  })

  it('touch one row only when they write a password', () => {
    const before = new Map(listAll(5000).map((row) => [row['legacy_id'], row]))
    write(find(staff[7]!.username)[0]!)
    const changed = listAll(5000).filter((row) => JSON.stringify(row) !== JSON.stringify(before.get(row['legacy_id'])))
    expect(changed.map((row) => row['legacy_id'])).toEqual([staff[7]!.legacyId])
  })

  it('write nothing for an unknown id, a text that only begins with an id, or a format the store cannot keep', () => {
    const [row] = find(staff[3]!.username)
    const known = String(row!['legacy_id'])
    for (const legacy_id of ['', '0', `${known}x`, ` ${known}`, `${known} `]) expect(write(row!, { legacy_id })).toBe(0)
    expect(write(row!, { password_format: 'argon2id' })).toBe(0)
    if (id === 'shard-c') expect(write(row!, { password_format: 'salted-md5-first', password_salt: null })).toBe(0)
    if (passwordFormat === 'aspnet-identity') expect(write(row!, { password_salt: 'a salt' })).toBe(0)
    if (passwordFormat === 'aspnet-membership-sha1') expect(write(row!, { password_salt: null })).toBe(0)
    expect(find(staff[3]!.username)).toEqual([row])
  })

  it.skipIf(statements.changes === undefined)('follow the writes in order, whoever makes them, and miss none', () => {
    const changesSince = (since: number, limit: number): Row[] => rows(statements.changes!, { since, limit })
    const seen: Row[] = []
    for (let page = changesSince(0, 801); page.length > 0; page = changesSince(Number(seen.at(-1)!['version']), 801))
      seen.push(...page)
    const versions = seen.map((row) => Number(row['version']))
    expect(new Set(seen.map((row) => row['legacy_id'])).size).toBe(staff.length)
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))

    const last = versions.at(-1)!
    expect(changesSince(last, 10)).toEqual([])
    const [first, second, third] = [staff[0]!, staff[1]!, staff[2]!]
    write(find(second.username)[0]!)
    const rename = {
      'shard-a': 'UPDATE AspNetUsers SET LastName = ? WHERE Id = ?',
      'shard-c': 'UPDATE biller_login SET full_name = ? WHERE login_id = ?',
    }
    db.prepare(rename[id as keyof typeof rename]).run('Renamed', first.legacyId)
    write(find(third.username)[0]!)
    write(find(second.username)[0]!, { password_hash: 'third hash' })
    const written = changesSince(last, 10)
    expect(written.map((row) => row['legacy_id'])).toEqual([first, third, second].map((person) => person.legacyId))
    expect(written.map((row) => row['version'])).toEqual([last + 2, last + 3, last + 4])
  })
})
