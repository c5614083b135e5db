import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSession } from '../../features/sessions/index.ts'
import { organizationId } from '../../features/tenancy/index.ts'
import { Browser, authorization, issuerPath } from '../../testing/browser.ts'
import { origin, portal, tenantId } from '../../testing/open-server.ts'
import { gateway, openProtocol, partsOf, password, portalApi, reports } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

let protocol: Protocol
const app = () => protocol.house.server.app
const sessionCookie = `${tenantId}.portal.session`
const signedOut = 'http://portal.localhost:4100/signed-out'
const logout = (fields: Readonly<Record<string, string>>) =>
  `${issuerPath}/oidc/logout?${new URLSearchParams(fields).toString()}`

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const policyOf = (headers: Readonly<Record<string, unknown>>): ReadonlyMap<string, string[]> =>
  new Map(
    String(headers['content-security-policy'])
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = '', ...values]) => [name, values]),
  )

/** The session that a JWT access token of this browser names. */
async function signedIn() {
  const browser = new Browser(app())
  const tokens = await protocol.tokensFor(browser)
  const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
  const uid = String(partsOf(jwt['access_token']).claims['sid'])
  const row = async () => (await findSession(protocol.house.db.reader, organizationId('newtown'), uid))?.session
  return { browser, tokens, jwt, row, idToken: String(tokens['id_token']) }
}

describe('the session of a browser', () => {
  it('has another cookie after sign-in than before it: a planted one is of no use (SE01)', async () => {
    const planted = new Browser(app())
    await protocol.codeFor(planted)
    await planted.submit(await planted.get(logout({})), { logout: 'yes' })
    const browser = new Browser(app())
    browser.cookies.set(sessionCookie, 'planted-by-somebody-else-0000000000000000000')
    await protocol.codeFor(browser)
    const own = browser.cookies.get(sessionCookie)
    expect(own).toMatch(/^[\w-]{43,}$|^[\w-]{21,}$/)
    expect(own).not.toBe('planted-by-somebody-else-0000000000000000000')
    const attacker = new Browser(app())
    attacker.cookies.set(sessionCookie, 'planted-by-somebody-else-0000000000000000000')
    expect((await attacker.get(authorization().url)).url).toContain('/sign-in/')
  })

  it('is not made for somebody who signs out without having been signed in: there is none to plant (SE01)', async () => {
    const browser = new Browser(app())
    await browser.get(logout({}))
    expect(browser.cookies.get(sessionCookie)).toBeUndefined()
    await browser.get(authorization().url)
    expect(browser.cookies.get(sessionCookie)).toBeUndefined()
  })

  it('gets a new id when the person proves themselves again (SE01)', async () => {
    const { browser } = await signedIn()
    const before = browser.cookies.get(sessionCookie)
    const page = await browser.get(authorization({ prompt: 'login' }).url)
    const second = await browser.submit(page, { username: 'protocol.pat' }, '/username')
    const done = await browser.submit(second, { password }, '/password')
    expect(new URL(done.url).searchParams.get('code')).not.toBeNull()
    expect(browser.cookies.get(sessionCookie)).not.toBe(before)
    const attacker = new Browser(app())
    attacker.cookies.set(sessionCookie, before ?? '')
    expect((await attacker.get(authorization().url)).url).toContain('/sign-in/')
  })

  it('is anonymous when its cookie is malformed, unknown or of another kind (SE06)', async () => {
    const { browser, tokens } = await signedIn()
    const genuine = browser.cookies.get(sessionCookie) ?? ''
    for (const value of [
      '',
      'x',
      '../../x',
      `${genuine}x`,
      genuine.slice(1),
      '%00',
      '"quoted"',
      'x'.repeat(3000),
      String(tokens['access_token']),
    ]) {
      const response = await app().inject({
        url: authorization({ prompt: 'none' }).url,
        headers: { cookie: `${sessionCookie}=${value}` },
      })
      expect([value, response.statusCode]).toStrictEqual([value, 303])
      expect([value, new URL(String(response.headers.location)).searchParams.get('error')]).toStrictEqual([
        value,
        'login_required',
      ])
    }
  })

  it('ends twelve hours after the password, whatever was visited since (SE10)', async () => {
    const { browser } = await signedIn()
    for (let visit = 0; visit < 3; visit += 1) {
      protocol.passTime(4 * 3600 - 1)
      expect(new URL((await browser.get(authorization().url)).url).searchParams.get('code')).not.toBeNull()
    }
    protocol.passTime(3)
    expect((await browser.get(authorization().url)).url).toContain('/sign-in/')
  })

  it('has a cookie that scripts and other sites do not get', async () => {
    const first = await app().inject(authorization().url)
    const cookies = [first.headers['set-cookie'] ?? []].flat()
    const browser = new Browser(app())
    await protocol.codeFor(browser)
    const visit = await app().inject({
      url: authorization().url,
      headers: { cookie: `${sessionCookie}=${browser.cookies.get(sessionCookie) ?? ''}` },
    })
    const all = [...cookies, ...[visit.headers['set-cookie'] ?? []].flat()]
    const names = all.map((cookie) => cookie.slice(0, cookie.indexOf('=')))
    expect(names.toSorted()).toStrictEqual(
      ['browser', 'interaction', 'resume', 'session'].map((name) => `${tenantId}.portal.${name}`),
    )
    for (const cookie of all) {
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=lax/i)
      expect(cookie).not.toMatch(/; domain=/i)
      // Plain http on this machine: a Secure cookie would not come back in every browser.
      expect(cookie).not.toMatch(/; secure/i)
    }
    for (const name of ['session', 'browser']) {
      expect(all.find((cookie) => cookie.startsWith(`${tenantId}.portal.${name}=`))).toMatch(/; path=\/(;|$)/i)
    }
  })
})

