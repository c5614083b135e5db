import * as contract from '@gatehouse/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient } from '../clients/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madePerson } from './testing/people.ts'

let here: Management
let ours: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  here = await openManagement()
  ours = await here.tenant('ours')
})
afterAll(() => here.close())

type Tenant = typeof ours
const put = (tenant: Tenant, wid: string, body: object, query: Record<string, string> = {}) =>
  tenant.call(contract.ImportWorkspaceConfig, { params: { wid }, body, query })
interface Pulled {
  readonly [word: string]: unknown
  clients: Record<string, { gatehouse?: { sealed_secrets?: string } }>
  pools: Record<string, unknown>
  gatehouse: { organizations: Record<string, unknown> }
}
const pull = async (tenant: Tenant, wid: string, query: Record<string, string> = {}): Promise<Pulled> =>
  (await tenant.call(contract.ExportWorkspaceConfig, { params: { wid }, query })).body as unknown as Pulled

const client = {
  client_name: 'Shop',
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code'],
  redirect_uris: ['https://shop.example/back'],
  scopes: ['openid'],
}
const shop = {
  name: 'Shop',
  color: '#112233',
  sso: { max_idle: '1h' },
  clients: { 'shop-app': { ...client, gatehouse: { is_portal: true } } },
  pools: { 'shop-people': { name: 'People', password_policy: { min_length: 14 } } },
  gatehouse: {
    brand: { name: 'Shop', colour: '#445566' },
    sessions: { idleSeconds: 900 },
    apis: { 'https://api.shop.example': { name: 'API', scopes: ['read'], access_token_seconds: 120 } },
    organizations: {
      'shop-one': { name: 'One', domains: ['one.example'], pools: { 'shop-one-people': { name: 'Staff' } } },
    },
  },
}

/** Ids are of one installation, so each document names its own. */
let documents = 0
const anyDocument = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 20 }),
    ttl: fc.option(fc.integer({ min: 1, max: 90 })),
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()), {
      maxKeys: 4,
    }),
    clients: fc.array(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 20 }),
        isPublic: fc.boolean(),
        isActive: fc.boolean(),
        scopes: fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), { maxLength: 4 }),
        paths: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 4 },
    ),
    pools: fc.array(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 20 }),
        least: fc.option(fc.integer({ min: 8, max: 30 })),
      }),
      { maxLength: 3 },
    ),
    organizations: fc.array(
      fc.record({ name: fc.string({ minLength: 1, maxLength: 20 }), pools: fc.integer({ min: 0, max: 2 }) }),
      { maxLength: 3 },
    ),
    idle: fc.option(fc.integer({ min: 600, max: 3600 })),
    colour: fc.option(fc.stringMatching(/^#[0-9a-f]{6}$/)),
  })
  .map((made) => {
    const own = `d${(documents += 1)}`
    const named = <T>(what: string, all: readonly T[]) =>
      Object.fromEntries(all.map((one, at) => [`${own}-${what}-${at}`, one]))
    return {
      wid: `${own}-server`,
      document: {
        name: made.name,
        ...(made.ttl === null ? {} : { access_token_ttl: `${made.ttl}m` }),
        metadata: { payload: made.metadata },
        clients: named(
          'client',
          made.clients.map((one) => ({
            client_name: one.name,
            client_status: one.isActive ? 'active' : 'inactive',
            token_endpoint_auth_method: one.isPublic ? 'none' : 'client_secret_post',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: one.paths.map((path) => `https://app.example/${path}`),
            scopes: one.scopes,
          })),
        ),
        pools: named(
          'pool',
          made.pools.map(({ name, least }) => ({
            name,
            ...(least === null ? {} : { password_policy: { min_length: least } }),
          })),
        ),
        gatehouse: {
          ...(made.idle === null ? {} : { sessions: { idleSeconds: made.idle } }),
          ...(made.colour === null ? {} : { brand: { colour: made.colour } }),
          organizations: named(
            'organization',
            made.organizations.map(({ name, pools }, at) => ({
              name,
              pools: Object.fromEntries(
                Array.from({ length: pools }, (_, one) => [`${own}-pool-of-${at}-${one}`, { name }]),
              ),
            })),
          ),
        },
      },
    }
  })

