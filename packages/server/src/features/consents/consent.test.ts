import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath, tokenRequest } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { openProtocol, partsOf, password, portalApi, username } from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'
import { origin } from '../../testing/open-server.ts'
import { deleteUser } from '../users/index.ts'

/** An application of another company. */
const cloud: TestClient = {
  clientId: 'cloud',
  secret: 'l'.repeat(40),
  redirectUri: 'https://ledger.cloud.example/callback',
}
/** An application of the same company on a telephone. */
const phone = { clientId: 'phone', redirectUri: 'https://phone.example/callback' }

let protocol: Protocol
let browser: Browser
const app = () => protocol.house.server.app

beforeAll(async () => {
  const common = { workspace: 'portal', grantTypes: ['authorization_code', 'refresh_token'] } as const
  protocol = await openProtocol({
    clients: [
      {
        ...common,
        id: cloud.clientId,
        name: 'Ledger <Cloud>',
        secret: cloud.secret,
        authentication: 'client_secret_basic',
        grantTypes: [...common.grantTypes],
        redirectUris: [cloud.redirectUri],
        scopes: ['openid', 'profile', 'email', 'offline_access', 'invoices:read'],
      },
      {
        ...common,
        id: phone.clientId,
        name: 'Phone',
        authentication: 'none',
        applicationType: 'native',
        grantTypes: [...common.grantTypes],
        redirectUris: [phone.redirectUri],
        scopes: ['openid'],
        isFirstParty: true,
      },
    ],
  })
})
afterAll(() => protocol.close())
beforeEach(async () => {
  browser = new Browser(app())
  await protocol.house.db.transaction((tx) => tx.deleteFrom('consents').execute())
})

const asks = (extra: Readonly<Record<string, string>> = {}) =>
  authorization({ client_id: cloud.clientId, redirect_uri: cloud.redirectUri, scope: 'openid profile', ...extra })

/** From the application's redirect to the question, or past it. */
async function arrive(url: string, at = browser): Promise<Page> {
  let page = await at.get(url)
  if (page.url.includes('/sign-in/')) page = await at.submit(page, { username }, '/username')
  if (page.url.includes('/sign-in/')) page = await at.submit(page, { password }, '/password')
  return page
}
const isQuestion = (page: Page): boolean => page.url.includes('/consent/')
const answer = (page: Page, decision: 'allow' | 'deny', at = browser): Promise<Page> =>
  at.submit(page, { decision }, new URL(page.url).pathname)
