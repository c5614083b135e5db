import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { testDatabase, describeMultiConnection } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { make, toColumns, verify } from '../../protocol/password-hash/index.ts'
import { makeShard } from '../../testing/legacy-shard.ts'
import type { ShardRow } from '../../testing/legacy-shard.ts'
import { openLegacyStores } from './index.ts'
import type { LegacyStore, LegacyStoreSettings } from './index.ts'

const recipe = {
  format: 'salted-digest',
  digest: 'md5',
  saltPosition: 'first',
  hashText: 'hex',
  saltText: 'utf8',
} as const

let folder: string
let stored: string
let columns: { readonly hash: string; readonly salt?: string | undefined; readonly format: string }
beforeAll(async () => {
  stored = await make(recipe, 'correct horse', systemRandom.bytes)
  const written = toColumns(stored)
  if (!written) throw new Error('no columns')
  columns = written
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-legacy-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const opened: LegacyStore[] = []
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
})
function open(settings: LegacyStoreSettings): LegacyStore {
  const store = openLegacyStores([settings]).get(settings.id)
  if (!store) throw new Error('not opened')
  opened.push(store)
  return store
}
const row = (id: string, username: string, more: Partial<ShardRow> = {}): ShardRow => ({
  id,
  biller: '1',
  username,
  hash: columns.hash,
  ...(columns.salt === undefined ? {} : { salt: columns.salt }),
  format: columns.format,
  ...more,
})
const unavailable = async (call: Promise<unknown>): Promise<void> => {
  await expect(call).rejects.toThrow(Problem)
  await expect(call).rejects.toMatchObject({ code: 'legacy.unavailable' })
}
function shard(rows: readonly ShardRow[]) {
  const { file, ...settings } = makeShard(folder, 'shard', rows)
  return { file, settings }
}

