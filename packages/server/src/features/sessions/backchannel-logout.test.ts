import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { authorization, Browser, issuerPath, tokenRequest } from '../../testing/browser.ts'
import { crm, portal, tenantId } from '../../testing/open-server.ts'
import { issuer, openProtocol, partsOf, password, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

/** An application's own door for news of sign-outs: keeps what it hears and answers as it is told to. */
const heard: { readonly path: string; readonly token: string; readonly type: string | undefined }[] = []
let answer = 200
const application = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    const token = new URLSearchParams(body).get('logout_token') ?? ''
    heard.push({ path: request.url ?? '', token, type: request.headers['content-type'] })
    response.writeHead(answer).end()
  })
})

let protocol: Protocol
let keys: ReturnType<typeof createRemoteJWKSet>
const app = () => protocol.house.server.app
const patience = { timeout: 12_000, interval: 50 }
const other = { clientId: 'other', secret: 'o'.repeat(40), redirectUri: 'http://other.localhost:4700/callback' }

beforeAll(async () => {
  await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening))
  const { port } = application.address() as AddressInfo
  const home = `http://127.0.0.1:${port}`
  protocol = await openProtocol({
    environment: { GATEHOUSE_FETCH_ALLOWED: `127.0.0.1:${port}` },
    backchannelLogoutUri: `${home}/portal`,
    clients: [
      {
        id: other.clientId,
        workspace: 'portal',
        name: 'Other',
        secret: other.secret,
        authentication: 'client_secret_basic',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [other.redirectUri],
        scopes: ['openid'],
        isFirstParty: true,
        backchannelLogoutUri: `${home}/other`,
      },
    ],
  })
  await app().listen({ port: 0, host: '127.0.0.1' })
  const { port: own } = app().server.address() as AddressInfo
  keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${own}${issuerPath}/.well-known/jwks.json`))
})
afterEach(async () => {
  answer = 200
  heard.splice(0)
  await sql`delete from pgboss.job where name = 'logout.notify'`.execute(protocol.house.db.reader)
})
afterAll(async () => {
  await protocol.close()
  application.close()
})

async function signedIn() {
  const browser = new Browser(app())
  const tokens = await protocol.tokensFor(browser)
  const { claims } = partsOf(tokens['id_token'])
  return { browser, idToken: String(tokens['id_token']), sid: String(claims['sid']), refresh: tokens['refresh_token'] }
}

/** What was heard, once its signature and audience were judged as an application must (Back-Channel Logout 1.0 §2.6). */
const judged = async (audience: string = portal.clientId) =>
  Promise.all(
    heard.map(async ({ token }) => {
      const now = protocol.house.clock.now()
      return jwtVerify(token, keys, { issuer, audience, typ: 'logout+jwt', algorithms: ['ES256'], currentDate: now })
    }),
  )

const waitForNews = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), patience)
const jobsLeft = async () =>
  (
    await sql<{ n: number }>`
      select count(*)::int as n from pgboss.job where name = 'logout.notify' and state <> 'completed'
    `.execute(protocol.house.db.reader)
  ).rows[0]?.n
const signOut = (browser: Browser, idToken: string) =>
  browser.get(`${issuerPath}/oidc/logout?${new URLSearchParams({ id_token_hint: idToken }).toString()}`)

describe('an application that takes part in a session', () => {
  it('hears of its end at sign-out: which one, whose, signed and typed (OpenID Connect Back-Channel Logout 1.0 §2.4)', async () => {
    const { browser, idToken, sid } = await signedIn()
    await signOut(browser, idToken)
    await waitForNews(1)
    expect(heard[0]).toMatchObject({ path: '/portal', type: 'application/x-www-form-urlencoded' })
    const [news] = await judged()
    const now = protocol.house.clock.nowSeconds()
    expect(news?.payload).toStrictEqual({
      iss: issuer,
      aud: portal.clientId,
      sub: protocol.user.userId,
      sid,
      iat: now,
      exp: now + 120,
      jti: news?.payload.jti,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(news?.payload.jti).toMatch(/^[\w-]{20,}$/)
  })

  it('hears once, however often the session is ended, and nobody else hears', async () => {
    const { browser, idToken } = await signedIn()
    const stays = await signedIn()
    const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const url = `${issuerPath}/oidc/logout?${new URLSearchParams({ id_token_hint: idToken }).toString()}`
    await Promise.all([1, 2, 3].map(() => app().inject({ url, headers: { cookie: cookies } })))
    await waitForNews(1)
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), patience)
    expect(heard).toHaveLength(1)
    expect((await protocol.refresh(stays.refresh)).status).toBe(200)
    await signOut(stays.browser, stays.idToken)
    await waitForNews(2)
  })

  it('is one of several: each hears with what it knows the session by', async () => {
    const { browser, idToken, sid } = await signedIn()
    const { url, verifier } = authorization({
      client_id: other.clientId,
      redirect_uri: other.redirectUri,
      scope: 'openid',
    })
    const code = new URL((await browser.get(url)).url).searchParams.get('code') ?? ''
    const given = await tokenRequest(
      app(),
      { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: other.redirectUri },
      other,
    )
    const otherSid = partsOf(given.body['id_token']).claims['sid']
    await signOut(browser, idToken)
    await waitForNews(2)
    const bySid = Object.fromEntries(heard.map(({ path, token }) => [path, partsOf(token).claims['sid']]))
    expect(bySid).toStrictEqual({ '/portal': sid, '/other': otherSid })
    expect(otherSid).not.toBe(sid)
  })

  it('hears when a session ends by its age or because nobody used it, a remembered one of thirty days too', async () => {
    await protocol.house.type('sessions', 'policy', `${tenantId}/newtown`, '--stay', 'yes', '--stay-idle', '30d')
    const browser = new Browser(app())
    const first = await browser.get(authorization().url)
    const second = await browser.submit(first, { username }, '/username')
    await browser.submit(second, { password, stay_signed_in: 'yes' }, '/password')
    const { sid } = await signedIn()
    protocol.passTime(5 * 3600)
    await protocol.house.server.tidy()
    await waitForNews(1)
    expect((await judged())[0]?.payload['sid']).toBe(sid)
    protocol.passTime(29 * 24 * 3600)
    await protocol.house.server.tidy()
    expect(new URL((await browser.get(authorization({ prompt: 'none' }).url)).url).searchParams.has('code')).toBe(true)
    // Servers that were down meanwhile come late, and still tell.
    protocol.passTime(4 * 24 * 3600)
    await protocol.house.server.tidy()
    await waitForNews(2)
    const left = await protocol.house.db.reader.selectFrom('session_clients').select('client_id').execute()
    expect(left).toStrictEqual([])
    await protocol.house.type('sessions', 'policy', `${tenantId}/newtown`, '--stay', 'none', '--stay-idle', 'none')
  })

  it('hears of all sessions of somebody who is switched off, has a new password or is deleted (F9, SE09)', async () => {
    const headers = { authorization: `Bearer ${await managementToken()}`, 'content-type': 'application/json' }
    for (const end of ['deactivated', 'password', 'deleted'] as const) {
      const name = `ended.${end}`
      const user = await protocol.house.addPoolUser({
        biller: 'newtown',
        username: name,
        password: 'a password of mine',
      })
      const sids: unknown[] = []
      for (const browser of [new Browser(app()), new Browser(app())]) {
        const { url, verifier } = authorization()
        const first = await browser.get(url)
        const second = await browser.submit(first, { username: name }, '/username')
        const done = await browser.submit(second, { password: 'a password of mine' }, '/password')
        const code = new URL(done.url).searchParams.get('code') ?? ''
        const given = await tokenRequest(app(), {
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: portal.redirectUri,
        })
        sids.push(partsOf(given.body['id_token']).claims['sid'])
      }
      const base = `/api/identity/harbor/system/pools/newtown-staff/users/${user.userId}`
      const ended = await app().inject(
        {
          deactivated: { method: 'PUT' as const, url: base, headers, payload: JSON.stringify({ status: 'inactive' }) },
          password: {
            method: 'POST' as const,
            url: `${base}/change-password`,
            headers,
            payload: JSON.stringify({ old_password: 'a password of mine', new_password: 'another password of mine' }),
          },
          deleted: { method: 'DELETE' as const, url: base, headers: { authorization: headers.authorization } },
        }[end],
      )
      expect([end, ended.statusCode < 300, ended.body]).toStrictEqual([end, true, ended.body])
      await waitForNews(2)
      expect(new Set(heard.map(({ token }) => partsOf(token).claims['sid']))).toStrictEqual(new Set(sids))
      heard.splice(0)
    }
  })
})

describe('an application that does not take the news', () => {
  it('is told again, with the same id, until it does', async () => {
    answer = 503
    const { browser, idToken } = await signedIn()
    await signOut(browser, idToken)
    await waitForNews(1)
    answer = 200
    await vi.waitFor(async () => {
      // Its time has come: what waiting would do.
      await sql`update pgboss.job set start_after = now() where name = 'logout.notify' and state = 'retry'`.execute(
        protocol.house.db.reader,
      )
      expect(heard).toHaveLength(2)
    }, patience)
    const [first, second] = await judged()
    expect(second?.payload.jti).toBe(first?.payload.jti)
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), patience)
  })

  it('is given up in the end, which the audit says', async () => {
    answer = 400
    const { browser, idToken } = await signedIn()
    await signOut(browser, idToken)
    await waitForNews(1)
    await vi.waitFor(async () => {
      await sql`
        update pgboss.job set start_after = now(), retry_count = retry_limit - 1
        where name = 'logout.notify' and state = 'retry'
      `.execute(protocol.house.db.reader)
      const events = await protocol.house.db.reader
        .selectFrom('audit_events')
        .select(['subject', 'action', 'client_id', 'affected_user_id', 'organization_id'])
        .where('reason', '=', 'logout.not_delivered')
        .execute()
      expect(events).toStrictEqual([
        {
          subject: 'session',
          action: 'not_sent',
          client_id: 'portal',
          affected_user_id: protocol.user.userId,
          organization_id: 'newtown',
        },
      ])
    }, patience)
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), patience)
  })
})

async function managementToken(): Promise<string> {
  const answered = await tokenRequest(
    app(),
    { grant_type: 'client_credentials', scope: 'identity' },
    crm,
    `/${tenantId}/system`,
  )
  return String(answered.body['access_token'])
}
