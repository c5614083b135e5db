import {
  getClient,
  listAuditEvents,
  listClientsSystem,
  revokeRotatedClientSecrets,
  rotateClientSecret,
} from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { madeClient } from './testing/made-client.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { findClient, hashSecret, validSecretHashes } from '../clients/index.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
const cid = 'portal-app'

beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('t')
  await madeClient(management, 't', cid, {
    wire: { description: 'For staff', metadata: { team: 'a' }, token_ttls: { access_token_ttl: '1h0m0s' } },
  })
  await madeClient(management, 't', 'browser-app', {
    isEnabled: false,
    settings: {
      authentication: 'none',
      grantTypes: ['authorization_code'],
      redirectUris: ['https://spa.example/callback'],
      postLogoutRedirectUris: [],
      scopes: ['openid'],
      isFirstParty: false,
      applicationType: 'web',
    },
    secretHashes: [],
  })
})
afterAll(() => management.close())

const stored = async () => {
  const client = await findClient(management.db.reader, 't', 'portal', cid)
  if (!client) throw new Error('the client is gone')
  return client
}
const opensWith = async (secret: string): Promise<boolean> =>
  validSecretHashes(await stored(), management.clock.now()).includes(hashSecret(secret))

describe('a client of the API', () => {
  it('shows what acts and what its owner had kept, and neither a secret nor a setting that does not act', async () => {
    const { status, body, headers } = await tenant.call(getClient, { params: { cid } })
    expect([status, headers['etag']]).toEqual([200, '"1"'])
    expect(body).toMatchObject({
      client_id: cid,
      tenant_id: 't',
      authorization_server_id: 'portal',
      client_status: 'active',
      application_types: ['server_web'],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid email',
      trusted: true,
      description: 'For staff',
      metadata: { team: 'a' },
    })
    expect(body).not.toHaveProperty('token_ttls')
    expect(JSON.stringify(body)).not.toContain((await stored()).secretHashes[0])
  })

  it('is in the list of its workspace, switched off or not, and in no other list', async () => {
    const idsIn = async (wid: string) =>
      (await tenant.call(listClientsSystem, { params: { wid } })).body.clients.map((client) => client.client_id)
    expect(await idsIn('portal')).toEqual(['browser-app', cid])
    expect(await idsIn('admin')).toEqual([])
    const { body } = await tenant.call(getClient, { params: { cid: 'browser-app' } })
    expect(body).toMatchObject({ client_status: 'inactive', application_types: ['single_page'] })
  })

  it('gets a new secret that is shown once, while the one before lives for as long as was asked', async () => {
    const before = 'the first secret of portal-app'
    const { body } = await tenant.call(rotateClientSecret, { params: { cid }, query: { auto_revoke_after: '1m0s' } })
    expect([await opensWith(body.secret), await opensWith(before)]).toEqual([true, true])
    management.clock.move({ seconds: 60 })
    expect([await opensWith(body.secret), await opensWith(before)]).toEqual([true, false])
    const seen = await Promise.all([
      tenant.call(getClient, { params: { cid } }),
      tenant.call(listClientsSystem, { params: { wid: 'portal' } }),
      tenant.call(listAuditEvents, { params: { wid: 'portal' } }),
    ])
    expect(JSON.stringify(seen.map((answer) => answer.body))).not.toContain(body.secret)
    expect(management.lines.join('\n')).not.toContain(body.secret)
  })

  it('keeps the two secrets before without an end where none is said, until they are revoked', async () => {
    const made: string[] = []
    for (const query of [{}, { auto_revoke_after: '0' }, { auto_revoke_after: '0s' }, {}]) {
      made.push((await tenant.call(rotateClientSecret, { params: { cid }, query })).body.secret)
    }
    management.clock.move({ seconds: 86_400 * 300 })
    expect(await Promise.all(made.map(opensWith))).toEqual([false, true, true, true])
    for (const _ of ['once', 'again']) {
      expect((await tenant.call(revokeRotatedClientSecrets, { params: { cid } })).status).toBe(204)
    }
    expect(await Promise.all(made.map(opensWith))).toEqual([false, false, false, true])
  })

  it('is not given a secret where another revision was meant, or where it has none', async () => {
    const { secretHashes, revision } = await stored()
    const headers = { 'if-match': `"${revision - 1}"` }
    expect((await tenant.call(rotateClientSecret, { params: { cid }, headers })).status).toBe(412)
    expect((await tenant.call(revokeRotatedClientSecrets, { params: { cid }, headers })).status).toBe(412)
    const without = { params: { cid: 'browser-app' } }
    expect((await tenant.call(rotateClientSecret, without)).status).toBe(422)
    expect((await tenant.call(revokeRotatedClientSecrets, without)).status).toBe(422)
    expect(await stored()).toMatchObject({ secretHashes, revision })
  })

  it.each(['-1s', '1d', '5', 'soon', '1h 5m', `${'9'.repeat(40)}h`])('is not rotated for "%s"', async (after) => {
    const { revision } = await stored()
    const { status } = await tenant.call(rotateClientSecret, { params: { cid }, query: { auto_revoke_after: after } })
    expect(status).toBe(400)
    expect((await stored()).revision).toBe(revision)
  })

  it('gives no secret of an application that may do more than the caller', async () => {
    await madeClient(management, 't', 'powerful', {
      workspaceId: 'system',
      settings: {
        authentication: 'client_secret_basic',
        grantTypes: ['client_credentials'],
        redirectUris: [],
        postLogoutRedirectUris: [],
        scopes: ['identity', 'manage_clients'],
        isFirstParty: true,
        applicationType: 'web',
      },
    })
    const at = { params: { cid: 'powerful' } }
    const weak = { ...at, token: management.issueToken('t', ['manage_clients']) }
    expect((await tenant.call(rotateClientSecret, weak)).status).toBe(403)
    expect((await tenant.call(revokeRotatedClientSecrets, weak)).status).toBe(403)
    expect((await tenant.call(rotateClientSecret, at)).status).toBe(200)
  })

  it('keeps the secret before for ten years at most, whatever was asked', async () => {
    await tenant.call(rotateClientSecret, { params: { cid }, query: { auto_revoke_after: `${'9'.repeat(30)}h` } })
    const ends = Object.values((await stored()).secretEnds ?? {}).map((end) => new Date(end).getTime())
    expect(Math.max(...ends)).toBe(management.clock.now().getTime() + 10 * 365 * 86_400_000)
  })
})
