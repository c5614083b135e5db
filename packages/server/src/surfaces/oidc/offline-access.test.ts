import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random/index.ts'
import { endAllSessions } from '../../features/sessions/index.ts'
import { authorization, Browser, issuerPath, tokenRequest } from '../../testing/browser.ts'
import { openProtocol, partsOf, portalApi, username } from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'

/** An application of the same company that works while nobody watches. */
const nightly: TestClient = {
  clientId: 'nightly',
  secret: 'y'.repeat(40),
  redirectUri: 'http://nightly.localhost:4800/callback',
}
const hour = 3600
const place = 'harbor/newtown'

let protocol: Protocol
let browser: Browser
const type = (...words: readonly string[]) => protocol.house.type(...words)

beforeAll(async () => {
  protocol = await openProtocol({
    clients: [
      {
        id: nightly.clientId,
        workspace: 'portal',
        name: 'Nightly',
        secret: nightly.secret,
        authentication: 'client_secret_basic',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [nightly.redirectUri],
        scopes: ['openid', 'profile', 'offline_access', 'invoices:read'],
        isFirstParty: true,
      },
    ],
  })
})
afterAll(() => protocol.close())
beforeEach(() => {
  browser = new Browser(protocol.house.server.app)
})

const asked = { client_id: nightly.clientId, redirect_uri: nightly.redirectUri, scope: 'openid offline_access' }

const usual: Readonly<Record<string, string>> = { prompt: 'consent' }

async function tokensFor(extra = usual) {
  const { code, verifier } = await protocol.codeFor(browser, { ...asked, ...extra })
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: nightly.redirectUri }
  const answer = await tokenRequest(protocol.house.server.app, fields, nightly)
  expect(answer.status).toBe(200)
  return answer.body
}
const refresh = (token: unknown) =>
  tokenRequest(protocol.house.server.app, { grant_type: 'refresh_token', refresh_token: String(token) }, nightly)
const signOut = (idToken: unknown) =>
  browser.get(`${issuerPath}/oidc/logout?${new URLSearchParams({ id_token_hint: String(idToken) }).toString()}`)
async function isActive(token: unknown): Promise<boolean> {
  const answer = await protocol.post(`${issuerPath}/oauth2/introspect`, { token: String(token) }, nightly)
  return answer.json<{ active: boolean }>().active
}

