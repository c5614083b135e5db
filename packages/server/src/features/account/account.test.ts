import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, authorization, issuerPath } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { openProtocol, password } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { origin, tenantId } from '../../testing/open-server.ts'
import type { User } from '../users/index.ts'

let protocol: Protocol
const app = () => protocol.house.server.app
const account = `${issuerPath}/account`
const sessionCookie = `${tenantId}.portal.session`
const windows = {
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
}

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const personCalled = (username: string): Promise<User> =>
  protocol.house.addPoolUser({ biller: 'newtown', username, password, email: `${username}@new.example` })

/** Goes to a page of the account and through the sign-in that stands before it. */
async function enter(username: string, path = account, browser = new Browser(app()), secret = password) {
  let page = await browser.get(path)
  expect(page.url).toContain('/sign-in/')
  page = await browser.submit(page, { username }, '/username')
  page = await browser.submit(page, { password: secret }, '/password')
  return { browser, page }
}

const csrfOf = (page: Page): string => /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
const othersOf = (page: Page): string[] =>
  [...page.body.matchAll(/name="session" value="([^"]+)"/g)]
    .map(([, uid = '']) => uid)
    .filter((uid) => uid !== 'others')

const open = async (user: User) =>
  (
    await protocol.house.db.reader
      .selectFrom('sessions')
      .select('session_uid')
      .where('user_id', '=', user.userId)
      .where('ended_at', 'is', null)
      .execute()
  ).length

