import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertBiller } from '../billers/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { someId } from './testing/some.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
})
afterAll(() => management.close())

const create = (body: object) => tenant.call(contract.createOrganization, { body })
const get = (wid: string, headers = {}) => tenant.call(contract.getOrganization, { params: { wid }, headers })
const update = (wid: string, body: object, headers = {}) =>
  tenant.call(contract.updateOrganization, { params: { wid }, body, headers })
const remove = (wid: string) => tenant.call(contract.deleteOrganization, { params: { wid } })

describe('an organization', () => {
  it('is created with everything that was said, and read back the same', async () => {
    const said = {
      id: 'acme',
      name: 'Acme Water',
      description: 'Billing of the water works',
      domains: ['Acme.Example', 'acme.example'],
      parent_id: 'portal',
      color: '#0A7F3C',
      authentication_mechanisms: ['password'],
      metadata: { payload: { shard: 3 } },
      template: false,
    }
    const made = await create(said)
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' } })
    expect(made.body).toEqual({ ...said, domains: ['acme.example'], issuer_url: 'https://id.example/prod/acme' })
    expect((await get('acme')).body).toEqual(made.body)
  })

  it('gets an id, a name and the only customer workspace where nothing is said', async () => {
    const made = await create({})
    expect(made.body).toEqual({
      id: someId,
      name: made.body.id,
      description: '',
      domains: [],
      parent_id: 'portal',
      template: false,
      issuer_url: `https://id.example/prod/${made.body.id}`,
    })
  })

  it('is not created twice, nor under the name of a workspace', async () => {
    await create({ id: 'once' })
    for (const id of ['once', 'portal', 'system']) {
      expect(await create({ id })).toMatchObject({ status: 409, body: { error_code: 'organization.id_taken' } })
    }
  })

  it.each([
    [404, { parent_id: 'nowhere' }],
    [404, { parent_id: 'acme' }],
    [422, { parent_id: 'system' }],
    [422, { template_id: 'acme' }],
    [422, { domains: ['no domain'] }],
    [400, { id: '../admin' }],
    [400, { tenant_id: 'other' }],
    [400, { is_template: true }],
  ])('answers %i to %j', async (status, body) => {
    expect((await create({ id: 'never', ...body })).status).toBe(status)
    expect((await get('never')).status).toBe(404)
  })

  it('starts as its template is', async () => {
    await create({ id: 'template', template: true, color: '#123456', metadata: { payload: { plan: 'basic' } } })
    const made = await create({
      id: 'from-template',
      template_id: 'template',
      metadata: { schema: { type: 'object' } },
    })
    expect(made.body).toMatchObject({ template: false, color: '#123456', metadata: { payload: { plan: 'basic' } } })
  })

  it('keeps what is not mentioned when it is changed, and its id and workspace always', async () => {
    await create({ id: 'renamed', name: 'Before', color: '#111111', domains: ['before.example'] })
    const changed = await update(
      'renamed',
      { id: 'renamed', parent_id: 'portal', name: 'After' },
      { 'if-match': '"1"' },
    )
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(changed.body).toMatchObject({ name: 'After', color: '#111111', domains: ['before.example'] })
    expect((await update('renamed', { id: 'other' })).status).toBe(422)
    expect((await update('renamed', { parent_id: 'admin' })).status).toBe(422)
    expect((await update('renamed', { name: 'Late' }, { 'if-match': '"1"' })).status).toBe(412)
    expect((await get('renamed', { 'if-match': '"1"' })).status).toBe(412)
    expect((await get('renamed', { 'if-match': '"2"' })).body.name).toBe('After')
  })

  it('is deleted when nothing is in it, and not before', async () => {
    await create({ id: 'leaving' })
    await tenant.call(contract.systemCreatePool, { body: { id: 'leaving-pool', name: 'P', workspace_id: 'leaving' } })
    expect(await remove('leaving')).toMatchObject({ status: 409, body: { error_code: 'organization.not_empty' } })
    await tenant.call(contract.systemDeletePool, { params: { ipID: 'leaving-pool' } })
    expect((await remove('leaving')).status).toBe(204)
    expect((await remove('leaving')).status).toBe(404)
  })

  it('is not deleted while it is a biller', async () => {
    await create({ id: 'billing' })
    const now = management.clock.now()
    await management.db.transaction((tx) =>
      insertBiller(tx, {
        tenantId: 'prod',
        organizationId: organizationId('billing'),
        billerGuid: management.needs.random.uuid(),
        legacyStoreId: undefined,
        legacyBillerKey: undefined,
        mode: 'new',
        epoch: 1,
        isCustomUrlEnabled: true,
        createdAt: now,
        updatedAt: now,
      }),
    )
    expect((await remove('billing')).status).toBe(409)
  })

  it('leaves an event of everything that happened to it', async () => {
    await create({ id: 'watched' })
    await update('watched', { name: 'Watched' })
    await update('watched', { name: 'Watched' })
    await remove('watched')
    const { body } = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { organization_id: 'watched', event_subject: 'organization', order: 'asc' },
    })
    expect(body.audit_events.map((event: contract.AuditEvent) => [event.action, event.payload])).toEqual([
      ['created', { organization_created: { id: 'watched', name: 'watched' } }],
      ['updated', { organization_updated: { id: 'watched', name: 'Watched', changed: ['name'] } }],
      ['deleted', { organization_deleted: { id: 'watched', name: 'Watched' } }],
    ])
  })
})

describe('a list of organizations', () => {
  it('is of this tenant only, in order, in pages, and finds by part of id or name', async () => {
    const listed = await management.tenant('listed')
    for (const id of ['b', 'a', 'c'])
      await listed.call(contract.createOrganization, { body: { id, name: `Name ${id}`, template: id === 'c' } })
    const list = async (query = {}) => {
      const { body } = await listed.call(contract.listOrganizations, { query })
      return body.organizations.map((one: contract.Organization) => one.id)
    }
    expect(await list()).toEqual(['a', 'b', 'c'])
    expect(await list({ order: 'desc', limit: '2' })).toEqual(['c', 'b'])
    expect(await list({ after_organization_id: 'a', limit: '1' })).toEqual(['b'])
    expect(await list({ before_organization_id: 'c', limit: '1' })).toEqual(['b'])
    expect(await list({ search_phrase: 'NAME B' })).toEqual(['b'])
    expect(await list({ search_phrase: '%' })).toEqual([])
    expect(await list({ template: 'true' })).toEqual(['c'])
  })
})
