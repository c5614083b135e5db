import { pbkdf2Sync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authorization, Browser, signIn, tokenRequest } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { crm, openServer, tenantId } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

const username = 'guessed.gil'
const password = 'guessed-gil-password'
const unknown = 'nobody.at.all'
const house = '192.0.2.1'

let server: TestServer
beforeAll(async () => {
  server = await openServer({
    environment: {
      GATEHOUSE_TRUSTED_HOPS: '1',
      GATEHOUSE_THROTTLE_TRIES: '3',
      GATEHOUSE_THROTTLE_CLOSE_TRIES: '6',
      GATEHOUSE_THROTTLE_NETWORK_TRIES: '8',
      GATEHOUSE_THROTTLE_WORK: '16',
    },
  })
  await server.addPoolUser({ biller: 'newtown', username, password, email: 'gil@new.example' })
})
afterAll(() => server.close())
beforeEach(() => server.db.transaction((tx) => tx.deleteFrom('throttles').execute()))

/** A browser as the trusted proxy passes it on. */
const from = (address: string, more: Readonly<Record<string, string>> = {}): Browser =>
  new Browser(server.server.app, '10.0.0.1', { 'x-forwarded-for': address, ...more })
const network = (at: number): string => `198.51.100.${at}`

async function passwordPage(browser: Browser, name = username): Promise<Page> {
  return browser.submit(await browser.get(authorization().url), { username: name }, '/username')
}

async function tryTimes(times: number, browser: Browser, name = username): Promise<Page> {
  let page = await passwordPage(browser, name)
  for (let tried = 0; tried < times; tried += 1) {
    page = await browser.submit(page, { password: `wrong ${tried}` }, '/password')
  }
  return page
}

const isWaiting = (page: Page): boolean => page.body.includes('Too many attempts')
const isClosed = (page: Page): boolean => page.body.includes('Choose a new password to go on')
const isAsked = (page: Page): boolean => page.body.includes('so your password was not checked yet')
const isRefused = (page: Page): boolean => page.body.includes('do not match')

async function closeName(name: string, first = 1): Promise<void> {
  for (const at of [first, first + 1]) expect(isRefused(await tryTimes(3, from(network(at)), name))).toBe(true)
}

describe('whose tries are counted', () => {
  it('is what the trusted proxy says, whatever a client writes left of it (HD03)', async () => {
    for (const spoofed of ['203.0.113.1', '203.0.113.2, 10.9.9.9', 'junk, "; drop']) {
      expect(isRefused(await tryTimes(1, from(`${spoofed}, ${house}`)))).toBe(true)
    }
    expect(isWaiting(await tryTimes(1, from(`203.0.113.4, ${house}`)))).toBe(true)
    expect((await signIn(from(`${house}, ${network(1)}`), username, password)).code).toBeDefined()
  })

  it('is one network however its address is spelled (HD03)', async () => {
    for (const spelling of ['::ffff:192.0.2.1', '::FFFF:c000:201', '192.0.2.1:5123']) {
      await tryTimes(1, from(spelling))
    }
    expect(isWaiting(await tryTimes(1, from(house)))).toBe(true)
  })

  it('is one /64 wherever in it an address is (HD03)', async () => {
    for (const host of ['::1', ':8000::2', ':ffff:ffff:ffff:ffff']) await tryTimes(1, from(`2001:db8:1:2${host}`))
    expect(isWaiting(await tryTimes(1, from('2001:DB8:1:2:9::')))).toBe(true)
    expect((await signIn(from('2001:db8:1:3::1'), username, password)).code).toBeDefined()
  })

  it('is the proxy where its entry is no address, and no other header is asked (HD03)', async () => {
    for (const junk of ['unknown', '_hidden', '<script>']) {
      const more = { forwarded: `for=${network(1)}`, 'x-real-ip': network(2), 'x-client-ip': network(3) }
      await tryTimes(1, from(junk, more))
    }
    expect(isWaiting(await tryTimes(1, from('-')))).toBe(true)
    const events = await server.db.reader
      .selectFrom('audit_events')
      .select('ip_address')
      .where('reason', '=', 'throttle.waiting')
      .orderBy('event_id', 'desc')
      .limit(1)
      .execute()
    expect(events).toStrictEqual([{ ip_address: '10.0.0.1' }])
  })

  it('is not changed by a field that a client adds (BF02)', async () => {
    const browser = from(house)
    let page = await passwordPage(browser)
    const extra = ['email', 'organization', 'username', 'ip', 'device']
    for (const [at, name] of extra.slice(0, 3).entries()) {
      page = await browser.submit(page, { password: 'wrong', [name]: `other ${at}` }, '/password')
    }
    page = await browser.submit(page, { password: 'wrong', [extra[3] ?? '']: network(1) }, '/password')
    expect(isWaiting(page)).toBe(true)
    // Nor by a cookie that nobody here made.
    const forged = new Browser(server.server.app, '10.0.0.1', { 'x-forwarded-for': house })
    forged.cookies.set(`${tenantId}.portal.known`, `${'A'.repeat(22)}.abc.${'B'.repeat(22)}`)
    expect(isWaiting(await tryTimes(1, forged))).toBe(true)
  })

  it('is the same name in every spelling (BF01)', async () => {
    const spellings = ['GUESSED.GIL', ' guessed.gil', 'guessed\u200B.gil']
    for (const spelling of spellings) await tryTimes(1, from(house), spelling)
    expect(isWaiting(await tryTimes(1, from(house), 'ｇuessed.gil'))).toBe(true)
  })
})