describe('signing out', () => {
  it('ends the session at the server: its row, its tokens, its cookie (SE07, OpenID Connect RP-Initiated Logout §2)', async () => {
    const { browser, tokens, jwt, row, idToken } = await signedIn()
    const cookie = browser.cookies.get(sessionCookie) ?? ''
    const done = await browser.get(
      logout({ id_token_hint: idToken, post_logout_redirect_uri: signedOut, state: 'bye' }),
    )
    // The application showed what it was given in this session, so nobody is asked.
    expect([done.status, done.url]).toStrictEqual([303, `${signedOut}?state=bye`])
    expect(browser.cookies.has(sessionCookie)).toBe(false)
    expect((await row())?.endedAt).toStrictEqual(protocol.house.clock.now())
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
    expect((await protocol.userinfo(jwt['access_token'])).statusCode).toBe(401)
    const introspected = await protocol.post(
      `${issuerPath}/oauth2/introspect`,
      { token: String(jwt['access_token']) },
      gateway,
    )
    expect(introspected.json()).toStrictEqual({ active: false })
    // Somebody kept the cookie, or went back.
    const replay = new Browser(app())
    replay.cookies.set(sessionCookie, cookie)
    expect((await replay.get(authorization().url)).url).toContain('/sign-in/')
    const event = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select(['subject', 'action', 'reason', 'organization_id'])
      .where('reason', '=', 'sign_out.by_user')
      .execute()
    expect(event).toContainEqual({
      subject: 'session',
      action: 'revoked',
      reason: 'sign_out.by_user',
      organization_id: 'newtown',
    })
  })

  it('is asked first where no ID token of this session is shown, and who goes goes back to the application', async () => {
    const { browser, row, idToken } = await signedIn()
    const others = await signedIn()
    const asking: Readonly<Record<string, string>>[] = [
      {},
      { client_id: portal.clientId, post_logout_redirect_uri: signedOut },
      // Of the same person and application, in another browser.
      { id_token_hint: others.idToken, post_logout_redirect_uri: signedOut },
    ]
    for (const fields of asking) {
      const ask = await browser.get(logout(fields))
      expect([ask.status, (await row())?.endedAt]).toStrictEqual([200, undefined])
    }
    const head = await app().inject({
      method: 'HEAD',
      url: logout({ id_token_hint: idToken }),
      headers: { cookie: `${sessionCookie}=${browser.cookies.get(sessionCookie) ?? ''}` },
    })
    expect([head.statusCode < 500, (await row())?.endedAt]).toStrictEqual([true, undefined])
    const ask = await browser.get(logout({ client_id: portal.clientId, post_logout_redirect_uri: signedOut }))
    expect((await browser.submit(ask, { logout: 'yes' })).url).toBe(signedOut)
    expect((await row())?.endedAt).toStrictEqual(protocol.house.clock.now())
    expect((await others.row())?.endedAt).toBeUndefined()
  })

  it('is asked, and who stays is still signed in and not reported as gone', async () => {
    const { browser, row } = await signedIn()
    const events = async () =>
      (
        await protocol.house.db.reader
          .selectFrom('audit_events')
          .select('event_id')
          .where('reason', '=', 'sign_out.by_user')
          .execute()
      ).length
    const before = await events()
    const ask = await browser.get(logout({ client_id: portal.clientId, post_logout_redirect_uri: signedOut }))
    const stayed = await browser.submit(ask, {})
    expect(stayed.url).toBe(signedOut)
    expect((await row())?.endedAt).toBeUndefined()
    expect(await events()).toBe(before)
    expect(new URL((await browser.get(authorization().url)).url).searchParams.get('code')).not.toBeNull()
  })

  it('is not done by another site: a post without the page’s own secret is refused (SE04)', async () => {
    const { browser, row } = await signedIn()
    const cookie = `${sessionCookie}=${browser.cookies.get(sessionCookie) ?? ''}`
    for (const fields of [{ logout: 'yes' }, { logout: 'yes', xsrf: 'guessed' }]) {
      const forged = await protocol.post(`${issuerPath}/oidc/logout/confirm`, fields, undefined, { cookie })
      expect(forged.statusCode).toBe(400)
    }
    await browser.get(logout({ client_id: portal.clientId }))
    const forged = await protocol.post(
      `${issuerPath}/oidc/logout/confirm`,
      { logout: 'yes', xsrf: 'guessed' },
      undefined,
      {
        cookie: `${sessionCookie}=${browser.cookies.get(sessionCookie) ?? ''}`,
      },
    )
    expect(forged.statusCode).toBe(400)
    expect((await row())?.endedAt).toBeUndefined()
  })

  it('of somebody who is signed out already goes on at once, without a question, a form or a script', async () => {
    const asked = { client_id: portal.clientId, post_logout_redirect_uri: signedOut, state: 'a b' }
    const ended = (await signedIn()).browser
    await ended.submit(await ended.get(logout({})), { logout: 'yes' })
    for (const browser of [new Browser(app()), ended]) {
      const gone = await browser.get(logout(asked))
      expect([gone.status, gone.url]).toStrictEqual([303, `${signedOut}?state=a+b`])
      const stays = await browser.get(logout({}))
      expect(stays.url).toContain(`${issuerPath}/oidc/logout/success`)
      expect(stays.body).not.toContain('<form')
    }
    const raw = await app().inject(logout(asked))
    expect(raw.body).not.toContain('<script')
  })

  it('goes nowhere that is not registered, and believes no hint but our own (SE07, HD04)', async () => {
    const { browser, row, idToken } = await signedIn()
    const [header = '', claims = '', signature = ''] = idToken.split('.')
    const foreign = Buffer.from(JSON.stringify({ ...partsOf(idToken).claims, iss: 'https://evil.example' })).toString(
      'base64url',
    )
    const refused: Readonly<Record<string, string>>[] = [
      ...[
        'https://evil.example/',
        `${signedOut}/`,
        `${signedOut}?x=1`,
        '//evil.example',
        'javascript:alert(1)',
        portal.redirectUri,
      ].map((uri) => ({ id_token_hint: idToken, post_logout_redirect_uri: uri })),
      { client_id: portal.clientId, post_logout_redirect_uri: 'https://evil.example/' },
      { client_id: 'nobody', post_logout_redirect_uri: signedOut },
      { client_id: reports.clientId, id_token_hint: idToken, post_logout_redirect_uri: signedOut },
      { id_token_hint: `${header}.${foreign}.${signature}`, post_logout_redirect_uri: signedOut },
      { id_token_hint: `${header}.${claims}.${'A'.repeat(signature.length)}`, post_logout_redirect_uri: signedOut },
      {
        id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
        post_logout_redirect_uri: signedOut,
      },
      { id_token_hint: 'nonsense', post_logout_redirect_uri: signedOut },
    ]
    for (const fields of refused) {
      const page = await browser.get(logout(fields), { accept: 'text/html' })
      expect([JSON.stringify(fields), page.status]).toStrictEqual([JSON.stringify(fields), 400])
      expect(page.headers['location']).toBeUndefined()
    }
    // Without client or hint nobody vouches for the address: it is left out.
    const page = await browser.get(logout({ post_logout_redirect_uri: 'https://evil.example/' }))
    expect(policyOf(page.headers).get('form-action')).toStrictEqual(["'self'"])
    expect((await row())?.endedAt).toBeUndefined()
    const done = await browser.submit(page, { logout: 'yes' })
    expect(done.url.startsWith(`${origin}${issuerPath}/oidc/logout/success`)).toBe(true)
    expect(done.status).toBe(200)
  })

  it('takes a hint that has expired: signing out late is signing out (RP-Initiated Logout §2)', async () => {
    const { browser, idToken, row } = await signedIn()
    protocol.passTime(3600)
    const done = await browser.get(logout({ id_token_hint: idToken, post_logout_redirect_uri: signedOut }))
    expect(done.url).toBe(signedOut)
    expect((await row())?.endedAt).toBeDefined()
  })
})

