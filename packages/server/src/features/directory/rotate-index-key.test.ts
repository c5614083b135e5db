import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openServer, tenantId } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { Browser, signIn } from '../../testing/browser.ts'
import { operatorFacts, operatorId } from '../../surfaces/command/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { namedSecret } from '../keys/index.ts'
import { findWorkspace, organizationId } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { beginIndexKeyRotation, claimName, findName, nameScope, openIndexKeys, releaseName } from './index.ts'
import type { OpenIndexKeys } from './index.ts'

const legacyNames = ['legacy.one', 'legacy.two', 'legacy.three']
const poolNames = ['pool.one', 'pool.two', 'pool.three']

let house: TestServer
let workspace: Workspace
/** Another process, which takes changes up only when it is told to. */
let other: OpenIndexKeys

beforeAll(async () => {
  house = await openServer({
    legacyRows: legacyNames.map((username, at) => ({
      id: `a${at}`,
      biller: '1',
      username,
      hash: 'x',
      format: 'salted-md5-first',
    })),
  })
  await house.server.scan(0)
  for (const username of poolNames) {
    await house.addPoolUser({ biller: 'newtown', username, password: 'a calm heron waits' })
  }
  const found = await findWorkspace(house.db.reader, tenantId, 'portal')
  if (!found) throw new Error('no workspace')
  workspace = found
  other = await openIndexKeys(needs())
})
afterAll(() => house.close())

const needs = () => ({ db: house.db, vault: house.vault, clock: house.clock, random: systemRandom })
const facts = () => operatorFacts(systemRandom, { name: 'index rotate' })
const found = async (index: OpenIndexKeys, names: readonly string[]): Promise<readonly string[]> => {
  const all = await Promise.all(
    names.map(async (name) => (await findName(house.db.reader, index.keys, workspace, name, undefined)).kind),
  )
  return names.filter((_, at) => all[at] === 'found')
}
const generations = async (): Promise<Record<number, number>> => {
  const rows = await house.db.reader.selectFrom('directory_names').select('key_generation').execute()
  return Object.fromEntries(
    [...Map.groupBy(rows, (row) => row.key_generation)].map(([generation, all]) => [generation, all.length]),
  )
}
const claim = (index: OpenIndexKeys, name: string, userId: string) =>
  house.db.transaction((tx) =>
    claimName(tx, {
      keys: index.keys.inIndex(workspace, name),
      scope: nameScope(workspace, organizationId('newtown')),
      tenantId,
      workspaceId: 'portal',
      organizationId: organizationId('newtown'),
      userId,
    }),
  )