describe('a name that everybody guesses', () => {
  const masked = (page: Page, name: string): string =>
    page.body
      .replaceAll(name, 'NAME')
      .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
      .replaceAll(/nonce="[^"]*"/g, 'nonce=""')

  it('is closed alike whether anybody has it or nobody, and says how to go on (BF05, EN01)', async () => {
    const pages: string[] = []
    for (const [at, name] of [username, unknown].entries()) {
      await closeName(name, 10 * at + 1)
      const page = await tryTimes(1, from(network(10 * at + 5)), name)
      expect(isClosed(page)).toBe(true)
      expect(page.body).toContain('/forgot-password')
      pages.push(masked(page, name))
    }
    expect(pages[1]).toBe(pages[0])
  })

  it('stays open on a browser where its owner signed in before, and opens for all when they do (BF05)', async () => {
    const owner = from(network(50))
    expect((await signIn(owner, username, password)).code).toBeDefined()
    await closeName(username)
    expect((await signIn(from(network(51)), username, password)).code).toBeUndefined()
    const back = from(network(52))
    for (const [name, value] of owner.cookies) if (name.endsWith('.known')) back.cookies.set(name, value)
    expect((await signIn(back, username, password)).code).toBeDefined()
    expect((await signIn(from(network(51)), username, password)).code).toBeDefined()
  })

  it('opens with a new password by code (BF05)', async () => {
    await closeName(username)
    const browser = from(network(60))
    const closed = await tryTimes(1, browser)
    const mail = server.nextMail()
    const form = await browser.get(`${new URL(closed.url).pathname}/forgot-password`)
    const page = await browser.submit(form, { username }, '/forgot-password')
    const code = /\b\d{6}\b/.exec((await mail).text)?.[0] ?? ''
    const done = await browser.submit(page, { code, new_password: password }, '/reset-password')
    expect(done.status).toBe(200)
    expect((await signIn(from(network(61)), username, password)).code).toBeDefined()
  })

  it('is closed for applications that verify passwords too: all doors share one count (BF04)', async () => {
    const issued = await tokenRequest(
      server.server.app,
      { grant_type: 'client_credentials', scope: 'identity' },
      crm,
      `/${tenantId}/system`,
    )
    const verify = async (tried: string): Promise<number> => {
      const response = await server.server.app.inject({
        method: 'POST',
        url: `/api/identity/${tenantId}/system/pools/newtown-staff/user/password/verify`,
        headers: { authorization: `Bearer ${String(issued.body['access_token'])}` },
        payload: { identifier: username, password: tried },
      })
      return response.statusCode
    }
    const first = await verify('wrong by the door of applications')
    expect(first).not.toBe(429)
    expect(first).toBeLessThan(500)
    await tryTimes(3, from(network(1)))
    await tryTimes(2, from(network(2)))
    expect(isClosed(await tryTimes(1, from(network(3))))).toBe(true)
    expect(await verify(password)).toBe(429)
  })
})

