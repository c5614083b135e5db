import { setImmediate } from 'node:timers/promises'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { toColumns } from '../../protocol/password-hash/index.ts'
import { authorization, Browser, redeem } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { legacyHasher, openServer, origin, portal, provisioned } from '../../testing/open-server.ts'
import type { ServerOptions, TestServer } from '../../testing/open-server.ts'

const hosted = {
  authorizationEndpoint: 'https://login.secureauth.example/acme/oauth2/authorize',
  issuer: 'https://login.secureauth.example/acme',
  clientId: 'gatehouse',
}
const issuer = `${origin}/harbor/portal`

/** A workspace that redirects, with people of every kind whose names are of one length. */
async function redirecting(options: ServerOptions = {}): Promise<TestServer> {
  const stored = await legacyHasher.makeLike(
    'legacy-lena-password',
    '$2b$04$abcdefghijklmnopqrstuuxPdHsLGzn1TYCjyUyd5sdIfsS6ESrXe',
  )
  const columns = toColumns(stored ?? '')
  const house = await openServer({
    provision: {
      ...provisioned,
      workspaces: provisioned.workspaces.map((one) =>
        one.kind === 'customer' ? { ...one, signIn: { presentation: 'redirect', hostedPage: hosted } } : one,
      ),
    },
    legacyRows: [
      { id: 'a1', biller: '1', username: 'legacy.lena', hash: columns?.hash ?? '', format: columns?.format ?? '' },
      { id: 'c1', biller: '3', username: 'migrated.mo', hash: columns?.hash ?? '', format: columns?.format ?? '' },
    ],
    ...options,
  })
  await house.server.scan(0)
  await house.addPoolUser({ biller: 'newtown', username: 'migrated.mo', password: 'migrated-mo-password' })
  await house.addPoolUser({ biller: 'newtown', username: 'new.neville', password: 'new-neville-password' })
  await house.addPoolUser({ biller: 'newtown', username: 'switchd.off', password: 'x', status: 'inactive' })
  return house
}

/** Names of one length that no legacy store proves: moved with and without an old row, switched off, and nobody's. */
const elsewhere = ['migrated.mo', 'new.neville', 'switchd.off', 'nobody.here', 'NOBODY.HERE', 'no-body+here'.slice(1)]

let house: TestServer
beforeAll(async () => {
  house = await redirecting()
})
afterAll(() => house.close())

async function named(
  username: string,
  browser = new Browser(house.server.app),
  extra: Readonly<Record<string, string>> = {},
): Promise<Page> {
  return browser.submit(await browser.get(authorization(extra).url), { username }, '/username')
}

const hintOf = (page: Page): string => new URL(page.url).searchParams.get('login_hint') ?? ''

/** What is left of a redirect when the numbers of the request and of the flow, the hint and the nonce are taken out. */
const comparable = ({ status, url, headers }: Page): unknown => {
  const { 'x-request-id': _id, date: _date, location: _location, ...rest } = headers
  const at = new URL(url)
  return {
    status,
    length: url.length,
    url: url.replace(hintOf({ url } as Page), '').replace(at.searchParams.get('state') ?? '', ''),
    headers: rest,
  }
}