describe('the account pages', () => {
  it('send who is not signed in through the sign-in, and back to the page they wanted', async () => {
    await personCalled('enter.ella')
    for (const path of ['', '/sessions', '/history', '/password']) {
      const { page } = await enter('enter.ella', `${account}${path}`)
      expect([path, page.status, new URL(page.url).pathname]).toStrictEqual([path, 200, `${account}${path}`])
    }
  })

  it('come back to none but their own pages, whatever an address says (HD04)', async () => {
    await personCalled('back.ben')
    const { browser } = await enter('back.ben')
    for (const state of ['//evil.example', 'https://evil.example', '../../x', 'end.../../x', 'end.', '']) {
      const page = await browser.get(`${account}/back?code=x&state=${encodeURIComponent(state)}`)
      expect([state, page.url]).toStrictEqual([state, `${origin}${account}`])
    }
  })

  it('give a code to nobody: the one of their sign-in cannot be exchanged', async () => {
    await personCalled('code.cora')
    const browser = new Browser(app())
    await enter('code.cora', account, browser)
    const jar = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const query = new URLSearchParams({
      client_id: 'gatehouse:account',
      redirect_uri: `${origin}${account}/back`,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const given = await app().inject({
      url: `${issuerPath}/oauth2/authorize?${query.toString()}`,
      headers: { cookie: jar },
    })
    const code = new URL(String(given.headers.location)).searchParams.get('code') ?? ''
    // Without the answer to the challenge it is worth nothing; the pages throw that answer away.
    const answer = await protocol.post(`${issuerPath}/oauth2/token`, {
      grant_type: 'authorization_code',
      client_id: 'gatehouse:account',
      code,
      redirect_uri: `${origin}${account}/back`,
      code_verifier: 'a'.repeat(43),
    })
    expect([answer.statusCode, answer.json<{ error: string }>().error]).toStrictEqual([400, 'invalid_grant'])
  })

  it('are for a session of this issuer: a cookie that is malformed, unknown, of another kind or ended is nobody’s (SE06)', async () => {
    await personCalled('cookie.cleo')
    const { browser } = await enter('cookie.cleo')
    const genuine = browser.cookies.get(sessionCookie) ?? ''
    const ask = async (path: string, name: string, value: string) => {
      const { statusCode, headers } = await app().inject({ url: path, headers: { cookie: `${name}=${value}` } })
      return [value, statusCode, String(headers.location).includes('/oauth2/authorize')]
    }
    for (const value of ['', 'x', '../../x', `${genuine}x`, genuine.slice(1), '%00', 'x'.repeat(3000)]) {
      expect(await ask(account, sessionCookie, value)).toStrictEqual([value, 303, true])
    }
    // The organization is an issuer of its own, with sessions of its own.
    expect(await ask(`/${tenantId}/newtown/account`, `${tenantId}.newtown.session`, genuine)).toStrictEqual([
      genuine,
      303,
      true,
    ])
    expect((await app().inject(`/${tenantId}/system/account`)).statusCode).toBe(404)
    expect((await app().inject(`/${tenantId}/nowhere/account`)).statusCode).toBe(404)
  })

  it('are kept by no cache, and an address that looks like a file is not one of them (HD05, HD08)', async () => {
    await personCalled('cache.carl')
    const { browser } = await enter('cache.carl')
    for (const path of ['', '/sessions', '/history', '/password']) {
      const page = await browser.get(`${account}${path}`)
      expect(page.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect(String(page.headers['content-security-policy'])).toContain("default-src 'none'")
    }
    for (const path of ['.css', '/sessions.css', '/sessions;x.js', '/sessions/x.css', '/history%2Fx.css', ';x.js']) {
      const page = await browser.get(`${account}${path}`)
      expect([path, page.status, page.headers['cache-control']]).toStrictEqual([path, 404, 'no-store'])
      expect(page.body).not.toContain('cache.carl')
    }
  })

  it('know a session by a random name alone: nothing of the person or of their proof is in its cookie (SE02)', async () => {
    const user = await personCalled('random.ray')
    const values = new Set<string>()
    for (let count = 0; count < 5; count += 1) {
      const { browser } = await enter('random.ray')
      const value = browser.cookies.get(sessionCookie) ?? ''
      expect(value).toMatch(/^[\w-]{21,64}$/)
      const read = Buffer.from(value, 'base64url').toString('latin1')
      for (const told of [user.userId, 'random', 'newtown', 'pwd']) expect(read + value).not.toContain(told)
      values.add(value)
    }
    expect(values.size).toBe(5)
  })

  it('are over with the session: going back, another tab and a kept cookie all ask again (SE07)', async () => {
    await personCalled('leave.lea')
    const { browser } = await enter('leave.lea')
    const kept = browser.cookies.get(sessionCookie) ?? ''
    const asked = await browser.get(`${issuerPath}/oidc/logout`)
    await browser.submit(asked, { logout: 'yes' })
    expect((await browser.get(`${account}/sessions`)).url).toContain('/sign-in/')
    const replay = new Browser(app())
    replay.cookies.set(sessionCookie, kept)
    expect((await replay.get(account)).url).toContain('/sign-in/')
  })
})

describe('sessions and devices', () => {
  it('are shown in words, the current one first, with a network instead of an address (F25)', async () => {
    await personCalled('see.sid')
    const phone = new Browser(app(), '203.0.113.77')
    await enter('see.sid', account, phone)
    const { browser } = await enter('see.sid')
    const page = await browser.get(`${account}/sessions`, windows)
    expect(page.body).toContain('You are signed in on 2 devices or browsers.')
    expect(page.body).toContain('203.0.113.x')
    expect(page.body).not.toContain('203.0.113.77')
    expect(page.body.match(/This device/g)).toHaveLength(1)
    expect(page.body.indexOf('This device')).toBeLessThan(page.body.indexOf('203.0.113.'))
    expect(othersOf(page)).toHaveLength(1)
  })

  it('end one by one and all at once, with their tokens, while this one stays (SE09)', async () => {
    const user = await personCalled('end.eve')
    const others = []
    for (let count = 0; count < 3; count += 1) others.push((await enter('end.eve')).browser)
    const { browser } = await enter('end.eve')
    const list = await browser.get(`${account}/sessions`)
    const [first = ''] = othersOf(list)
    const done = await browser.post(`${account}/sessions/end`, { csrf: csrfOf(list), session: first })
    expect(done.url).toBe(`${origin}${account}/sessions?done=one`)
    expect(done.body).toContain('That device is signed out.')
    expect(await open(user)).toBe(3)
    // Again, or of a session that was never there: the same answer, and nothing happens.
    for (const session of [first, 'never-there']) {
      const again = await browser.post(`${account}/sessions/end`, { csrf: csrfOf(list), session })
      expect(again.url).toBe(done.url)
    }
    expect(await open(user)).toBe(3)
    const all = await browser.post(`${account}/sessions/end`, { csrf: csrfOf(list), session: 'others' })
    expect(all.body).toContain('You are signed in on this device only.')
    expect(await open(user)).toBe(1)
    for (const other of others) expect((await other.get(account)).url).toContain('/sign-in/')
    const events = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select('reason')
      .where('affected_user_id', '=', user.userId)
      .where('action', '=', 'revoked')
      .execute()
    expect(events.map(({ reason }) => String(reason)).toSorted((one, other) => (one < other ? -1 : 1))).toStrictEqual([
      'session.ended_by_user',
      'session.others_ended_by_user',
      'session.others_ended_by_user',
    ])
  })

  it('of another person are not there: the answer is that of a session that never was', async () => {
    const victim = await personCalled('victim.vic')
    await enter('victim.vic')
    const [row] = await protocol.house.db.reader
      .selectFrom('sessions')
      .select('session_uid')
      .where('user_id', '=', victim.userId)
      .execute()
    await personCalled('mallory.mal')
    const { browser } = await enter('mallory.mal')
    const list = await browser.get(`${account}/sessions`)
    const post = async (session: string) => {
      const page = await browser.post(`${account}/sessions/end`, { csrf: csrfOf(list), session })
      return [page.status, page.url]
    }
    expect(await post(row?.session_uid ?? '')).toStrictEqual(await post('never-there'))
    expect(await open(victim)).toBe(1)
  })

  it('ask for a new proof when the last one is older than ten minutes, and end nothing by coming back (A33, ASVS 7.5.2)', async () => {
    const user = await personCalled('stale.stu')
    await enter('stale.stu')
    const { browser } = await enter('stale.stu')
    const list = await browser.get(`${account}/sessions`)
    const [other = ''] = othersOf(list)
    protocol.passTime(600)
    const before = browser.cookies.get(sessionCookie)
    let page = await browser.post(`${account}/sessions/end`, { csrf: csrfOf(list), session: other })
    expect(page.url).toContain('/sign-in/')
    expect(page.body).toContain('value="stale.stu"')
    page = await browser.submit(page, { username: 'stale.stu' }, '/username')
    page = await browser.submit(page, { password }, '/password')
    expect(page.url).toBe(`${origin}${account}/sessions/end?session=${other}`)
    // The cookie's value changed with the proof (SE01).
    expect(browser.cookies.get(sessionCookie)).not.toBe(before)
    expect(await open(user)).toBe(2)
    const done = await browser.submit(page, {}, '/sessions/end')
    expect(done.body).toContain('That device is signed out.')
    expect(await open(user)).toBe(1)
  })

  it('change by nothing but a form of ours: origin, kind and the session’s own secret (SE04)', async () => {
    const user = await personCalled('forge.finn')
    await enter('forge.finn')
    const { browser } = await enter('forge.finn')
    const list = await browser.get(`${account}/sessions`)
    const csrf = csrfOf(list)
    expect(csrf).toMatch(/^[\w-]{43}$/)
    const jar = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const form = new URLSearchParams({ csrf, session: 'others' }).toString()
    const send = (headers: Readonly<Record<string, string>>, payload = form, url = `${account}/sessions/end`) =>
      app().inject({
        method: 'POST',
        url,
        payload,
        headers: { cookie: jar, origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    const refused: Readonly<Record<string, number>> = {
      'another origin': (await send({ origin: 'https://evil.example' })).statusCode,
      'a null origin': (await send({ origin: 'null' })).statusCode,
      'no origin': (await send({ origin: '' })).statusCode,
      'another site': (await send({ 'sec-fetch-site': 'cross-site' })).statusCode,
      'text/plain': (await send({ 'content-type': 'text/plain' })).statusCode,
      multipart: (await send({ 'content-type': 'multipart/form-data; boundary=x' })).statusCode,
      'no secret': (await send({}, 'session=others')).statusCode,
      'a wrong secret': (await send({}, `session=others&csrf=${'A'.repeat(43)}`)).statusCode,
      'two sessions': (await send({}, `${form}&session=x`)).statusCode,
      'another method': (
        await app().inject({ url: `${account}/sessions/end?${form}`, headers: { cookie: jar, origin } })
      ).statusCode,
      'an overriden method': (
        await app().inject({
          url: `${account}/sessions/end?${form}&_method=POST`,
          headers: { cookie: jar, origin, 'x-http-method-override': 'POST' },
        })
      ).statusCode,
    }
    for (const [how, status] of Object.entries(refused)) {
      // A visit by address shows a page to confirm on and does nothing.
      const wanted = how.endsWith('method') ? [200] : [400, 403, 415]
      expect([how, wanted.includes(status) ? 'refused' : status]).toStrictEqual([how, 'refused'])
    }
    // The secret of one person is none of another.
    await personCalled('forge.fay')
    const { browser: foreign } = await enter('forge.fay')
    const stolen = await foreign.post(`${account}/sessions/end`, { csrf, session: 'others' })
    expect(stolen.status).toBe(403)
    expect(await open(user)).toBe(2)
    expect((await send({})).statusCode).toBe(303)
    expect(await open(user)).toBe(1)
  })
})

describe('the login history', () => {
  it('shows when, from where, how, at which biller and with what result, and is paged (F24)', async () => {
    await personCalled('past.pam')
    const wrong = new Browser(app(), '198.51.100.200')
    const asked = await wrong.submit(await wrong.get(authorization().url), { username: 'past.pam' }, '/username')
    await wrong.submit(asked, { password: 'not it' }, '/password')
    for (let count = 0; count < 21; count += 1) await enter('past.pam')
    const { browser } = await enter('past.pam')
    const first = await browser.get(`${account}/history`)
    expect(first.body.match(/<h2 class="good">Signed in<\/h2>/g)).toHaveLength(20)
    expect(first.body).toContain('Password, new sign-in')
    expect(first.body).toContain('Newtown Waste')
    const older = /href="([^"]*\/history\?before=[^"]*)"/.exec(first.body)?.[1] ?? ''
    const second = await browser.get(older)
    expect(second.body.match(/<h2 class="good">Signed in<\/h2>/g)).toHaveLength(2)
    expect(second.body).toContain('Wrong password')
    expect(second.body).toContain('198.51.100.x')
    expect(second.body).not.toContain('Show older sign-ins')
  })

  it('is a person’s own: nobody else’s events are in it, whatever place an address names', async () => {
    await personCalled('own.olga')
    const { browser } = await enter('own.olga')
    for (const before of ['', 'x', "' or 1=1 --", 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      const page = await browser.get(`${account}/history?before=${encodeURIComponent(before)}`)
      expect([before, page.status, page.body.match(/<h2/g)?.length]).toStrictEqual([before, 200, 1])
    }
  })
})

describe('changing the password', () => {
  const renewed = 'a wholly different phrase'
  const change = async (browser: Browser, fields: Readonly<Record<string, string>>) => {
    const page = await browser.get(`${account}/password`)
    return browser.submit(page, fields, '/password')
  }

  it('asks for the current one, tells the person by mail, and ends the other sessions unless they say otherwise (A32)', async () => {
    const user = await personCalled('change.cid')
    const { browser: other } = await enter('change.cid')
    const { browser } = await enter('change.cid')
    expect((await browser.get(`${account}/password`)).body).toMatch(/name="end_other_sessions"[^>]* checked/)
    const mail = protocol.house.nextMail()
    const done = await change(browser, {
      current_password: password,
      new_password: renewed,
      end_other_sessions: 'yes',
    })
    expect([done.status, done.body.includes('We have signed you out on your other devices.')]).toStrictEqual([
      200,
      true,
    ])
    expect((await mail).to).toContain('change.cid@new.example')
    expect(await open(user)).toBe(1)
    expect((await browser.get(account)).status).toBe(200)
    expect((await browser.get(account)).url).toBe(`${origin}${account}`)
    expect((await other.get(account)).url).toContain('/sign-in/')
    await enter('change.cid', account, new Browser(app()), renewed)
  })

  it('leaves other sessions alone when the person unticks it', async () => {
    const user = await personCalled('keep.kim')
    await enter('keep.kim')
    const { browser } = await enter('keep.kim')
    const done = await change(browser, { current_password: password, new_password: renewed })
    expect(done.status).toBe(200)
    expect(await open(user)).toBe(2)
  })

  it('refuses a wrong current one in words, counts it like at sign-in, and keeps what was chosen', async () => {
    await personCalled('wrong.wes')
    const { browser } = await enter('wrong.wes')
    const first = await change(browser, { current_password: 'not it', new_password: renewed })
    expect([first.status, first.body.includes('That is not your current password.')]).toStrictEqual([401, true])
    // Unticked before, unticked now.
    expect(first.body).not.toMatch(/name="end_other_sessions"[^>]* checked/)
    expect(first.body).not.toContain(renewed)
    let last = first
    for (let count = 0; count < 12 && last.status === 401; count += 1) {
      last = await change(browser, { current_password: 'not it', new_password: renewed })
    }
    expect([last.status, last.body.includes('There were too many attempts.')]).toStrictEqual([429, true])
  })

  it('holds the new one to the policy, and asks for what is missing', async () => {
    await personCalled('weak.wil')
    const { browser } = await enter('weak.wil')
    const short = await change(browser, { current_password: password, new_password: 'short' })
    expect([short.status, short.body.includes('Use at least')]).toStrictEqual([422, true])
    const empty = await change(browser, { current_password: '', new_password: '' })
    expect([empty.status, empty.body.includes('Enter your current password')]).toStrictEqual([422, true])
  })
})

describe('somebody who is switched off', () => {
  it('is out of the account pages at the next request (SE09)', async () => {
    const user = await personCalled('off.otto')
    const { browser } = await enter('off.otto')
    await protocol.house.db.transaction((tx) =>
      tx.updateTable('users').set({ status: 'inactive' }).where('user_id', '=', user.userId).execute(),
    )
    expect((await browser.get(`${account}/sessions`)).url).toContain('/sign-in/')
  })
})