describe('offline_access', () => {
  it('of an application of the same company shows no page, and outlives signing out in the browser (OpenID Connect Core §11, Back-Channel Logout §2.7)', async () => {
    const tokens = await tokensFor()
    expect(tokens['scope']).toBe('openid offline_access')
    await signOut(tokens['id_token'])
    expect(new URL((await browser.get(authorization({ prompt: 'none' }).url)).url).searchParams.get('error')).toBe(
      'login_required',
    )
    expect(await isActive(tokens['access_token'])).toBe(true)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(200)
    const second = await refresh(tokens['refresh_token'])
    expect(second.status).toBe(200)
    expect((await protocol.userinfo(second.body['access_token'])).statusCode).toBe(200)
    expect((await refresh(second.body['refresh_token'])).status).toBe(200)
  })

  it('goes for tokens of an API too, which say so', async () => {
    const tokens = await tokensFor({
      prompt: 'consent',
      scope: 'openid offline_access invoices:read',
      resource: portalApi,
    })
    expect(partsOf(tokens['access_token']).claims).toMatchObject({ aud: portalApi, offline: true })
    await signOut(tokens['id_token'])
    expect(await isActive(tokens['access_token'])).toBe(true)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(200)
    const second = await refresh(tokens['refresh_token'])
    expect(partsOf(second.body['access_token']).claims['offline']).toBe(true)
    expect(await isActive(second.body['access_token'])).toBe(true)
  })

  it.each([
    ['without the scope', { scope: 'openid', prompt: 'consent' }],
    ['without prompt=consent, which it needs', { prompt: 'login' }],
  ])('is not given %s: everything ends with the session', async (_what, extra) => {
    const tokens = await tokensFor(extra)
    expect(tokens['scope']).toBe('openid')
    await signOut(tokens['id_token'])
    expect(await isActive(tokens['access_token'])).toBe(false)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
    expect((await refresh(tokens['refresh_token'])).status).toBe(400)
  })

  it('is refused to a client that is not registered for it', async () => {
    const page = await browser.get(authorization({ scope: 'openid offline_access', prompt: 'consent' }).url)
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_scope')
  })

  it('outlives an unused session, and is over when the organization lets nobody be signed in any longer (SE10)', async () => {
    let token = (await tokensFor())['refresh_token']
    for (let hours = 0; hours < 10; hours += 5) {
      protocol.passTime(5 * hour)
      const next = await refresh(token)
      expect(next.status).toBe(200)
      token = next.body['refresh_token']
    }
    await protocol.house.server.tidy()
    protocol.passTime(2 * hour - 2)
    const last = await refresh(token)
    expect(last.status).toBe(200)
    protocol.passTime(2)
    expect((await refresh(last.body['refresh_token'])).status).toBe(400)
    expect(await isActive(last.body['access_token'])).toBe(false)
  })

  it('lasts as long as the organization says; more is for later sign-ins, less counts at once', async () => {
    await type('sessions', 'policy', place, '--offline', '3d')
    let token = (await tokensFor())['refresh_token']
    protocol.passTime(48 * hour)
    await type('sessions', 'policy', place, '--offline', '20d')
    const next = await refresh(token)
    expect(next.status).toBe(200)
    token = next.body['refresh_token']
    protocol.passTime(25 * hour)
    expect((await refresh(token)).status).toBe(400)
    token = (await tokensFor())['refresh_token']
    await type('sessions', 'policy', place, '--offline', '15m')
    protocol.passTime(15 * 60)
    expect((await refresh(token)).status).toBe(400)
    await type('sessions', 'policy', place, '--offline', 'none')
  })

  it.each([
    ['they are switched off', () => type('user', 'deactivate', 'harbor/newtown-staff', username)],
    ['their organization is suspended', () => type('organization', 'suspend', place)],
    [
      'every session of theirs is ended, as by a new password',
      () =>
        protocol.house.db.transaction((tx) =>
          endAllSessions(
            tx,
            { clock: protocol.house.clock, random: systemRandom, announceLogout: async () => {} },
            {
              organizationId: protocol.user.organizationId,
              userId: protocol.user.userId,
              reason: 'password_changed',
              facts: { requestId: 't', ipAddress: '', userAgent: '' },
            },
          ),
        ),
    ],
  ])('ends at the next request when %s, signed out before or not (SE09)', async (_what, end) => {
    const here = await tokensFor()
    const there = await tokensFor()
    await signOut(there['id_token'])
    expect(await isActive(there['access_token'])).toBe(true)
    await end()
    for (const tokens of [here, there]) {
      expect(await isActive(tokens['access_token'])).toBe(false)
      expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
      expect((await refresh(tokens['refresh_token'])).status).toBe(400)
    }
    await type('user', 'activate', 'harbor/newtown-staff', username)
    await type('organization', 'resume', place)
  })

  it('ends when the person ends that device from another one', async () => {
    const tokens = await tokensFor()
    const other = new Browser(protocol.house.server.app)
    await protocol.codeFor(other)
    const list = await other.get(`${issuerPath}/account/sessions`)
    const uid = /name="session" value="([^"]+)"/.exec(list.body)?.[1] ?? ''
    const confirm = await other.get(`${issuerPath}/account/sessions/end?session=${uid}`)
    await other.submit(confirm, { session: 'others' }, '/account/sessions/end')
    expect((await refresh(tokens['refresh_token'])).status).toBe(400)
    expect(await isActive(tokens['access_token'])).toBe(false)
  })
})
