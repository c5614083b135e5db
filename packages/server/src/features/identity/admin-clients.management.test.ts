import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient, isSecretOf, recallClient } from '../clients/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
})
afterAll(() => management.close())

const place = { tenant_id: 'ours', authorization_server_id: 'portal' }
const back = ['https://app.example/back']
const make = (client_id: string, more: object = {}, token?: string) =>
  ours.call(contract.createClient, {
    body: { ...place, client_id, redirect_uris: back, ...more },
    ...(token === undefined ? {} : { token }),
  })
const get = (cid: string) => ours.call(contract.adminGetClient, { params: { cid } })
const change = (cid: string, body: object, headers: Record<string, string> = {}) =>
  ours.call(contract.updateClient, { params: { cid }, body: { ...place, ...body }, headers })

describe('a client made by the API', () => {
  it('works at once with the secret that is shown once and kept as a hash', async () => {
    expect(await recallClient(management.db.reader, 'ours', 'portal', 'shop')).toBeUndefined()
    const made = await make('shop', { client_name: 'Shop', scopes: ['openid', 'email'], description: 'Sells' })
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { client_name: 'Shop' } })
    const secret = 'client_secret' in made.body ? (made.body.client_secret ?? '') : ''
    const client = await recallClient(management.db.reader, 'ours', 'portal', 'shop')
    expect(isSecretOf(client?.secretHashes ?? [], secret)).toBe(true)

    const { client_secret: _, ...shown } = made.body
    expect((await get('shop')).body).toEqual(shown)
    const list = await ours.call(contract.listClients, { params: { wid: 'portal' } })
    const events = await ours.call(contract.listAuditEvents, { params: { wid: 'portal' } })
    expect(JSON.stringify([list.body, events.body])).not.toContain(secret)
  })

  it('is given back to be changed as it was read, and nothing changes', async () => {
    const { body } = await get('shop')
    const { server_issuer_url: _, ...sent } = body
    expect(await change('shop', sent)).toMatchObject({ status: 200, headers: { etag: '"1"' } })
  })

  it('is refused where its id is taken, whoever has it', async () => {
    expect(await make('shop')).toMatchObject({ status: 409, body: { error_code: 'client.id_taken' } })
    const theirs = await management.tenant('theirs')
    const body = { tenant_id: 'theirs', authorization_server_id: 'portal', client_id: 'shop', redirect_uris: back }
    expect(await theirs.call(contract.createClient, { body })).toMatchObject({ status: 409 })
  })

  it.each([
    ['plain http of elsewhere', { redirect_uris: ['http://app.example/'] }],
    ['a redirect that runs', { redirect_uris: ['javascript:alert(1)'] }],
    ['a redirect with a fragment', { redirect_uris: ['https://app.example/#x'] }],
    ['an own scheme of a web application', { redirect_uris: ['com.example.app:/back'] }],
    ['nowhere to send people back to', { redirect_uris: [] }],
    ['a grant that is not offered', { grant_types: ['implicit'] }],
    ['a proof that is not offered', { token_endpoint_auth_method: 'client_secret_jwt' }],
    [
      'a public client with tokens for itself',
      { token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] },
    ],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['a private key', { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } }],
    ['keys in this network', { jwks_uri: 'https://10.0.0.1/keys' }],
    ['logout of this machine', { backchannel_logout_uri: 'http://localhost/out' }],
    ['a short secret', { client_secret: 'short' }],
    ['a scope that is none', { scopes: ['a b'] }],
    ['two words about scopes that differ', { scopes: ['a'], scope: 'b' }],
    ['a setting that would not act', { subject_type: 'pairwise' }],
    ['token lifetimes, which would not act', { use_custom_token_ttls: true, token_ttls: { access_token_ttl: '1h' } }],
    ['another tenant', { tenant_id: 'theirs' }],
  ])('is refused with %s, and nothing is written', async (_what, more) => {
    expect(await make('bad', more)).toMatchObject({ status: 422 })
    expect(await get('bad')).toMatchObject({ status: 404 })
  })
})

