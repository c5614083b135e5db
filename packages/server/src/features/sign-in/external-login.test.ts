import { acceptLoginRequest, getLoginRequest, rejectLoginRequest } from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath, redeem, tokenRequest } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { openProtocol, partsOf, password, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { origin, provisioned, tenantId } from '../../testing/open-server.ts'
import type { User } from '../users/index.ts'

const loginPage = 'https://login.harbor.example/start'
const office = { clientId: 'office', secret: 'o'.repeat(40) }
const strong = 'urn:harbor:acr:strong'

let protocol: Protocol
let inactive: User
let elsewhere: User
beforeAll(async () => {
  protocol = await openProtocol({
    workspaces: provisioned.workspaces.map((one) =>
      one.kind === 'customer'
        ? {
            ...one,
            signIn: { presentation: 'external', loginPage },
            acrs: [
              { name: 'urn:harbor:acr:usual', methods: ['pwd'] },
              { name: strong, methods: ['pwd', 'otp'] },
            ],
          }
        : one,
    ),
    clients: [
      {
        id: office.clientId,
        workspace: 'system',
        name: 'Login page',
        secret: office.secret,
        authentication: 'client_secret_basic',
        grantTypes: ['client_credentials'],
        scopes: ['manage_logins', 'revoke_tokens'],
      },
    ],
  })
  inactive = await protocol.house.addPoolUser({ biller: 'newtown', username: 'off.olga', status: 'inactive' })
  elsewhere = await protocol.house.addPoolUser({ biller: 'both', username: 'else.ella' })
})
afterAll(() => protocol.close())

interface Begun {
  readonly browser: Browser
  readonly verifier: string
  readonly id: string
  readonly state: string
}

/** A browser that was sent to the login page. */
async function begun(extra: Readonly<Record<string, string>> = {}, browser = newBrowser()): Promise<Begun> {
  const { url, verifier } = authorization(extra)
  const page = await browser.get(url)
  const at = new URL(page.url)
  expect([page.status, `${at.origin}${at.pathname}`]).toEqual([303, loginPage])
  expect([...at.searchParams.keys()]).toEqual(['login_id', 'login_state'])
  return {
    browser,
    verifier,
    id: at.searchParams.get('login_id') ?? '',
    state: at.searchParams.get('login_state') ?? '',
  }
}

const newBrowser = (): Browser => new Browser(protocol.house.server.app)

/** What the page's backend says at the API. */
async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, tenant = tenantId) {
  const { app } = protocol.house.server
  const fields = { grant_type: 'client_credentials', scope: 'manage_logins revoke_tokens' }
  const { body } = await tokenRequest(app, fields, office, `/${tenantId}/system`)
  const response = await app.inject({
    method,
    url: `/api/system/${tenant}${path}`,
    headers: { authorization: `Bearer ${String(body['access_token'])}` },
    ...(payload === undefined ? {} : { payload }),
  })
  return {
    status: response.statusCode,
    body: response.body === '' ? {} : response.json<Record<string, unknown>>(),
    text: response.body.replaceAll(/"request_id":"[^"]*"/g, ''),
  }
}
const pathOf = ({ path }: { readonly path: string }, id: string): string => path.replace('{login}', id)
const accept = ({ id, state }: Pick<Begun, 'id' | 'state'>, more: object = {}) =>
  call('POST', pathOf(acceptLoginRequest, id), { login_state: state, subject: protocol.user.userId, ...more })
const reject = ({ id, state }: Pick<Begun, 'id' | 'state'>, more: object = {}) =>
  call('POST', pathOf(rejectLoginRequest, id), { login_state: state, ...more })
const shown = ({ id, state }: Pick<Begun, 'id' | 'state'>) =>
  call('GET', `${pathOf(getLoginRequest, id)}?login_state=${state}`)

const codeIn = (page: Page): string | null => new URL(page.url).searchParams.get('code')

/** The browser follows where the page sends it. */
const followed = async (browser: Browser, answer: Awaited<ReturnType<typeof accept>>): Promise<Page> => {
  expect(answer.status).toBe(200)
  return browser.get(String(answer.body['redirect_to']))
}

async function claimsAfter(login: Begun, page: Page): Promise<Record<string, unknown>> {
  const { body } = await redeem(protocol.house.server.app, codeIn(page) ?? '', login.verifier)
  return partsOf(body['id_token']).claims
}