describe('a legacy store in SQLite', () => {
  it('finds people by name and by address, with their flags and a hash that verifies', async () => {
    const store = open(
      shard([
        row('7', 'Jane', { email: 'Jane@Example.org', isLocked: true }),
        row('8', 'jane', { biller: '2', isDisabled: true, mustChange: true }),
      ]).settings,
    )
    const [first, second, ...more] = await store.find('jane')
    expect(more).toStrictEqual([])
    expect(first).toMatchObject({
      storeId: 'shard',
      legacyId: '7',
      billerKey: '1',
      username: 'Jane',
      storedHash: columns.hash,
      passwordFormat: columns.format,
      email: 'Jane@Example.org',
      isLocked: true,
      isDisabled: false,
      mustChange: false,
    })
    expect(second).toMatchObject({
      legacyId: '8',
      email: undefined,
      isLocked: false,
      isDisabled: true,
      mustChange: true,
    })
    expect(await verify('correct horse', first?.passwordHash ?? '')).toBe(true)
    expect(await verify('wrong horse', first?.passwordHash ?? '')).toBe(false)
    expect((await store.findByAddress('jane@example.org')).map(({ legacyId }) => legacyId)).toStrictEqual(['7'])
    expect(await store.find('nobody')).toStrictEqual([])
  })

  it('takes a name as a value, whatever it holds', async () => {
    const store = open(shard([row('1', 'jane')]).settings)
    for (const name of ["' or 1=1 --", "jane'; drop table login; --", ':canonical', '%', '\u0000']) {
      expect(await store.find(name)).toStrictEqual([])
    }
    expect(await store.find('jane')).toHaveLength(1)
  })

  it('lists everybody once in pages, in the order of their ids', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => String(index + 10))
    const store = open(shard(ids.map((id) => row(id, `user${id}`))).settings)
    const seen: string[] = []
    for (let after = ''; ;) {
      const page = await store.list(after, 10)
      if (page.length === 0) break
      seen.push(...page.map(({ legacyId }) => legacyId))
      after = page.at(-1)?.legacyId ?? ''
    }
    expect(seen).toStrictEqual(ids)
  })

  it('knows a person whose hash cannot be read, without a hash', async () => {
    const store = open(
      shard([row('1', 'plain', { hash: 'hunter2', salt: '' }), row('2', 'odd', { format: 'rot13' })]).settings,
    )
    expect((await store.find('plain'))[0]).toMatchObject({ passwordHash: undefined, storedHash: 'hunter2' })
    expect((await store.find('odd'))[0]).toMatchObject({ passwordHash: undefined })
  })

  it.each([
    ['0', false],
    ['f', false],
    ['No', false],
    ['1', true],
    ['true', true],
    ['Y', true],
    ['2026-01-01', true],
    ['odd', true],
  ])('reads a flag given as text %j as %s: what does not say no is a yes', async (text, isOn) => {
    const { settings } = shard([row('1', 'jane')])
    const find = settings.statements.find.replace('locked as', `'${text}' as`)
    const store = open({ ...settings, statements: { ...settings.statements, find } })
    expect((await store.find('jane'))[0]?.isLocked).toBe(isOn)
  })

  it('replaces a password only where it is still the one that was read', async () => {
    const store = open(shard([row('1', 'jane'), row('2', 'joan')]).settings)
    const [before] = await store.find('jane')
    const renewed = await make(recipe, 'battery staple', systemRandom.bytes)
    expect(await store.writePassword(before!, renewed)).toBe(true)
    const [after] = await store.find('jane')
    expect(await verify('battery staple', after?.passwordHash ?? '')).toBe(true)
    expect(await store.writePassword(before!, stored)).toBe(false)
    expect((await store.find('jane'))[0]?.storedHash).toBe(after?.storedHash)
    expect((await store.find('joan'))[0]?.storedHash).toBe(columns.hash)
    expect(await store.writePassword({ ...after!, legacyId: 'gone' }, renewed)).toBe(false)
    expect(await store.writePassword(after!, 'not a hash of ours')).toBe(false)
  })

  it('whose owner allows no writing and no search by address does neither', async () => {
    const { settings } = shard([row('1', 'jane', { email: 'jane@example.org' })])
    const { find, list } = settings.statements
    const store = open({ ...settings, statements: { find, list } })
    expect(await store.findByAddress('jane@example.org')).toStrictEqual([])
    const [jane] = await store.find('jane')
    expect(await store.writePassword(jane!, await make(recipe, 'x', systemRandom.bytes))).toBe(false)
  })

  it('whose file is missing says so at once, makes no file, and is found again when it is back', async () => {
    const { file, settings } = shard([row('1', 'jane')])
    const away = `${file}.away`
    await rename(file, away)
    const store = open(settings)
    const startedAt = performance.now()
    await unavailable(store.find('jane'))
    expect(performance.now() - startedAt).toBeLessThan(1000)
    await rename(away, file)
    expect(await store.find('jane')).toHaveLength(1)
  })

  it('whose file was replaced while it was open is read from the new one', async () => {
    const { file, settings } = shard([row('1', 'jane')])
    const store = open(settings)
    expect(await store.find('jane')).toHaveLength(1)
    const { file: other } = makeShard(folder, 'other', [row('1', 'joan')])
    await rename(other, file)
    expect([await store.find('jane'), (await store.find('joan')).length]).toStrictEqual([[], 1])
  })

  it('that keeps failing is left alone for a while, and asked again after it', async () => {
    const { file, settings } = shard([row('1', 'jane')])
    const store = open(settings)
    expect(store.isReachable).toBe(true)
    await rename(file, `${file}.away`)
    for (let failed = 0; failed < 3; failed += 1) await unavailable(store.find('jane'))
    expect(store.isReachable).toBe(false)
    await rename(`${file}.away`, file)
    // Left alone: the file is back and is not asked.
    await unavailable(store.find('jane'))
    await vi.waitFor(
      async () => {
        // Only a check tries whether it is back; who asks for a name learns nothing about it.
        await unavailable(store.find('jane'))
        await store.check()
        expect(store.isReachable).toBe(true)
      },
      { timeout: 8000, interval: 100 },
    )
    expect(await store.find('jane')).toHaveLength(1)
  })

  it('that nobody asks for anything is found away by checks, which never fail', async () => {
    const { file, settings } = shard([row('1', 'jane')])
    const store = open(settings)
    await rename(file, `${file}.away`)
    for (let checks = 0; checks < 3; checks += 1) await store.check()
    expect(store.isReachable).toBe(false)
  })

  it('with a row that nobody can read refuses that row and stays open for everybody else', async () => {
    const { file, settings } = shard([row('1', 'jane'), row('2', 'joan')])
    const database = new DatabaseSync(file)
    database.exec("create table people as select * from login; update people set biller = null where id = '2'")
    database.close()
    const statements = { ...settings.statements, find: settings.statements.find.replace('from login', 'from people') }
    const store = open({ ...settings, statements })
    for (let tried = 0; tried < 5; tried += 1) await unavailable(store.find('joan'))
    expect(await store.find('jane')).toHaveLength(1)
    expect(store.isReachable).toBe(true)
  })

  it('says nothing of its own errors to the outside', async () => {
    const { settings } = shard([])
    const store = open({ ...settings, statements: { ...settings.statements, find: 'select hunter2 from :canonical' } })
    const refused = store.find('jane')
    await expect(refused).rejects.toMatchObject({
      detail: undefined,
      message: 'An earlier user store cannot be reached',
    })
  })
})