describe('a workspace as a document', () => {
  it('goes in, out, into an empty installation and out again without loss, whatever is in it', async () => {
    const elsewhere = await openManagement()
    try {
      const empty = await elsewhere.tenant('ours')
      await fc.assert(
        fc.asyncProperty(anyDocument, async ({ wid, document }) => {
          expect((await put(ours, wid, document)).body).toBeUndefined()
          const exported = await pull(ours, wid)
          expect(exported).toMatchObject(document)
          expect((await put(empty, wid, exported)).body).toBeUndefined()
          expect(await pull(empty, wid)).toEqual(exported)
          // What is there already and is said again changes nothing.
          expect(await put(ours, wid, exported)).toMatchObject({ status: 204 })
          expect(await pull(ours, wid)).toEqual(exported)
        }),
        { numRuns: 15 },
      )
    } finally {
      await elsewhere.close()
    }
  })

  it('holds what the vendor has no word for, and works', async () => {
    expect(await put(ours, 'shop', shop)).toMatchObject({ status: 204 })
    expect(await pull(ours, 'shop')).toMatchObject(shop)
    expect(await findClient(here.db.reader, 'ours', 'shop', 'shop-app')).toMatchObject({ settings: { isPortal: true } })
    const { body } = await ours.call(contract.listAuditEvents, { params: { wid: 'shop' } })
    expect(body.audit_events.length).toBeGreaterThanOrEqual(4)
  })

  it('never shows a secret nor its hash: sealed where it is asked for, absent elsewhere', async () => {
    const rotated = await ours.call(contract.adminRotateClientSecret, { params: { cid: 'shop-app' } })
    const secret = 'secret' in rotated.body ? rotated.body.secret : ''
    const [hash] = (await findClient(here.db.reader, 'ours', 'shop', 'shop-app'))?.secretHashes ?? []
    const [plain, sealed] = [await pull(ours, 'shop'), await pull(ours, 'shop', { with_credentials: 'true' })]
    for (const text of [JSON.stringify(plain), JSON.stringify(sealed)]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(hash)
    }
    expect(plain.clients['shop-app']?.gatehouse?.sealed_secrets).toBeUndefined()
    await ours.call(contract.deleteClient, { params: { cid: 'shop-app' } })
    expect(await put(ours, 'shop', sealed)).toMatchObject({ status: 204 })
    expect((await findClient(here.db.reader, 'ours', 'shop', 'shop-app'))?.secretHashes).toEqual([hash])
    const moved = structuredClone(sealed)
    moved.clients['shop-app'] = { ...moved.clients['shop-app'], gatehouse: { sealed_secrets: 'AAAA' } }
    expect(await put(ours, 'shop', moved)).toMatchObject({
      status: 422,
      body: { details: { path: '/clients/shop-app' } },
    })
  })

  it.each([
    ['a field that there is not', { scripts: {} }, '/scripts'],
    [
      'a client that is not safe',
      { clients: { bad: { ...client, redirect_uris: ['http://x.example'] } } },
      '/clients/bad',
    ],
    ['a pool without a name', { pools: { bad: {} } }, '/pools/bad'],
    [
      'an e-mail domain that is none',
      { gatehouse: { organizations: { bad: { domains: ['-'] } } } },
      '/gatehouse/organizations/bad',
    ],
    ['a theme that is not there', { theme_binding: { theme_id: 'none' } }, ''],
    [
      'sessions beyond the platform’s',
      { gatehouse: { sessions: { idleSeconds: 1 } } },
      '/gatehouse/sessions/idleSeconds',
    ],
    ['a private key', { trust_anchor_configuration: { jwks: { keys: [{ kty: 'RSA', d: 'x' }] } } }, ''],
    ['a client of another workspace', { clients: { 'shop-app': client } }, '/clients/shop-app'],
  ])('is refused whole with %s, with the path, and nothing is written', async (_what, more, path) => {
    const refused = await put(ours, 'never', { name: 'Never', pools: { 'never-people': { name: 'P' } }, ...more })
    expect(refused.status).toBe(422)
    const { details } = refused.body as unknown as { details: { path?: string; paths?: { path: string }[] } }
    expect(details.path ?? details.paths?.[0]?.path).toBe(path)
    expect(await ours.call(contract.getAuthorizationServer, { params: { wid: 'never' } })).toMatchObject({
      status: 404,
    })
    expect(await ours.call(contract.systemGetPool, { params: { ipID: 'never-people' } })).toMatchObject({ status: 404 })
  })

  it('is only tried with dry_run, kept as it is with ignore, refused with fail', async () => {
    const before = await pull(ours, 'shop')
    const other = { ...before, name: 'Other' }
    expect(await put(ours, 'shop', other, { dry_run: 'true' })).toMatchObject({ status: 204 })
    expect(await put(ours, 'shop', other, { mode: 'ignore' })).toMatchObject({ status: 204 })
    expect(await put(ours, 'shop', other, { mode: 'fail' })).toMatchObject({ status: 422 })
    expect(await pull(ours, 'shop')).toEqual(before)
    expect(await put(ours, 'tried', { name: 'T' }, { dry_run: 'true' })).toMatchObject({ status: 204 })
    expect(await ours.call(contract.getWorkspace, { params: { wid: 'tried' } })).toMatchObject({ status: 404 })
  })
})

