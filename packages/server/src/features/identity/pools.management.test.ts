import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madePerson } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
  await tenant.call(contract.createOrganization, { body: { id: 'acme' } })
})
afterAll(() => management.close())

const create = (body: object) => tenant.call(contract.systemCreatePool, { body })
const get = (ipID: string) => tenant.call(contract.systemGetPool, { params: { ipID } })
const update = (ipID: string, body: object, headers = {}) =>
  tenant.call(contract.systemUpdatePool, { params: { ipID }, body: { name: 'Pool', ...body }, headers })
const remove = (ipID: string) => tenant.call(contract.systemDeletePool, { params: { ipID } })

describe('a pool', () => {
  it('keeps every documented field and gives it back', async () => {
    const said = {
      tenant_id: 'prod',
      id: 'staff',
      name: 'Staff',
      description: 'People of Acme',
      workspace_id: 'acme',
      authentication_mechanisms: ['password', 'totp'],
      badge_color: '#fff',
      business_metadata_schema_id: 'b0',
      identifier_case_insensitive: true,
      metadata: { any: ['thing', { deep: null }] },
      metadata_schema_id: 'm0',
      mfa_session_ttl: '24h0m0s',
      otp_settings: { reset_password: { length: 8, ttl: '15m0s' } },
      password_policy: { min_length: 16, not_used_since: 3, digits: 1, strength: 'fair' },
      password_settings: { expires_after: '2160h0m0s', hashing_method: 'argon2' },
      payload_schema_id: 'p0',
      preferred_authentication_mechanism: 'password',
      public_registration_allowed: false,
      reset_credentials_settings: { do_not_allow_users_to_self_reset_credentials: false },
      second_factor_authentication_mechanisms: ['totp'],
      second_factor_preferred_authentication_mechanism: 'totp',
      second_factor_threshold: 0.5,
    }
    for (const id of ['b0', 'm0', 'p0']) {
      const body = { id, tenant_id: 'prod', name: id, schema: { type: 'object' } }
      expect((await tenant.call(contract.systemCreateSchema, { body })).status).toBe(201)
    }
    const made = await create({ ...said, system: true, deleted: true })
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' } })
    expect(made.body).toEqual({ ...said, system: false, deleted: false })
    expect((await get('staff')).body).toEqual({ ...made.body, number_of_users: 0 })
  })

  it('belongs to a workspace or to an organization, and says which', async () => {
    await create({ id: 'of-workspace', name: 'W', workspace_id: 'portal' })
    await create({ id: 'of-organization', name: 'O', workspace_id: 'acme' })
    const of = async (wid: string) => {
      const { body } = await tenant.call(contract.listWorkspacePools, {
        params: { wid },
        query: { search_phrase: 'of-' },
      })
      return body.pools.map((pool: contract.Pool) => [pool.id, pool.workspace_id])
    }
    expect(await of('portal')).toEqual([['of-workspace', 'portal']])
    expect(await of('acme')).toEqual([['of-organization', 'acme']])
    expect(await of('nowhere')).toEqual([])
  })

  it('is not created twice, in no tenant', async () => {
    await create({ id: 'once', name: 'Once', workspace_id: 'acme' })
    const other = await management.tenant('other')
    const taken = { status: 409, body: { error_code: 'pool.id_taken' } }
    expect(await create({ id: 'once', name: 'Again', workspace_id: 'acme' })).toMatchObject(taken)
    expect(
      await other.call(contract.systemCreatePool, { body: { id: 'once', name: 'X', workspace_id: 'portal' } }),
    ).toMatchObject(taken)
    expect((await other.call(contract.systemGetPool, { params: { ipID: 'once' } })).status).toBe(404)
  })

  it.each([
    [422, { name: 'No parent' }],
    [404, { name: 'Nowhere', workspace_id: 'nowhere' }],
    [422, { name: 'System', workspace_id: 'system' }],
    [422, { name: 'Other tenant', workspace_id: 'acme', tenant_id: 'other' }],
    [400, { workspace_id: 'acme' }],
    [400, { name: 'Extra', workspace_id: 'acme', organization_id: 'other' }],
    [400, { name: 'Extra', workspace_id: 'acme', policy: { minLength: 1 } }],
    [400, { name: 'Negative', workspace_id: 'acme', password_policy: { min_length: -1 } }],
  ])('answers %i to %j', async (status, body) => {
    expect((await create(body)).status).toBe(status)
  })

  it('keeps what is not mentioned when it is changed, and stays where it is (API1)', async () => {
    await create({
      id: 'changing',
      name: 'Before',
      workspace_id: 'acme',
      badge_color: 'red',
      password_policy: { min_length: 20 },
    })
    const changed = await update('changing', { name: 'After', metadata: { a: 1 } }, { 'if-match': '"1"' })
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(changed.body).toMatchObject({
      name: 'After',
      badge_color: 'red',
      password_policy: { min_length: 20 },
      metadata: { a: 1 },
    })
    expect((await update('changing', { name: 'Late' }, { 'if-match': '"1"' })).status).toBe(412)
    for (const elsewhere of [{ id: 'staff' }, { workspace_id: 'portal' }, { tenant_id: 'other' }]) {
      expect((await update('changing', elsewhere)).status).toBe(422)
    }
    expect((await update('nowhere', {})).status).toBe(404)
  })

  it('is deleted when nobody is in it, and not before', async () => {
    await create({ id: 'closing', name: 'Closing', workspace_id: 'acme' })
    const id = await madePerson(tenant, 'closing', 'last.one', { credentials: [] })
    expect((await get('closing')).body.number_of_users).toBe(1)
    expect(await remove('closing')).toMatchObject({ status: 409, body: { error_code: 'pool.not_empty' } })
    await tenant.call(contract.systemDeleteUser, { params: { ipID: 'closing', userID: id } })
    expect((await remove('closing')).status).toBe(204)
    expect((await remove('closing')).status).toBe(404)
    const { body } = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { event_subject: 'pool', event_action: 'deleted' },
    })
    expect(body.audit_events[0]).toMatchObject({ payload: { pool_deleted: { id: 'closing', name: 'Closing' } } })
  })

  it('is found by part of its id or name among those of its tenant only', async () => {
    const apart = await management.tenant('apart')
    await apart.call(contract.systemCreatePool, {
      body: { id: 'apart-pool', name: 'Shared word', workspace_id: 'portal' },
    })
    await create({ id: 'mine', name: 'Shared word', workspace_id: 'acme' })
    const { body } = await tenant.call(contract.systemListPools, { query: { search_phrase: 'shared WORD' } })
    expect(body.pools.map((pool: contract.Pool) => pool.id)).toEqual(['mine'])
  })
})