describeMultiConnection('a legacy store in PostgreSQL', () => {
  let url: string
  let close: () => Promise<void>
  let client: pg.Client
  beforeAll(async () => {
    const database = await testDatabase()
    close = database.close
    url = database.storage.kind === 'postgres' ? database.storage.url : ''
    client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`create table login (id bigint primary key, biller integer not null, name text not null,
      hash text, salt text, locked bigint not null, disabled boolean not null)`)
  })
  afterAll(async () => {
    await client.end()
    await close()
  })
  const select = `select id as legacy_id, biller as biller_key, name as username, hash as password_hash,
    salt as password_salt, locked as is_locked, disabled as is_disabled from login`
  const settings = (): LegacyStoreSettings => ({
    id: 'pg',
    dialect: 'postgres',
    connection: url,
    passwordFormat: columns.format,
    timeoutMilliseconds: 500,
    statements: {
      find: `${select} where lower(name) = :canonical::text -- by name, never ':canonical'`,
      list: `${select} where id > coalesce(nullif(:after, '')::bigint, 0) order by id limit :limit`,
      writePassword: `update login set hash = :password_hash, salt = :password_salt
        where id = :legacy_id::bigint and hash = :previous_hash`,
    },
  })

  it('is found, listed and written like any other, with the flags and keys its driver gives', async () => {
    await client.query('insert into login values (10, 1, $1, $2, $3, 1, false), (9, 2, $4, $2, $3, 0, true)', [
      'Jane',
      columns.hash,
      columns.salt,
      'joan',
    ])
    const store = open(settings())
    const [jane] = await store.find('jane')
    expect(jane).toMatchObject({ legacyId: '10', billerKey: '1', isLocked: true, isDisabled: false })
    expect(await verify('correct horse', jane?.passwordHash ?? '')).toBe(true)
    expect((await store.list('', 10)).map(({ legacyId }) => legacyId)).toStrictEqual(['9', '10'])
    expect(await store.list('10', 10)).toStrictEqual([])
    const renewed = await make(recipe, 'battery staple', systemRandom.bytes)
    expect(await store.writePassword(jane!, renewed)).toBe(true)
    expect(await store.writePassword(jane!, stored)).toBe(false)
  })

  it('that does not answer in time is unavailable in that time', async () => {
    const slow = {
      ...settings(),
      statements: { ...settings().statements, find: 'select pg_sleep(5), :canonical::text' },
    }
    const startedAt = performance.now()
    await unavailable(open(slow).find('jane'))
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })
})
