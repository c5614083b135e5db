import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { makeShard } from '../../testing/legacy-shard.ts'
import type { ShardRow } from '../../testing/legacy-shard.ts'
import { insertBiller } from '../billers/index.ts'
import { openLegacyStores } from '../legacy/index.ts'
import type { LegacyStore } from '../legacy/index.ts'
import { insertOrganization, insertTenant, insertWorkspace, organizationId } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { claimName, findInStores, findName, findScan, nameKeys, nameScope, releaseName, scanStore } from './index.ts'
import type { ScanNeeds } from './index.ts'

let database: TestDatabase
let needs: ScanNeeds
let base: string
const clock = movableClock()
const keys = nameKeys(systemRandom.bytes(32))

beforeAll(async () => {
  database = await testDatabase()
  base = await mkdtemp(join(tmpdir(), 'gatehouse-directory-'))
  needs = { db: database.db, clock, random: systemRandom, keys }
})
afterAll(async () => {
  await database.close()
  await rm(base, { recursive: true, force: true })
})

/** A tenant of its own for each test, with billers `one` and `two` of one store. */
interface Place {
  readonly workspace: Workspace
  readonly storeId: string
  readonly store: LegacyStore
  readonly file: string
  readonly id: (biller: 'one' | 'two') => ReturnType<typeof organizationId>
}
let count = 0
async function newPlace(
  rows: readonly ShardRow[],
  usernameScope: Workspace['usernameScope'] = 'workspace',
): Promise<Place> {
  count += 1
  const tenantId = `t${count}`
  const storeId = `shard${count}`
  const { file, ...settings } = makeShard(base, storeId, rows)
  const store = openLegacyStores([settings]).get(storeId)!
  const workspace: Workspace = {
    tenantId,
    workspaceId: 'portal',
    name: 'P',
    kind: 'customer',
    usernameScope,
    brand: {},
  }
  const now = clock.now()
  const dates = { createdAt: now, updatedAt: now }
  const id = (biller: 'one' | 'two') => organizationId(`${tenantId}-${biller}`)
  await database.db.transaction(async (tx) => {
    await insertTenant(tx, tenantId, tenantId, now)
    await insertWorkspace(tx, workspace, now)
    for (const biller of ['one', 'two'] as const) {
      await insertOrganization(tx, {
        tenantId,
        organizationId: id(biller),
        workspaceId: 'portal',
        name: biller,
        description: '',
        domains: [],
        metadata: {},
        brand: {},
        isTemplate: false,
        revision: 1,
        ...dates,
      })
      await insertBiller(tx, {
        tenantId,
        organizationId: id(biller),
        billerGuid: systemRandom.uuid(),
        legacyStoreId: storeId,
        legacyBillerKey: biller,
        mode: 'legacy',
        epoch: 1,
        isCustomUrlEnabled: true,
        ...dates,
      })
    }
  })
  return { workspace, storeId, store, file, id }
}

const row = (id: string, biller: string, username: string): ShardRow => ({
  id: id.padStart(6, '0'),
  biller,
  username,
  hash: 'x',
  format: 'salted-md5-first',
})
const find = (place: Place, name: string, within?: 'one' | 'two') =>
  findName(database.db.reader, keys, place.workspace, name, within && place.id(within))
const rowsOf = (place: Place) =>
  database.db.reader
    .selectFrom('directory_names')
    .selectAll()
    .where('tenant_id', '=', place.workspace.tenantId)
    .orderBy('name_key')
    .execute()
function change(place: Place, statement: string): void {
  const legacy = new DatabaseSync(place.file)
  legacy.exec(statement)
  legacy.close()
}
const claim = (place: Place, name: string, userId: string, biller: 'one' | 'two' = 'one') =>
  database.db.transaction((tx) =>
    claimName(tx, {
      keys: keys.inIndex(place.workspace, name),
      scope: nameScope(place.workspace, place.id(biller)),
      tenantId: place.workspace.tenantId,
      workspaceId: place.workspace.workspaceId,
      organizationId: place.id(biller),
      userId,
    }),
  )