describe('a network that guesses', () => {
  async function spray(browser: () => Browser, times = 9): Promise<void> {
    for (let tried = 0; tried < times; tried += 1) await tryTimes(1, browser(), `sprayed.${tried}`)
  }

  /** What the page's script does. */
  function solve(page: Page): string {
    const data = (name: string): string => new RegExp(`data-${name}="([^"]*)"`).exec(page.body)?.[1] ?? ''
    const wanted = Buffer.from(data('target'), 'base64url')
    for (let number = 0; number < Number(data('numbers')); number += 1) {
      const salt = Buffer.from(data('salt'), 'base64url')
      const made = pbkdf2Sync(String(number), salt, Number(data('iterations')), wanted.length, 'sha256')
      if (made.equals(wanted)) return `${data('token')}.${number}`
    }
    throw new Error('no number gives the target')
  }

  const submit = (browser: Browser, page: Page, work: string): Promise<Page> =>
    browser.submit(page, { password, work }, '/password')

  it('is asked for work that its browsers do, never for a puzzle; without, it waits (F70, WCAG 3.3.8)', async () => {
    await spray(() => from(house))
    const browser = from(house)
    const page = await passwordPage(browser)
    expect(page.body).toContain('<browser-work')
    expect(page.headers['content-security-policy']).toContain("worker-src 'self'; trusted-types work")
    const asked = await submit(browser, page, '')
    expect(isAsked(asked)).toBe(true)
    expect(asked.body).toMatch(/<noscript>.*Wait (\d+ seconds|1 minute) before you sign in/s)
    expect((await submit(browser, asked, solve(asked))).url).toContain('?code=')
    // Another network notices nothing.
    expect((await passwordPage(from(network(1)))).body).not.toContain('<browser-work')
  })

  it('is let in without work once the wait is over', async () => {
    await spray(() => from(house))
    const browser = from(house)
    const asked = await submit(browser, await passwordPage(browser), '')
    expect(isAsked(asked)).toBe(true)
    server.clock.move({ seconds: 31 })
    expect((await submit(browser, asked, '')).url).toContain('?code=')
  })

  it('gives work that helps one try, of its sign-in, from its network, in its time', async () => {
    await spray(() => from(house))
    await spray(() => from(network(1)))
    const browser = from(house)
    const page = await passwordPage(browser)
    const work = solve(page)
    const other = from(house)
    const otherPage = await passwordPage(other)
    expect(isAsked(await submit(other, otherPage, work))).toBe(true)
    // The same browser, moved to another network.
    const moved = from(network(1))
    for (const [name, value] of browser.cookies) moved.cookies.set(name, value)
    expect(isAsked(await submit(moved, page, work))).toBe(true)
    for (const broken of [`${work}0`, work.slice(0, -1), work.replace(/^\d+/, '9999999999'), 'work', work.repeat(50)]) {
      expect(isAsked(await submit(browser, page, broken))).toBe(true)
    }
    const wrong = await browser.submit(page, { password: 'wrong', work }, '/password')
    expect(isRefused(wrong)).toBe(true)
    expect(wrong.body).toContain('<browser-work')
    const again = await browser.submit(wrong, { password, work }, '/password')
    expect(isAsked(again) || isWaiting(again)).toBe(true)
    const late = solve(wrong)
    server.clock.move({ seconds: 600 })
    // Somebody else of this network has the try that needs no work.
    await tryTimes(1, from(house), 'sprayed.again')
    expect(isAsked(await submit(browser, wrong, late))).toBe(true)
  })
})

describe('what is typed', () => {
  const post = (path: string, browser: Browser, payload: string, type = 'application/x-www-form-urlencoded') =>
    server.server.app.inject({
      method: 'POST',
      url: path,
      remoteAddress: '10.0.0.1',
      headers: {
        origin: 'http://localhost:4000',
        'sec-fetch-site': 'same-origin',
        'content-type': type,
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      payload,
    })

  it.each([
    ['password=a&password=b', 400],
    ['password[$ne]=x', 422],
    ['password[]=a&password[]=b', 422],
    ['password=a&work=1&work=2', 400],
  ])('as %s is answered %i and tried never (BF07)', async (payload, status) => {
    const browser = from(house)
    const page = await passwordPage(browser)
    const path = `${new URL(page.url).pathname}/password`
    expect((await post(path, browser, payload)).statusCode).toBe(status)
    const counters = await server.db.reader.selectFrom('throttles').select('failures').execute()
    expect(counters).toStrictEqual([])
  })

  it('as JSON is no form (BF07)', async () => {
    const browser = from(house)
    const page = await passwordPage(browser)
    const path = `${new URL(page.url).pathname}/password`
    const answer = await post(path, browser, '{"password":{"$ne":null}}', 'application/json')
    expect([400, 415, 422]).toContain(answer.statusCode)
    expect(await server.db.reader.selectFrom('throttles').select('failures').execute()).toStrictEqual([])
  })

  it('of a megabyte is refused before anything is done with it, and 4,096 characters are looked at (PW01)', async () => {
    const browser = from(house)
    const page = await passwordPage(browser)
    const path = `${new URL(page.url).pathname}/password`
    expect((await post(path, browser, `password=${'x'.repeat(1024 * 1024)}`)).statusCode).toBe(413)
    expect(await server.db.reader.selectFrom('throttles').select('failures').execute()).toStrictEqual([])
    expect(isRefused(await browser.submit(page, { password: 'x'.repeat(4096) }, '/password'))).toBe(true)
    expect(isRefused(await browser.submit(page, { password: 'x'.repeat(4097) }, '/password'))).toBe(true)
  })
})