describe('the key of the username index', () => {
  const everybody = [...legacyNames, ...poolNames]

  it('is replaced while every process finds every name at every step, and no name is taken twice', async () => {
    expect(await generations()).toStrictEqual({ 1: 6 })

    // Step 1: begun. A process that has not heard of it finds everybody and may not write for a moment.
    expect(await beginIndexKeyRotation(needs(), facts())).toBe(2)
    expect(await beginIndexKeyRotation(needs(), facts())).toBe(2)
    const events = await house.db.reader
      .selectFrom('audit_events')
      .select(['workspace_id', 'client_id', 'payload'])
      .where('reason', '=', 'index.key_rotated')
      .orderBy('workspace_id')
      .execute()
    const said = { client_id: operatorId, payload: { generation: 2 } }
    expect(events).toStrictEqual([
      { workspace_id: 'portal', ...said },
      { workspace_id: 'system', ...said },
    ])
    expect(await found(other, everybody)).toStrictEqual(everybody)
    await expect(claim(other, 'new.one', systemRandom.uuid())).rejects.toMatchObject({ code: 'server.busy' })
    const fresh = await openIndexKeys(needs())
    expect(fresh.keys.generations).toStrictEqual([2, 1])
    const [first, second] = [systemRandom.uuid(), systemRandom.uuid()]
    expect(await claim(fresh, 'new.one', first)).toBe(true)
    expect(await claim(fresh, 'new.one', second)).toBe(false)
    expect(await found(other, ['new.one'])).toStrictEqual(['new.one'])
    await house.db.transaction((tx) => releaseName(tx, fresh.keys.inIndex(workspace, 'new.one'), first))
    expect(await found(fresh, ['new.one'])).toStrictEqual([])

    // Step 2: names of our pools are copied; those of stores wait for their scan.
    await house.server.refresh()
    await house.server.tendIndex()
    expect(await generations()).toStrictEqual({ 1: 6, 2: 3 })
    expect(await found(other, everybody)).toStrictEqual(everybody)
    expect(await found(fresh, everybody)).toStrictEqual(everybody)

    // Step 3: a scan writes under both keys, and then time must pass before the old one goes.
    house.clock.move({ seconds: 1 })
    await house.server.scan(0)
    await house.server.tendIndex()
    expect(await generations()).toStrictEqual({ 1: 6, 2: 6 })
    expect(await found(other, everybody)).toStrictEqual(everybody)
    house.clock.move({ seconds: 60 })
    await other.reload()
    await house.server.tendIndex()
    expect(await generations()).toStrictEqual({ 2: 6 })

    // Step 4: over. Who still asks under both finds everybody, and may not write until it has heard.
    expect(await found(other, everybody)).toStrictEqual(everybody)
    await expect(claim(other, 'new.two', second)).rejects.toMatchObject({ code: 'server.busy' })
    await other.reload()
    expect(other.keys.generations).toStrictEqual([2])
    expect(await found(other, everybody)).toStrictEqual(everybody)
    expect(await claim(other, 'pool.one', second)).toBe(false)
    await house.server.refresh()
    await house.server.tendIndex()
    expect((await signIn(new Browser(house.server.app), 'pool.two', 'a calm heron waits')).code).toBeDefined()
  })

  it('is replaced a second time, and the secret of the one before is gone', async () => {
    expect(await beginIndexKeyRotation(needs(), facts())).toBe(3)
    await house.server.refresh()
    house.clock.move({ seconds: 61 })
    await house.server.scan(0)
    await house.server.tendIndex()
    expect(await generations()).toStrictEqual({ 3: 6 })
    const secrets = await house.db.reader.selectFrom('secrets').select('secret_name').execute()
    const names = secrets.map((row) => row.secret_name).filter((name) => name.startsWith('directory.'))
    expect(names.toSorted()).toStrictEqual(['directory.index-key', 'directory.index-key.3'])
    expect(await found(await openIndexKeys(needs()), everybody)).toStrictEqual(everybody)
  })

  it('stays while a name cannot be told from its person, so that nobody is lost', async () => {
    const stray = (await openIndexKeys(needs())).keys
    await house.db.transaction((tx) =>
      claimName(tx, {
        keys: stray.inIndex(workspace, 'nobody.knows'),
        scope: '*',
        tenantId,
        workspaceId: 'portal',
        organizationId: organizationId('newtown'),
        userId: systemRandom.uuid(),
      }),
    )
    await beginIndexKeyRotation(needs(), facts())
    await house.server.refresh()
    house.clock.move({ seconds: 61 })
    await house.server.scan(0)
    await house.server.tendIndex()
    expect(await generations()).toStrictEqual({ 3: 7, 4: 6 })
    expect(house.logLines.at(-1)).toContain('unreadable_names')
    expect(await found(await openIndexKeys(needs()), ['nobody.knows'])).toStrictEqual(['nobody.knows'])
  })

  it('does not change what counters and codes know a name by', async () => {
    const secret = await namedSecret(needs(), 'directory.index-key')
    const now = await openIndexKeys(needs())
    expect(now.keys.ofName(workspace, 'pool.one')).toStrictEqual(other.keys.ofName(workspace, 'pool.one'))
    expect(secret).toHaveLength(32)
  })
})