/** People `user1` … by one statement: the disk is waited for once. */
async function crowdedPlace(length: number): Promise<Place> {
  const place = await newPlace([])
  change(
    place,
    `insert into login
      with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${length})
      select printf('%06d', n), iif(n % 2 = 1, 'one', 'two'), 'user' || n, 'x', null, 'salted-md5-first', null, 0, 0, 0
      from numbers`,
  )
  return place
}

describe('the key of a name', () => {
  const place = { tenantId: 'harbor', workspaceId: 'portal' }
  it('is 32 bytes that do not hold the name, the same every time', () => {
    expect(keys.ofName(place, 'jane')).toHaveLength(32)
    expect(keys.ofName(place, 'jane')).toStrictEqual(keys.ofName({ ...place }, 'jane'))
    expect(keys.ofName(place, 'jane').includes('jane')).toBe(false)
  })

  it('is another one in another workspace, another tenant, and under another key', () => {
    const made = [
      keys.ofName(place, 'jane'),
      keys.ofName({ ...place, workspaceId: 'admin' }, 'jane'),
      keys.ofName({ ...place, tenantId: 'staging' }, 'jane'),
      keys.ofName({ tenantId: 'harbor\0portal', workspaceId: '' }, 'jane'),
      nameKeys(systemRandom.bytes(32)).ofName(place, 'jane'),
    ]
    expect(new Set(made.map((key) => key.toString('hex'))).size).toBe(made.length)
  })
})