describe('a patch of a workspace', () => {
  const patch = (body: unknown) =>
    ours.call(contract.patchWorkspaceConfigRfc6902, { params: { wid: 'shop' }, body: body as never })
  const merge = (body: object) =>
    ours.call(contract.patchWorkspaceConfigRfc7396, { params: { wid: 'shop' }, body: body })

  it('changes, adds and takes away by RFC 6902, all or nothing', async () => {
    const done = await patch([
      { op: 'test', path: '/name', value: 'Shop' },
      { op: 'replace', path: '/name', value: 'New' },
      { op: 'add', path: '/clients/second', value: client },
      { op: 'remove', path: '/gatehouse/organizations/shop-one' },
      { op: 'remove', path: '/color' },
    ])
    expect(done).toMatchObject({ status: 204 })
    const after = await pull(ours, 'shop')
    expect(after).toMatchObject({ name: 'New', clients: { second: { client_name: 'Shop' } } })
    expect(after.gatehouse.organizations).toEqual({})
    expect(after['color']).toBeUndefined()
    const failed = await patch([
      { op: 'replace', path: '/name', value: 'Never' },
      { op: 'test', path: '/name', value: 'Other' },
    ])
    expect(failed).toMatchObject({ status: 422, body: { details: { path: '/1' } } })
    expect(await pull(ours, 'shop')).toEqual(after)
  })

  it('merges by RFC 7396: null takes away', async () => {
    expect(await merge({ name: 'Merged', clients: { second: null }, sso: null })).toMatchObject({ status: 204 })
    const after = await pull(ours, 'shop')
    expect(after).toMatchObject({ name: 'Merged' })
    expect(Object.keys(after.clients)).toEqual(['shop-app'])
    expect(after['sso']).toBeUndefined()
  })

  it('takes no pool away in which somebody is', async () => {
    await madePerson(ours, 'shop-people', 'somebody')
    expect(await merge({ pools: { 'shop-people': null } })).toMatchObject({
      status: 422,
      body: { details: { path: '/pools/shop-people' } },
    })
  })

  it.each([
    ['a way around the document', [{ op: 'add', path: '/__proto__/x', value: 1 }]],
    ['a constructor', [{ op: 'add', path: '/constructor/prototype/x', value: 1 }]],
    ['a path that is none', [{ op: 'remove', path: 'name' }]],
    ['a place that is not there', [{ op: 'remove', path: '/nothing/here' }]],
    ['a copy from nowhere', [{ op: 'copy', path: '/name' }]],
  ])('is refused with %s', async (_what, body) => {
    const before = await pull(ours, 'shop')
    expect(await patch(body)).toMatchObject({ status: 422, body: { details: { path: '/0' } } })
    expect(await pull(ours, 'shop')).toEqual(before)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('has at most a thousand operations', async () => {
    const many = Array.from({ length: 10_000 }, () => ({ op: 'test', path: '' }))
    expect((await patch(many)).status).toBe(400)
  })
})

describe('a clone of a workspace', () => {
  it('has the same words, own ids, no secrets and what the patch says', async () => {
    const clone = (destination_id: string) =>
      ours.call(contract.cloneWorkspace, { params: { wid: 'shop' }, body: { destination_id, patch: { name: 'Copy' } } })
    expect(await clone('copy')).toMatchObject({ status: 204 })
    const [source, copy] = [await pull(ours, 'shop'), await pull(ours, 'copy')]
    expect(copy['name']).toBe('Copy')
    expect(Object.values(copy.pools)).toEqual(Object.values(source.pools))
    expect(Object.keys(copy.clients)).not.toEqual(Object.keys(source.clients))
    expect(await clone('copy')).toMatchObject({ status: 422 })
  })
})

describe('a tenant as a document', () => {
  it('goes out and in again unchanged, by both of its addresses', async () => {
    const { body } = await ours.call(contract.ExportTenantConfig)
    expect(await ours.call(contract.ImportTenantConfig, { body })).toMatchObject({ status: 204 })
    expect((await ours.call(contract.ExportSystemConfig)).body).toEqual(body)
    const patch = [{ op: 'replace', path: '/servers/portal/name', value: 'Door' }] as never
    expect(await ours.call(contract.patchSystemConfigRfc6902, { body: patch })).toMatchObject({ status: 204 })
    expect(await pull(ours, 'portal')).toMatchObject({ name: 'Door' })
  })

  it('gives applications of the API no scope that its sender has not', async () => {
    const token = here.issueToken('ours', ['manage_configuration'])
    const strong = { ...client, redirect_uris: [], grant_types: ['client_credentials'], scopes: ['identity'] }
    const body = { servers: { system: { type: 'system', name: 'system', clients: { strong } } } }
    expect(await ours.call(contract.ImportTenantConfig, { token, body })).toMatchObject({ status: 403 })
    expect(await findClient(here.db.reader, 'ours', 'system', 'strong')).toBeUndefined()
  })
})
