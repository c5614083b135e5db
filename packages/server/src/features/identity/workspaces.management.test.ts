import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { ensureSigningKeys } from '../keys/index.ts'
import { findIssuer } from '../tenancy/index.ts'

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
})
afterAll(() => management.close())

const make = (id: string, more: object = {}) =>
  ours.call(contract.createAuthorizationServer, { body: { tenant_id: 'ours', id, name: id, ...more } })
const get = (wid: string) => ours.call(contract.getAuthorizationServer, { params: { wid } })
const remove = (wid: string) => ours.call(contract.deleteAuthorizationServer, { params: { wid } })

describe('a server made by the API', () => {
  it('is an issuer at once, with a revision to compare', async () => {
    const made = await make('shop', { access_token_ttl: '10m0s', sso: { max_idle: '1h0m0s' }, color: '#112233' })
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' } })
    expect(made.body).toEqual({
      id: 'shop',
      name: 'shop',
      tenant_id: 'ours',
      type: 'regular',
      version: 1,
      issuer_url: 'https://id.example/ours/shop',
      access_token_ttl: '10m0s',
      sso: { max_idle: '1h0m0s' },
      color: '#112233',
    })
    expect(await findIssuer(management.db.reader, 'ours', 'shop')).toMatchObject({ workspace: { kind: 'customer' } })
  })

  it('takes nobody’s address: not a server’s, not an organization’s', async () => {
    expect(await make('portal')).toMatchObject({ status: 409, body: { error_code: 'workspace.id_taken' } })
    await ours.call(contract.createOrganization, { body: { id: 'acme', parent_id: 'portal' } })
    expect(await make('acme')).toMatchObject({ status: 409 })
  })

  it.each([
    ['a secret', { secret: 'x' }],
    ['keys', { jwks: { keys: [] } }],
    ['a salt', { subject_identifier_algorithm_salt: 'x' }],
    ['a private key, however deep', { trust_anchor_configuration: { jwks: { keys: [{ kty: 'RSA', d: 'x' }] } } }],
    ['another tenant', { tenant_id: 'theirs' }],
    ['another type', { type: 'admin' }],
    ['a parent', { parent_id: 'portal' }],
  ])('is refused with %s, and nothing is written', async (_what, more) => {
    expect(await make('never', more)).toMatchObject({ status: 422, body: { error_code: 'request.invalid' } })
    expect(await get('never')).toMatchObject({ status: 404 })
  })

  it('is refused with an unknown field and with an id that does not fit an address', async () => {
    expect(await make('never', { surprise: 1 })).toMatchObject({ status: 400 })
    expect(await make('../x')).toMatchObject({ status: 400 })
  })
})

describe('changing a server', () => {
  it('keeps what is not named, raises the revision, and is refused over somebody else’s change (If-Match)', async () => {
    await make('changed', { color: '#112233' })
    const change = (body: object, etag: string) =>
      ours.call(contract.updateAuthorizationServer, {
        params: { wid: 'changed' },
        body: { tenant_id: 'ours', ...body },
        headers: { 'if-match': etag },
      })
    expect(await change({ name: 'New' }, '"1"')).toMatchObject({
      status: 200,
      body: { name: 'New', color: '#112233', version: 2 },
    })
    expect(await change({ name: 'Newer' }, '"1"')).toMatchObject({ status: 412 })
    expect((await get('changed')).body).toMatchObject({ name: 'New', version: 2 })
  })

  it('writes an event with the fields that changed', async () => {
    const { body } = await ours.call(contract.listAuditEvents, { params: { wid: 'changed' } })
    expect(
      body.audit_events.map(({ event_subject: subject, action }: contract.AuditEvent) => [subject, action]),
    ).toEqual([
      ['server', 'updated'],
      ['server', 'created'],
    ])
  })
})

describe('taking a server away', () => {
  it.each([
    ['the system server', 'system', async () => undefined],
    [
      'one with an organization',
      'with-organization',
      () => ours.call(contract.createOrganization, { body: { id: 'child', parent_id: 'with-organization' } }),
    ],
    [
      'one with a pool',
      'with-pool',
      () => ours.call(contract.systemCreatePool, { body: { name: 'P', workspace_id: 'with-pool', tenant_id: 'ours' } }),
    ],
  ])('is refused for %s', async (_what, id, fill) => {
    if (id !== 'system') await make(id)
    await fill()
    expect(await remove(id)).toMatchObject({ status: 409, body: { error_code: 'workspace.not_empty' } })
    expect(await get(id)).toMatchObject({ status: 200 })
  })

  it('takes its keys along, so that a new one of its name believes nothing that they signed', async () => {
    await make('brief')
    const { db, clock, needs } = management
    const keys = () => ensureSigningKeys({ db, clock, vault: needs.vault }, 'ours', 'brief')
    const [before] = await keys()
    expect(await remove('brief')).toMatchObject({ status: 204 })
    expect(await get('brief')).toMatchObject({ status: 404 })
    expect(await remove('brief')).toMatchObject({ status: 404 })
    await make('brief')
    expect((await keys()).map(({ kid }) => kid)).not.toContain(before?.kid)
  })
})

describe('lists of servers', () => {
  it('page by id, filter by type and phrase, and count organizations of workspaces', async () => {
    const list = async (query: Record<string, string>) =>
      (await ours.call(contract.listAuthorizationServers, { query })).body.servers.map(({ id }: contract.Server) => id)
    expect(await list({ server_types: 'system,admin' })).toEqual(['admin', 'system'])
    expect(await list({ server_types: 'organization' })).toEqual([])
    expect(await list({ search_phrase: 'WITH-' })).toEqual(['with-organization', 'with-pool'])
    expect(await list({ limit: '1', after_server_id: 'admin' })).toEqual(['brief'])
    expect(await list({ limit: '1', before_server_id: 'changed' })).toEqual(['brief'])
    const { body } = await ours.call(contract.listWorkspaces, { query: { search_phrase: 'with-organization' } })
    expect(body.workspaces).toMatchObject([{ id: 'with-organization', number_of_child_organizations: 1 }])
  })
})

describe('organizations by the admin surface', () => {
  it('are the same as by the system surface, and are read with a scope that only reads', async () => {
    const made = await ours.call(contract.adminCreateOrganization, { body: { id: 'same', parent_id: 'portal' } })
    expect(made).toMatchObject({ status: 201 })
    const token = management.issueToken('ours', ['read_configuration'])
    const read = await ours.call(contract.adminGetOrganization, { token, params: { wid: 'same' } })
    expect(read.body).toEqual((await ours.call(contract.getOrganization, { params: { wid: 'same' } })).body)
    const { body } = await ours.call(contract.adminListOrganizations, { token, query: { parent_id: 'portal' } })
    expect(body.organizations.map(({ id }: contract.Organization) => id)).toContain('same')
    expect(await ours.call(contract.adminDeleteOrganization, { token, params: { wid: 'same' } })).toMatchObject({
      status: 403,
    })
  })

  it('have metadata that is replaced alone', async () => {
    const params = { wid: 'same' }
    await ours.call(contract.adminUpdateOrganization, {
      params,
      body: { metadata: { payload: { a: 1 } }, color: '#aabbcc' },
    })
    const set = await ours.call(contract.updateOrganizationMetadata, { params, body: { payload: { b: 2 } } })
    expect(set).toMatchObject({ status: 200, body: { payload: { b: 2 } } })
    expect((await ours.call(contract.adminGetOrganization, { params })).body).toMatchObject({
      metadata: { payload: { b: 2 } },
      color: '#aabbcc',
    })
  })
})