describe('a scan', () => {
  it('makes every person of our billers findable, by the name as it is compared, and nobody else', async () => {
    const place = await newPlace([
      row('1', 'one', 'Jane'),
      row('2', 'two', 'ＪＯＡＮ'),
      row('3', 'stranger', 'jim'),
      row('4', 'one', ''),
    ])
    const scan = await scanStore(needs, place.store)
    expect(scan).toMatchObject({ namesSeen: 4, namesInConflict: 0, failure: undefined, finishedAt: clock.now() })
    expect(await find(place, 'jane')).toStrictEqual({
      kind: 'found',
      entry: { organizationId: place.id('one'), userId: undefined, legacyStoreId: place.storeId, legacyId: '000001' },
    })
    expect(await find(place, 'joan')).toMatchObject({ kind: 'found', entry: { organizationId: place.id('two') } })
    expect(await find(place, 'jim')).toStrictEqual({ kind: 'unknown' })
    expect(await rowsOf(place)).toHaveLength(2)
    expect(await findScan(database.db.reader, place.storeId)).toStrictEqual(scan)
  })

  it('of more than a page reads every page, and a second one changes nothing', async () => {
    const place = await crowdedPlace(1203)
    expect(await scanStore(needs, place.store)).toMatchObject({ namesSeen: 1203, namesInConflict: 0 })
    const rows = await rowsOf(place)
    expect(rows).toHaveLength(1203)
    expect(await scanStore(needs, place.store)).toMatchObject({ namesSeen: 1203, namesInConflict: 0 })
    expect(await rowsOf(place)).toStrictEqual(rows)
  })

  it('that ends half-way adds what it saw and removes nothing', async () => {
    const place = await crowdedPlace(1100)
    await scanStore(needs, place.store)
    change(
      place,
      "delete from login where id <= '000100'; insert into login select 'a', biller, 'newcomer', hash, salt, format, email, locked, disabled, must_change from login limit 1; update login set id = '000000' where id = 'a'",
    )
    let pages = 0
    const failing: LegacyStore = {
      ...place.store,
      isReachable: true,
      check: async () => {},
      async list(after, limit) {
        pages += 1
        if (pages > 1) throw new Problem('legacy.unavailable')
        return place.store.list(after, limit)
      },
    }
    expect(await scanStore(needs, failing)).toMatchObject({ failure: 'legacy.unavailable', namesSeen: 500 })
    expect(await find(place, 'user1')).toMatchObject({ kind: 'found' })
    expect(await find(place, 'newcomer')).toMatchObject({ kind: 'found' })
    expect(await rowsOf(place)).toHaveLength(1101)
    expect(await scanStore(needs, place.store)).toMatchObject({ failure: undefined, namesSeen: 1001 })
    expect(await find(place, 'user1')).toStrictEqual({ kind: 'unknown' })
    expect(await rowsOf(place)).toHaveLength(1001)
  })

  it('of a store whose file is away says so and removes nothing', async () => {
    const place = await newPlace([row('1', 'one', 'jane')])
    await scanStore(needs, place.store)
    await rename(place.file, `${place.file}.away`)
    expect(await scanStore(needs, place.store)).toMatchObject({ failure: 'legacy.unavailable', namesSeen: 0 })
    expect(await find(place, 'jane')).toMatchObject({ kind: 'found' })
  })

  it('takes away the name of somebody who is gone, and leaves the half in our pool', async () => {
    const place = await newPlace([row('1', 'one', 'jane'), row('2', 'one', 'joan')])
    await scanStore(needs, place.store)
    const user = systemRandom.uuid()
    expect(await claim(place, 'joan', user)).toBe(true)
    expect(await find(place, 'joan')).toMatchObject({ entry: { userId: user, legacyId: '000002' } })
    change(place, 'delete from login')
    await scanStore(needs, place.store)
    expect(await find(place, 'jane')).toStrictEqual({ kind: 'unknown' })
    expect(await find(place, 'joan')).toStrictEqual({
      kind: 'found',
      entry: { organizationId: place.id('one'), userId: user, legacyStoreId: undefined, legacyId: undefined },
    })
  })

  it('follows somebody who was renamed, and gives their earlier name to whoever has it now', async () => {
    const place = await newPlace([row('1', 'one', 'jane'), row('2', 'one', 'joan')])
    await scanStore(needs, place.store)
    change(
      place,
      "update login set name = 'jane.smith' where id = '000001'; update login set name = 'jane' where id = '000002'",
    )
    await scanStore(needs, place.store)
    expect(await find(place, 'jane.smith')).toMatchObject({ entry: { legacyId: '000001' } })
    expect(await find(place, 'joan')).toStrictEqual({ kind: 'unknown' })
    // The old owner's row stood in the way of the first scan; the next one finds the place free.
    await scanStore(needs, place.store)
    expect(await find(place, 'jane')).toMatchObject({ entry: { legacyId: '000002' } })
    expect(await rowsOf(place)).toHaveLength(2)
  })

  it('counts names that two people have, keeps the first owner, and counts the same again', async () => {
    const place = await newPlace([row('1', 'one', 'jane'), row('2', 'two', 'JANE'), row('3', 'one', 'joan')])
    for (let scans = 0; scans < 2; scans += 1) {
      expect(await scanStore(needs, place.store)).toMatchObject({ namesSeen: 3, namesInConflict: 1 })
      expect(await find(place, 'jane')).toMatchObject({
        entry: { legacyId: '000001', organizationId: place.id('one') },
      })
    }
  })

  it('does not take a name from a person of our pool in another organization', async () => {
    const place = await newPlace([row('1', 'one', 'jane')])
    const user = systemRandom.uuid()
    await claim(place, 'jane', user, 'two')
    expect(await scanStore(needs, place.store)).toMatchObject({ namesInConflict: 1 })
    expect(await find(place, 'jane')).toMatchObject({ entry: { organizationId: place.id('two'), legacyId: undefined } })
  })
})