describe('where a workspace redirects', () => {
  it('a migrated name and a name that nobody has go to the hosted page by the same bytes, the signed hint aside (EN03)', async () => {
    const pages = await Promise.all(elsewhere.map(async (name) => named(name)))
    for (const page of pages) {
      expect(page.status).toBe(303)
      expect(comparable(page)).toStrictEqual(comparable(pages[0] as Page))
      expect(hintOf(page)).toHaveLength(hintOf(pages[0] as Page).length)
    }
  })

  it('the page after them, in this browser, is the same too (EN03)', async () => {
    const shown = await Promise.all(
      elsewhere.map(async (name) => {
        const browser = new Browser(house.server.app)
        const first = await browser.get(authorization().url)
        await browser.submit(first, { username: name }, '/username')
        const { status, body } = await browser.get(first.url)
        expect(body).toContain('login.secureauth.example')
        return `${status} ${body}`
          .replaceAll(name, 'NAME')
          .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
          .replaceAll(/nonce="[^"]*"/g, '')
      }),
    )
    expect(new Set(shown).size).toBe(1)
  })

  it('every store is asked once and one event is written, whether the name is known or not (EN03)', async () => {
    const [store] = house.server.stores.values()
    if (!store) throw new Error('there is a store')
    const find = vi.spyOn(store, 'find')
    const events = async () =>
      (await house.db.reader.selectFrom('audit_events').select('event_id').where('action', '=', 'requested').execute())
        .length
    const work = []
    for (const name of elsewhere) {
      const before = await events()
      find.mockClear()
      await named(name)
      work.push({ asked: find.mock.calls.length, written: (await events()) - before })
    }
    find.mockRestore()
    expect(work).toStrictEqual(elsewhere.map(() => ({ asked: 1, written: 1 })))
  })

  it('a name of a legacy store gets the password field in place, is proved there and signed in', async () => {
    const browser = new Browser(house.server.app)
    const second = await named('legacy.lena', browser)
    expect(second.body).toMatch(/readonly\s+value="legacy\.lena"/)
    const { url, verifier } = authorization()
    const page = await browser.submit(
      await browser.submit(await browser.get(url), { username: 'legacy.lena' }, '/username'),
      { password: 'legacy-lena-password' },
      '/password',
    )
    expect(page.url).toContain(portal.redirectUri)
    const code = new URL(page.url).searchParams.get('code') ?? ''
    expect((await redeem(house.server.app, code, verifier)).status).toBe(200)
  })

  it('the target is the configured address, whatever the request says of targets (HD04)', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization({ login_hint: 'https://evil.example', ui_locales: 'es' }).url)
    const action = `${new URL(first.url).pathname}/username?authorizationEndpoint=https://evil.example&redirect_uri=x`
    const page = await browser.post(action, {
      username: 'https://evil.example/?a=b',
      redirect_uri: 'https://evil.example',
    })
    expect(page.url.startsWith(`${hosted.authorizationEndpoint}?`)).toBe(true)
    const query = new URL(page.url).searchParams
    expect([...query.keys()]).toStrictEqual([
      'response_type',
      'client_id',
      'redirect_uri',
      'scope',
      'state',
      'login_hint',
    ])
    expect(query.get('client_id')).toBe('gatehouse')
    expect(query.get('redirect_uri')).toBe(`${issuer}/sign-in/return`)
  })

  it('every page lets its form lead to the hosted page, for browsers judge redirects by it (HD09)', async () => {
    const first = await new Browser(house.server.app).get(authorization().url)
    expect(first.headers['content-security-policy']).toContain(
      "form-action 'self' http://portal.localhost:4100 https://login.secureauth.example;",
    )
  })

  it('no password of ours is tried for a name that is proved over there, in any order of steps', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization().url)
    const path = new URL(first.url).pathname
    await browser.submit(first, { username: 'migrated.mo' }, '/username')
    const page = await browser.post(`${path}/password`, { password: 'migrated-mo-password' })
    expect(page.url).toContain(path)
    expect(page.body).toContain('Your password is asked for on another page')
  })

  it('a biller that moves between the name and the password leads there too, and the password is not looked at', async () => {
    const moving = await redirecting()
    const browser = new Browser(moving.server.app)
    const second = await named('legacy.lena', browser)
    await moving.db.transaction((tx) =>
      tx.updateTable('billers').set({ mode: 'new', epoch: 2 }).where('organization_id', '=', 'oldtown').execute(),
    )
    const page = await browser.submit(second, { password: 'legacy-lena-password' }, '/password')
    expect(page.body).toContain('Your password is asked for on another page')
    await moving.close()
  })
})

describe('the deadline of refusals', () => {
  it('is when a name is told where it leads, whatever the name (EN02, EN03)', async () => {
    const timed = await redirecting({ refusalMilliseconds: 400 })
    const written = async () => (await timed.db.reader.selectFrom('audit_events').select('event_id').execute()).length
    for (const name of ['legacy.lena', 'migrated.mo', 'nobody.here']) {
      const browser = new Browser(timed.server.app)
      const first = await browser.get(authorization().url)
      const before = await written()
      let isAnswered = false
      const answer = browser.submit(first, { username: name }, '/username').finally(() => (isAnswered = true))
      while ((await written()) === before) await setImmediate()
      for (let turns = 0; turns < 50; turns += 1) await setImmediate()
      expect(isAnswered).toBe(false)
      timed.clock.move({ milliseconds: 400 })
      await answer
    }
    await timed.close()
  })
})

describe('look-ups', () => {
  it('are limited per network, with the same answer for every name, and not for a browser that knows the name (EN03)', async () => {
    const limited = await redirecting({ environment: { GATEHOUSE_THROTTLE_NETWORK_LOOK_UPS: '4' } })
    const of = (address: string) => new Browser(limited.server.app, address)
    // Proved here before, from elsewhere: its own browser is told again without being counted.
    const known = of('198.51.100.9')
    await known.submit(await named('legacy.lena', known), { password: 'legacy-lena-password' }, '/password')
    for (let names = 0; names < 5; names += 1) {
      expect((await named(`name-${names}`, of('198.51.100.7'))).status).toBe(303)
    }
    const waits = await Promise.all(
      ['legacy.lena', 'migrated.mo', 'nobody.here'].map(async (name) => named(name, of('198.51.100.7'))),
    )
    const bytes = waits.map(({ status, body }) =>
      `${status} ${body}`.replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW').replaceAll(/nonce="[^"]*"/g, ''),
    )
    expect(waits[0]?.status).toBe(429)
    expect(new Set(bytes).size).toBe(1)
    expect(bytes[0]).toContain('Try again in 30 seconds.')
    // The name is not typed twice.
    const browser = of('198.51.100.7')
    const wait = await named('legacy.lena', browser)
    expect((await browser.get(wait.url.replace(/\/username$/, ''))).body).toContain('value="legacy.lena"')
    // Another network waits for nothing, and after the pace one more goes through.
    expect((await named('nobody.here', of('198.51.100.8'))).status).toBe(303)
    for (let names = 0; names < 6; names += 1) {
      expect((await named('legacy.lena', known, { prompt: 'login' })).status).toBe(200)
    }
    limited.clock.move({ seconds: 30 })
    expect((await named('nobody.here', of('198.51.100.7'))).status).toBe(303)
    expect((await named('nobody.here', of('198.51.100.7'))).status).toBe(429)
    await limited.close()
  })
})