describe('another person who signs in in the same browser', () => {
  it('ends the session of the first one, on a page whose form may lead to the application', async () => {
    const { browser, tokens, row } = await signedIn()
    const second = await protocol.house.addPoolUser({ biller: 'newtown', username: 'second.sam', password })
    const first = await browser.get(authorization({ prompt: 'login' }).url)
    const asked = await browser.submit(first, { username: 'second.sam' }, '/username')
    const between = await browser.submit(asked, { password }, '/password')
    expect(between.status).toBe(200)
    expect(policyOf(between.headers).get('form-action')).toStrictEqual(["'self'", 'http://portal.localhost:4100'])
    const done = await browser.submit(between, {})
    expect(new URL(done.url).searchParams.get('code')).not.toBeNull()
    expect((await row())?.endedAt).toBeDefined()
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    const next = await protocol.tokensFor(browser)
    expect(partsOf(next['id_token']).claims['sub']).toBe(second.userId)
  })
})

describe('every page of the engine', () => {
  const expectGuarded = (headers: Readonly<Record<string, unknown>>, what: string) => {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect([what, headers['content-type']]).toStrictEqual([what, 'text/html; charset=utf-8'])
    expect([what, headers['access-control-allow-origin']]).toStrictEqual([what, undefined])
    const policy = policyOf(headers)
    expect([what, policy.get('default-src')]).toStrictEqual([what, ["'none'"]])
    expect([what, policy.get('frame-ancestors')]).toStrictEqual([what, ["'none'"]])
    expect([what, policy.get('base-uri')]).toStrictEqual([what, ["'none'"]])
    expect(policy.get('script-src')?.[0]).toMatch(/^'nonce-[\w-]{20,}'$/)
    expect(policy.get('script-src')).not.toContain("'unsafe-inline'")
    return policy
  }

  it('is guarded: sign-out, signed out, errors, and the form of form_post (HD08, HD09)', async () => {
    const { browser } = await signedIn()
    const ask = await browser.get(logout({ client_id: portal.clientId, post_logout_redirect_uri: signedOut }))
    // Browsers judge the redirect after the post by the page that posted.
    expect(expectGuarded(ask.headers, 'sign-out').get('form-action')).toStrictEqual([
      "'self'",
      'http://portal.localhost:4100',
    ])
    const own = await browser.get(logout({}))
    expect(expectGuarded(own.headers, 'sign-out of nobody').get('form-action')).toStrictEqual(["'self'"])
    expectGuarded((await browser.get(`${issuerPath}/oidc/logout/success`)).headers, 'signed out')
    const error = await browser.get(authorization({ redirect_uri: 'https://evil.example/' }).url)
    expect(expectGuarded(error.headers, 'error').get('form-action')).toStrictEqual(["'self'"])
    const refused = await browser.get(logout({ id_token_hint: 'nonsense' }), { accept: 'text/html' })
    expectGuarded(refused.headers, 'refused sign-out')
    const lost = await new Browser(app()).get(`${issuerPath}/oauth2/authorize/unknown-interaction`)
    expect(lost.status).toBe(400)
    expectGuarded(lost.headers, 'unknown interaction')
    const form = await browser.get(authorization({ response_mode: 'form_post' }).url)
    const policy = expectGuarded(form.headers, 'form_post')
    expect(policy.get('form-action')).toStrictEqual(["'self'", 'http://portal.localhost:4100'])
  })

  it('has two nonces in two answers', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { headers } = await app().inject(authorization({ client_id: 'nobody' }).url)
        return policyOf(headers).get('script-src')?.[0]
      }),
    )
    expect(new Set(nonces).size).toBe(2)
  })

  it('of form_post runs the one script that it needs, and encodes what it carries (HD13)', async () => {
    const { browser } = await signedIn()
    const state = '"><script>alert(1)</script>'
    const form = await browser.get(authorization({ response_mode: 'form_post', state }).url)
    expect(form.status).toBe(200)
    expect(form.body).not.toContain('<script>alert')
    expect(form.body).toContain(`action="${portal.redirectUri}"`)
    const scripts = [...form.body.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text)
    expect(scripts).toHaveLength(1)
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(scripts[0]))).toString(
      'base64',
    )
    expect(policyOf(form.headers).get('script-src')).toContain(`'sha256-${digest}'`)
  })

  it('shows nothing of a request as markup (AZ17)', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    for (const extra of [
      { client_id: evil },
      { redirect_uri: evil },
      { response_type: evil, client_id: 'nobody' },
      { ui_locales: evil, client_id: 'nobody' },
    ]) {
      const page = await new Browser(app()).get(authorization(extra).url)
      expect(page.body).not.toContain('<img')
    }
  })
})