describe('a name that is unique only within its organization', () => {
  let place: Place
  beforeEach(async () => {
    place = await newPlace([row('1', 'one', 'jane'), row('2', 'two', 'jane'), row('3', 'two', 'joan')], 'organization')
  })

  it('may be had by one person in each, is ambiguous at the bare door and found where the organization is fixed', async () => {
    expect(await scanStore(needs, place.store)).toMatchObject({ namesInConflict: 0 })
    expect(await find(place, 'jane')).toStrictEqual({ kind: 'ambiguous' })
    expect(await find(place, 'jane', 'one')).toMatchObject({ entry: { legacyId: '000001' } })
    expect(await find(place, 'jane', 'two')).toMatchObject({ entry: { legacyId: '000002' } })
    expect(await find(place, 'joan')).toMatchObject({ kind: 'found' })
    expect(await find(place, 'joan', 'one')).toStrictEqual({ kind: 'unknown' })
  })

  it('is ambiguous or found in the same way when the index does not have it yet', async () => {
    const ask = (within?: 'one' | 'two') =>
      findInStores(needs, new Map([[place.storeId, place.store]]), place.workspace, 'jane', within && place.id(within))
    expect(await ask()).toStrictEqual({ kind: 'ambiguous' })
    expect(await ask('two')).toMatchObject({ kind: 'found', person: { legacyId: '000002' } })
  })
})

describe('a name of our pool', () => {
  it('is claimed by one person; the same claim again is harmless', async () => {
    const place = await newPlace([])
    const [first, second] = [systemRandom.uuid(), systemRandom.uuid()]
    expect(await claim(place, 'jane', first)).toBe(true)
    expect(await claim(place, 'jane', first)).toBe(true)
    expect(await claim(place, 'jane', second)).toBe(false)
    expect(await claim(place, 'jane', second, 'two')).toBe(false)
    expect(await find(place, 'jane')).toMatchObject({ entry: { userId: first } })
  })

  it('that is released keeps its legacy half, and is gone without one', async () => {
    const place = await newPlace([row('1', 'one', 'jane')])
    await scanStore(needs, place.store)
    const user = systemRandom.uuid()
    for (const name of ['jane', 'joan']) await claim(place, name, user)
    for (const name of ['jane', 'joan']) {
      await database.db.transaction((tx) => releaseName(tx, keys.inIndex(place.workspace, name), user))
    }
    expect(await find(place, 'jane')).toMatchObject({ entry: { userId: undefined, legacyId: '000001' } })
    expect(await find(place, 'joan')).toStrictEqual({ kind: 'unknown' })
  })
})

describe('asking the stores themselves', () => {
  it('finds a person the index does not have, and the index has them from then on', async () => {
    const place = await newPlace([row('1', 'one', 'Jane')])
    const stores = new Map([[place.storeId, place.store]])
    expect(await findInStores(needs, stores, place.workspace, 'jane', undefined)).toMatchObject({
      kind: 'found',
      entry: { organizationId: place.id('one'), legacyId: '000001' },
      person: { username: 'Jane' },
    })
    expect(await find(place, 'jane')).toMatchObject({ kind: 'found', entry: { legacyId: '000001' } })
    expect(await findInStores(needs, stores, place.workspace, 'jim', undefined)).toStrictEqual({ kind: 'unknown' })
  })

  it('hides nobody who is elsewhere when one store is down, and says so when nobody was found', async () => {
    const place = await newPlace([row('1', 'one', 'jane')])
    const down = await newPlace([])
    await rm(down.file)
    const stores = new Map([down, place].map((one): [string, LegacyStore] => [one.storeId, one.store]))
    expect(await findInStores(needs, stores, place.workspace, 'jane', undefined)).toMatchObject({ kind: 'found' })
    expect(await findInStores(needs, stores, place.workspace, 'joan', undefined)).toStrictEqual({ kind: 'unavailable' })
  })

  it('finds nobody of another tenant, of a biller that is not ours, or outside the fixed organization', async () => {
    const place = await newPlace([row('1', 'one', 'jane'), row('2', 'stranger', 'jim')])
    const other = await newPlace([])
    const stores = new Map([[place.storeId, place.store]])
    expect(await findInStores(needs, stores, other.workspace, 'jane', undefined)).toStrictEqual({ kind: 'unknown' })
    expect(await findInStores(needs, stores, place.workspace, 'jim', undefined)).toStrictEqual({ kind: 'unknown' })
    expect(await findInStores(needs, stores, place.workspace, 'jane', place.id('two'))).toStrictEqual({
      kind: 'unknown',
    })
  })
})