describe('the signed hint', () => {
  const keySet = async () => {
    const { body } = await house.server.app.inject('/harbor/portal/.well-known/jwks.json')
    return createLocalJWKSet(JSON.parse(body) as JSONWebKeySet)
  }
  const verified = async (hint: string, at = house.clock.now()) =>
    jwtVerify(hint, await keySet(), {
      typ: 'login-hint+jwt',
      issuer,
      audience: hosted.issuer,
      currentDate: at,
      requiredClaims: ['exp', 'iat', 'jti'],
    })

  it('says the name as it was typed, is for the hosted page alone and for two minutes, and is verified by the key set', async () => {
    const hint = hintOf(await named('  Nobody.Hère '))
    const { payload } = await verified(hint)
    expect(payload).toStrictEqual({
      username: 'Nobody.Hère',
      iss: issuer,
      aud: hosted.issuer,
      iat: house.clock.nowSeconds(),
      exp: house.clock.nowSeconds() + 120,
      jti: payload.jti,
    })
    expect(decodeProtectedHeader(hint)).toMatchObject({ alg: 'ES256', typ: 'login-hint+jwt' })
    await expect(verified(hint, new Date(house.clock.now().getTime() + 121_000))).rejects.toThrow(/exp/)
    expect(hintOf(await named('Nobody.Hère'))).not.toBe(hint)
  })

  it('is no token of ours: nothing takes it for one (JW07)', async () => {
    const hint = hintOf(await named('migrated.mo'))
    const headers = { authorization: `Bearer ${hint}` }
    const { app } = house.server
    expect((await app.inject({ url: '/harbor/portal/userinfo', headers })).statusCode).toBe(401)
    expect((await app.inject({ url: '/api/identity/harbor/system/pools', headers })).statusCode).toBe(401)
    const logout = await app.inject({ url: `/harbor/portal/oidc/logout?id_token_hint=${hint}` })
    expect(logout.statusCode).toBe(400)
  })
})

describe('whoever comes back', () => {
  it('by the browser’s Back finds the name, a way to change it and a way on with a fresh hint', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization().url)
    const left = await browser.submit(first, { username: 'nobody.here' }, '/username')
    const page = await browser.get(first.url)
    expect(page.body).toMatch(/readonly\s+value="nobody\.here"/)
    const again = await browser.submit(page, {}, '/hosted')
    expect(again.status).toBe(303)
    expect(hintOf(again)).not.toBe(hintOf(left))
    const changed = await browser.get(`${new URL(first.url).pathname}/username`)
    expect(changed.body).toContain('value="nobody.here"')
    expect((await browser.submit(changed, { username: 'legacy.lena' }, '/username')).body).toContain('type="password"')
  })

  it('by the hosted page is led back to the name, and signed in by nothing that the address says', async () => {
    const browser = new Browser(house.server.app)
    const left = await named('nobody.here', browser)
    const state = new URL(left.url).searchParams.get('state') ?? ''
    const back = await browser.get(`/harbor/portal/sign-in/return?code=anything&state=${state}`)
    expect(back.body).toContain('You are not signed in yet')
    const href = /class="button" href="([^"]*)"/.exec(back.body)?.[1] ?? ''
    expect((await browser.get(href)).body).toContain('value="nobody.here"')
    // In another browser, or without a state, nothing is told of the sign-in: it begins anew.
    for (const address of [`?state=${state}`, '', '?state=a.b&state=c.d', '?error=access_denied&state=portal.x']) {
      const stranger = await new Browser(house.server.app).get(`/harbor/portal/sign-in/return${address}`)
      expect(stranger.status).toBe(200)
      expect(stranger.body).toContain('href="http://portal.localhost:4100/login?iss=')
      expect(stranger.body).not.toContain('nobody.here')
    }
  })

  it('finds no such address where a workspace does not redirect', async () => {
    const page = await new Browser(house.server.app).get('/harbor/system/sign-in/return')
    expect(page.status).toBe(404)
  })

  it('finds the name waiting at an organization’s own address too', async () => {
    const browser = new Browser(house.server.app)
    const second = await browser.get(authorization({}, '/harbor/newtown').url)
    const left = await browser.submit(second, { username: 'migrated.mo' }, '/username')
    const query = new URL(left.url).searchParams
    expect(query.get('redirect_uri')).toBe(`${issuer}/sign-in/return`)
    const back = await browser.get(`/harbor/portal/sign-in/return?state=${query.get('state')}`)
    const href = /class="button" href="([^"]*)"/.exec(back.body)?.[1] ?? ''
    expect(href).toMatch(/^\/harbor\/newtown\/sign-in\/[\w-]+\/username$/)
    expect((await browser.get(href)).body).toContain('value="migrated.mo"')
  })
})