const back = (page: Page): URLSearchParams => {
  expect(page.url.startsWith(cloud.redirectUri)).toBe(true)
  return new URL(page.url).searchParams
}
async function tokensOf(page: Page, verifier: string) {
  const fields = {
    grant_type: 'authorization_code',
    code: back(page).get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: cloud.redirectUri,
  }
  const given = await tokenRequest(app(), fields, cloud)
  expect(given.status).toBe(200)
  return given.body
}
const cookies = (of: Browser) => [...of.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
const csrfOf = (page: Page): string => /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
const postTo = (page: Page, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
  app().inject({
    method: 'POST',
    url: new URL(page.url).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
const events = () =>
  protocol.house.db.reader
    .selectFrom('audit_events')
    .select(['action', 'client_id', 'user_id', 'payload'])
    .where('subject', '=', 'consent')
    .orderBy('event_id')
    .execute()

describe('an application of another company', () => {
  it('gets what the person allows, said in words on a page that asks once (AZ16, OpenID Connect Core §3.1.2.4)', async () => {
    const { url, verifier } = asks({ scope: 'openid profile invoices:read', resource: portalApi })
    const page = await arrive(url)
    expect(isQuestion(page)).toBe(true)
    expect(page.status).toBe(200)
    for (const words of [
      'Ledger &lt;Cloud&gt; asks for access',
      'See your name and username',
      'Use Portal API for you:',
    ]) {
      expect(page.body).toContain(words)
    }
    expect(page.body).toContain('invoices:read')
    expect(page.body).toContain('ledger.cloud.example')
    expect(page.body).not.toContain('See your email address')
    const tokens = await tokensOf(await answer(page, 'allow'), verifier)
    expect(partsOf(tokens['access_token']).claims).toMatchObject({ aud: portalApi, scope: 'invoices:read' })
    expect(partsOf(tokens['id_token']).claims['sub']).toBe(protocol.user.userId)
    // The session began with the sign-in, and once.
    const began = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select('event_id')
      .where('subject', '=', 'session')
      .where('action', '=', 'created')
      .where('session_id', '=', String(partsOf(tokens['access_token']).claims['sid']))
      .execute()
    expect(began).toHaveLength(1)
    expect(isQuestion(await arrive(asks({ scope: 'openid profile invoices:read', resource: portalApi }).url))).toBe(
      false,
    )
  })

  it('hears access_denied when the person does not allow it, and nothing is kept (AZ16, RFC 6749 §4.1.2.1)', async () => {
    const before = (await events()).length
    const denied = back(await answer(await arrive(asks({ state: 'mine' }).url), 'deny'))
    expect(Object.fromEntries(denied)).toMatchObject({
      error: 'access_denied',
      state: 'mine',
      iss: `${origin}${issuerPath}`,
    })
    expect(denied.has('code')).toBe(false)
    expect(isQuestion(await arrive(asks().url))).toBe(true)
    expect(await protocol.house.db.reader.selectFrom('consents').select('client_id').execute()).toStrictEqual([])
    expect((await events()).slice(before)).toMatchObject([
      { action: 'rejected', client_id: cloud.clientId, user_id: protocol.user.userId },
    ])
  })

  it('is remembered in later sessions, asks again for more, and whenever it wants to be asked about (AZ16)', async () => {
    await answer(await arrive(asks().url), 'allow')
    browser = new Browser(app())
    const { url, verifier } = asks()
    await tokensOf(await arrive(url), verifier)
    const more = await arrive(asks({ scope: 'openid profile email' }).url)
    expect(isQuestion(more)).toBe(true)
    await answer(more, 'deny')
    expect(isQuestion(await arrive(asks().url))).toBe(false)
    expect(isQuestion(await arrive(asks({ prompt: 'consent' }).url))).toBe(true)
    expect(isQuestion(await arrive(asks({ prompt: 'login consent' }).url))).toBe(true)
    const silent = await browser.get(asks({ scope: 'openid profile email', prompt: 'none' }).url)
    expect(back(silent).get('error')).toBe('consent_required')
  })

  it('proves the person once where it asks for both, and the proof is fresh (OpenID Connect Core §3.1.2.1)', async () => {
    const { url, verifier } = asks({ prompt: 'login consent', max_age: '0' })
    const tokens = await tokensOf(await answer(await arrive(url), 'allow'), verifier)
    expect(partsOf(tokens['id_token']).claims['auth_time']).toBe(protocol.house.clock.nowSeconds())
  })

  it('keeps access when the person allows that too', async () => {
    const { url, verifier } = asks({ scope: 'openid offline_access', prompt: 'consent' })
    const page = await arrive(url)
    expect(page.body).toContain('Keep this access when you are not using it')
    const tokens = await tokensOf(await answer(page, 'allow'), verifier)
    const hint = new URLSearchParams({ id_token_hint: String(tokens['id_token']) })
    await browser.get(`${issuerPath}/oidc/logout?${hint.toString()}`)
    const fields = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) }
    expect((await tokenRequest(app(), fields, cloud)).status).toBe(200)
  })

  it('asks in the language of the person', async () => {
    const page = await arrive(asks({ ui_locales: 'es' }).url)
    expect(page.body).toContain('Ledger &lt;Cloud&gt; solicita acceso')
    expect(page.body).toContain('No permitir')
  })
})

describe('the page of consent', () => {
  it('takes the word of its own form only: no other site, no other question, no other session (AZ16, SE04)', async () => {
    const page = await arrive(asks().url)
    const other = await arrive(asks().url)
    const own = { origin, 'sec-fetch-site': 'same-origin', cookie: cookies(browser) }
    const csrf = csrfOf(page)
    expect(csrf).not.toBe('')
    const tries = [
      await postTo(page, { decision: 'allow', csrf }, { ...own, origin: 'https://evil.example' }),
      await postTo(page, { decision: 'allow', csrf }, { ...own, 'sec-fetch-site': 'cross-site' }),
      await postTo(page, { decision: 'allow' }, own),
      await postTo(page, { decision: 'allow', csrf: csrfOf(other) }, own),
    ]
    expect(tries.map(({ statusCode }) => statusCode)).toStrictEqual([403, 403, 403, 403])
    const stranger = new Browser(app())
    await protocol.codeFor(stranger)
    for (const cookie of ['', cookies(stranger)]) {
      const headers = { ...own, cookie }
      expect((await postTo(page, { decision: 'allow', csrf }, headers)).statusCode).toBe(404)
      const shown = await app().inject({ url: new URL(page.url).pathname, headers: { cookie } })
      expect(shown.statusCode).toBe(404)
      expect(shown.body).not.toContain('Ledger')
    }
    expect(await protocol.house.db.reader.selectFrom('consents').select('client_id').execute()).toStrictEqual([])
    expect((await postTo(page, { decision: 'perhaps', csrf }, own)).statusCode).toBe(200)
    expect(back(await answer(page, 'allow')).has('code')).toBe(true)
  })

  it('is over once it is answered: the same form again leads nowhere (AZ16)', async () => {
    const page = await arrive(asks().url)
    const own = { origin, cookie: cookies(browser) }
    await answer(page, 'allow')
    const again = await postTo(page, { decision: 'allow', csrf: csrfOf(page) }, { ...own, cookie: cookies(browser) })
    expect(again.statusCode).toBe(404)
    expect((await postTo(page, { decision: 'deny', csrf: csrfOf(page) }, own)).statusCode).toBe(404)
  })

  it('is gone when the person is signed out everywhere before they answer (SE09)', async () => {
    const page = await arrive(asks().url)
    await protocol.house.type('user', 'deactivate', 'harbor/newtown-staff', username)
    const answered = await postTo(page, { decision: 'allow', csrf: csrfOf(page) }, { origin, cookie: cookies(browser) })
    expect(answered.statusCode).toBe(404)
    await protocol.house.type('user', 'activate', 'harbor/newtown-staff', username)
  })

  it('shows nothing of the protocol engine, and lets itself be framed by nobody (HD08)', async () => {
    const page = await arrive(asks().url)
    const { headers } = await app().inject({ url: new URL(page.url).pathname, headers: { cookie: cookies(browser) } })
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).toContain("form-action 'self' https://ledger.cloud.example")
    expect(headers['cache-control']).toContain('no-store')
  })
})

describe('an application of the same company', () => {
  it('on a telephone shows the page only where nobody did anything: another one may pretend to be it (RFC 8252 §8.6)', async () => {
    const { url } = authorization({ client_id: phone.clientId, redirect_uri: phone.redirectUri, scope: 'openid' })
    const first = await arrive(url)
    expect(first.url.startsWith(phone.redirectUri)).toBe(true)
    const again = await arrive(url)
    expect(isQuestion(again)).toBe(true)
    expect(again.body).not.toContain('another company')
    expect((await answer(again, 'allow')).url.startsWith(phone.redirectUri)).toBe(true)
  })
})

describe('what a person has allowed', () => {
  it('goes with the person', async () => {
    await answer(await arrive(asks().url), 'allow')
    const { reader } = protocol.house.db
    const kept = () => reader.selectFrom('consents').select('client_id').execute()
    expect(await kept()).toStrictEqual([{ client_id: cloud.clientId }])
    const { organizationId, userId } = protocol.user
    await protocol.house.db.transaction((tx) => deleteUser(tx, organizationId, userId))
    expect(await kept()).toStrictEqual([])
  })
})