describe('changing a client', () => {
  it('keeps what is not named, and is refused over somebody else’s change (If-Match)', async () => {
    await make('changed', { scopes: ['openid'] })
    const changed = await change('changed', { client_status: 'inactive', redirect_uris: ['https://b.example/'] })
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } })
    expect(changed.body).toMatchObject({ client_status: 'inactive', scopes: ['openid'] })
    expect(await change('changed', { client_name: 'X' }, { 'if-match': '"1"' })).toMatchObject({ status: 412 })
  })

  it.each([
    ['the place', { authorization_server_id: 'admin' }],
    ['the id', { client_id: 'other' }],
    ['the secret', { client_secret: 'x'.repeat(40) }],
  ])('does not change %s', async (_what, more) => {
    expect(await change('changed', more)).toMatchObject({ status: 422 })
  })
})

describe('applications of the API itself', () => {
  const api = { authorization_server_id: 'system', grant_types: ['client_credentials'], redirect_uris: [] }

  it('are given no more than their maker has, and are not taken over by who has less (API5)', async () => {
    const token = management.issueToken('ours', ['manage_clients', 'identity'])
    const scopes = ['identity', 'manage_configuration']
    expect(await make('strong', { ...api, scopes }, token)).toMatchObject({ status: 403 })
    expect(await make('weak', { ...api, scopes: ['identity'] }, token)).toMatchObject({ status: 201 })
    expect(await make('strong', { ...api, scopes })).toMatchObject({ status: 201 })
    const params = { cid: 'strong' }
    expect(await ours.call(contract.adminRotateClientSecret, { token, params })).toMatchObject({ status: 403 })
    const body = { tenant_id: 'ours', authorization_server_id: 'system', client_name: 'mine' }
    expect(await ours.call(contract.updateClient, { token, params, body })).toMatchObject({ status: 403 })
    expect(await ours.call(contract.deleteClient, { token, params })).toMatchObject({ status: 403 })
  })
})

describe('secrets by the admin surface', () => {
  it('rotate, and the old ones end when that is said', async () => {
    const params = { cid: 'shop' }
    const rotated = await ours.call(contract.adminRotateClientSecret, { params })
    const secret = 'secret' in rotated.body ? rotated.body.secret : ''
    expect(await ours.call(contract.adminRevokeRotatedClientSecrets, { params })).toMatchObject({ status: 204 })
    const client = await findClient(management.db.reader, 'ours', 'portal', 'shop')
    expect(client?.secretHashes.length).toBe(1)
    expect(isSecretOf(client?.secretHashes ?? [], secret)).toBe(true)
  })
})

describe('taking a client away', () => {
  it('leaves nothing of it, and frees its server', async () => {
    await ours.call(contract.createAuthorizationServer, { body: { tenant_id: 'ours', id: 'brief' } })
    await make('gone', { authorization_server_id: 'brief' })
    const remove = () => ours.call(contract.deleteClient, { params: { cid: 'gone' } })
    const removeServer = () => ours.call(contract.deleteAuthorizationServer, { params: { wid: 'brief' } })
    expect(await removeServer()).toMatchObject({ status: 409 })
    expect(await remove()).toMatchObject({ status: 204 })
    expect(await remove()).toMatchObject({ status: 404 })
    expect(await recallClient(management.db.reader, 'ours', 'brief', 'gone')).toBeUndefined()
    expect(await removeServer()).toMatchObject({ status: 204 })
  })
})

describe('lists of clients', () => {
  it('page by id and filter by phrase and kind', async () => {
    const list = async (query: Record<string, string>) =>
      (await ours.call(contract.listClients, { params: { wid: 'portal' }, query })).body.clients.map(
        ({ client_id: id }: contract.AdminClient) => id,
      )
    expect(await list({})).toEqual(['changed', 'shop'])
    expect(await list({ limit: '1', after_client_id: 'changed' })).toEqual(['shop'])
    expect(await list({ search_phrase: 'SHOP' })).toEqual(['shop'])
    expect(await list({ client_types: 'saml' })).toEqual([])
    expect(await list({ application_types: 'service' })).toEqual([])
  })
})