describe('a workspace with a login page elsewhere', () => {
  it('signs a person in by the word of that page, from the first redirect to the tokens', async () => {
    const login = await begun({ login_hint: 'pat', ui_locales: 'es' })
    const asked = await shown(login)
    expect(asked.body).toMatchObject({
      id: login.id,
      tenant_id: tenantId,
      server_id: 'portal',
      client_id: 'portal',
      client_info: { client_name: 'Harbor Portal' },
      request_query_params: { login_hint: ['pat'], ui_locales: ['es'] },
      login_approved: false,
      login_rejected: false,
    })
    expect(JSON.stringify(asked.body)).not.toMatch(/code_challenge|nonce|state-1/)

    const authTime = new Date((protocol.house.clock.nowSeconds() - 40) * 1000).toISOString()
    const accepted = await accept(login, { id: login.id, amr: ['pwd', 'otp'], acr: strong, auth_time: authTime })
    expect((await shown(login)).body).toMatchObject({ login_approved: true, subject: protocol.user.userId })
    const page = await followed(login.browser, accepted)
    expect(await claimsAfter(login, page)).toMatchObject({
      sub: protocol.user.userId,
      amr: ['pwd', 'otp'],
      acr: strong,
      auth_time: Date.parse(authTime) / 1000,
    })

    const events = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select(['action', 'reason', 'client_id', 'affected_user_id', 'context'])
      .where('session_id', '=', login.id)
      .where('subject', '=', 'login')
      .orderBy('event_id')
      .execute()
    expect(events).toMatchObject([
      {
        action: 'confirmed',
        reason: 'login.confirmed_by_page',
        client_id: office.clientId,
        affected_user_id: protocol.user.userId,
      },
      { action: 'accepted', client_id: 'portal', context: { route: 'external', decided_by: office.clientId } },
    ])
  })

  it('knows the person at the next application, and sends them to the page again when proof must be fresh', async () => {
    const login = await begun()
    await followed(login.browser, await accept(login))
    expect(codeIn(await login.browser.get(authorization().url))).not.toBeNull()
    const again = await begun({ prompt: 'login' }, login.browser)
    const old = new Date((protocol.house.clock.nowSeconds() - 5) * 1000).toISOString()
    expect((await accept(again, { auth_time: old })).status).toBe(400)
    expect(codeIn(await followed(login.browser, await accept(again)))).not.toBeNull()
  })

  it('tells the application that the page refused, in the page’s words', async () => {
    const login = await begun()
    const answer = await reject(login, {
      error: 'login_required',
      error_description: 'No card was read',
      status_code: 401,
    })
    const at = new URL((await followed(login.browser, answer)).url)
    expect(Object.fromEntries(at.searchParams)).toMatchObject({
      error: 'login_required',
      error_description: 'No card was read',
    })
    const other = await begun()
    const plain = new URL((await followed(other.browser, await reject(other))).url)
    expect(plain.searchParams.get('error')).toBe('access_denied')
    const [event] = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select(['client_id', 'action'])
      .where('reason', '=', 'login.rejected_by_page')
      .where('session_id', '=', login.id)
      .execute()
    expect(event).toEqual({ client_id: office.clientId, action: 'rejected' })
  })

  it('takes the word for the browser that was sent there, and only with what the page gave that browser', async () => {
    const login = await begun()
    const accepted = await accept(login)
    // Whoever began it cannot finish it with the proof of another person.
    const path = `${issuerPath}/sign-in/${login.id}`
    for (const url of [path, `${path}/continue`, `${path}/continue?login_verifier=guess`]) {
      const page = await login.browser.get(url)
      expect([new URL(page.url).origin, codeIn(page)]).toEqual([origin, null])
    }
    // And the person's browser, lured to a sign-in of somebody else, is in no session.
    const lured = await newBrowser().get(String(accepted.body['redirect_to']))
    expect([lured.status, codeIn(lured)]).toEqual([404, null])
    expect(codeIn(await followed(login.browser, accepted))).not.toBeNull()
    // Once.
    expect(codeIn(await login.browser.get(String(accepted.body['redirect_to'])))).toBeNull()
  })

  it('hears one decision, however many come at once', async () => {
    const login = await begun()
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => (at % 2 === 0 ? accept(login) : reject(login))),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(7)
    const late = [await accept(login), await reject(login)]
    expect(late.map(({ status }) => status)).toEqual([404, 404])
  })

  it('answers alike for a sign-in that is absent, over, of another tenant or named without its state', async () => {
    const login = await begun()
    const other = await begun()
    const absent = await accept({ id: 'no-such-login', state: login.state })
    expect(absent.status).toBe(404)
    for (const state of [other.state, '', 'x'.repeat(43), login.state.slice(1)]) {
      expect((await accept({ id: login.id, state })).text).toBe(absent.text)
      expect((await reject({ id: login.id, state })).text).toBe(absent.text)
      expect((await shown({ id: login.id, state })).text).toBe(absent.text)
    }
    expect((await call('GET', `/logins/${login.id}`)).text).toBe(absent.text)
    expect((await call('POST', `/logins/${login.id}/accept`, { subject: protocol.user.userId })).text).toBe(absent.text)
    expect((await accept(login, { id: other.id })).text).toBe(absent.text)
    await followed(other.browser, await accept(other))
    expect((await shown(other)).text).toBe(absent.text)
    expect((await accept(login)).status).toBe(200)
  })

  it('refuses people who may not sign in there by the same bytes, says why to the audit, and waits on', async () => {
    const login = await begun({ organization: 'newtown' })
    const nobody = await accept(login, { subject: '01890000-0000-7000-8000-000000000000' })
    expect(nobody).toMatchObject({ status: 400, body: { error_code: 'login.refused' } })
    for (const subject of [inactive.userId, elsewhere.userId, 'no id', '']) {
      expect((await accept(login, { subject })).text).toBe(nobody.text)
    }
    const reasons = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select('reason')
      .where('session_id', '=', login.id)
      .where('action', '=', 'failed')
      .execute()
    expect(new Set(reasons.map(({ reason }) => reason))).toEqual(new Set(['login.subject_unknown', 'user.inactive']))
    expect((await accept(login)).status).toBe(200)
  })

  it('takes no proof that lies in the future or is older than the application allows', async () => {
    const login = await begun({ max_age: '60' })
    expect((await shown(login)).body).toMatchObject({ requested_max_age: '1m0s' })
    const at = (seconds: number) => ({
      auth_time: new Date((protocol.house.clock.nowSeconds() + seconds) * 1000).toISOString(),
    })
    for (const seconds of [5, -61, -86_400 * 400]) expect((await accept(login, at(seconds))).status).toBe(400)
    expect((await accept(login, at(-60))).status).toBe(200)
  })

  it('takes a strength only where the workspace names it and the methods meet it', async () => {
    const login = await begun({ acr_values: strong })
    expect((await shown(login)).body).toMatchObject({ requested_acr: [strong] })
    for (const more of [
      { acr: strong },
      { acr: strong, amr: ['pwd'] },
      { acr: 'urn:harbor:acr:unheard', amr: ['pwd', 'otp'] },
    ]) {
      expect((await accept(login, more)).status).toBe(400)
    }
    const page = await followed(login.browser, await accept(login, { acr: strong, amr: ['otp', 'pwd'] }))
    expect(await claimsAfter(login, page)).toMatchObject({ acr: strong })
  })

  it('asks again where a person was switched off or signed out between the word and the session', async () => {
    const login = await begun()
    const accepted = await accept(login)
    expect((await call('DELETE', '/servers/portal/tokens', { subjects: [protocol.user.userId] })).status).toBe(204)
    const page = await followed(login.browser, accepted)
    expect(codeIn(page)).toBeNull()
  })

  it('has no page of ours that would take proof in its place', async () => {
    const login = await begun()
    const path = `${issuerPath}/sign-in/${login.id}`
    const posted = async (step: string, fields: Readonly<Record<string, string>>) =>
      protocol.house.server.app.inject({
        method: 'POST',
        url: `${path}${step}`,
        headers: {
          origin,
          'content-type': 'application/x-www-form-urlencoded',
          cookie: [...login.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
        payload: new URLSearchParams(fields).toString(),
      })
    const before = await protocol.house.db.reader
      .selectFrom('sign_in_flows')
      .selectAll()
      .where('flow_id', '=', login.id)
      .execute()
    for (const [step, fields] of [
      ['/username', { username }],
      ['/password', { password }],
      ['/forgot-password', { username }],
      ['/reset-password', { code: '12345678', new_password: password }],
      ['/change-password', { new_password: password }],
    ] as const) {
      const response = await posted(step, fields)
      expect([response.statusCode, response.headers['location']]).toEqual([303, path])
    }
    expect(new URL((await login.browser.get(path)).url).origin).toBe(new URL(loginPage).origin)
    expect(
      await protocol.house.db.reader.selectFrom('sign_in_flows').selectAll().where('flow_id', '=', login.id).execute(),
    ).toEqual(before)
  })

  it('forgets a sign-in whose time has passed, before and after the word', async () => {
    const [early, late] = [await begun(), await begun()]
    const accepted = await accept(late)
    protocol.passTime(3601)
    expect((await accept(early)).status).toBe(404)
    expect((await shown(early)).status).toBe(404)
    expect(codeIn(await late.browser.get(String(accepted.body['redirect_to'])))).toBeNull()
  })

  it.each([
    ['an error that would break the redirect', 'reject', { error: 'a"b' }],
    ['a description of ten thousand signs', 'reject', { error_description: 'x'.repeat(10_000) }],
    ['no subject', 'accept', { subject: undefined }],
    ['a subject of another type', 'accept', { subject: { id: 1 } }],
    ['ten thousand methods', 'accept', { amr: Array.from({ length: 10_000 }, () => 'pwd') }],
    ['a method with a space', 'accept', { amr: ['p w'] }],
    ['a time that is none', 'accept', { auth_time: 'yesterday' }],
    ['a field that is not known', 'accept', { redirect_to: 'https://evil.example' }],
  ] as const)('does not take %s', async (_, word, more) => {
    const login = await begun()
    expect((await (word === 'accept' ? accept : reject)(login, more)).status).toBe(400)
    expect((await shown(login)).body).toMatchObject({ login_approved: false, login_rejected: false })
  })
})
