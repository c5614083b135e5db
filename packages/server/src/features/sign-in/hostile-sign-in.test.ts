import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random/index.ts'
import { make, toColumns } from '../../protocol/password-hash/index.ts'
import { authorization, Browser, signIn } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { openServer, origin } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

let house: TestServer
const app = () => house.server.app

beforeAll(async () => {
  const columns = toColumns(await make({ format: 'aspnet-identity' }, 'both-bea-legacy-password', systemRandom.bytes))
  house = await openServer({
    legacyRows: [
      {
        id: 'b9',
        biller: '2',
        username: 'both.bea',
        email: 'bea@both.example',
        format: 'aspnet-identity',
        hash: columns?.hash ?? '',
      },
    ],
  })
  await house.server.scan(0)
  await house.addPoolUser({
    biller: 'both',
    username: 'both.bea',
    password: 'both-bea-pool-password',
    email: 'bea@both.example',
  })
  for (const name of ['ann', 'ben', 'cat', 'dan', 'eve']) {
    await house.addPoolUser({
      biller: 'newtown',
      username: `reset.${name}`,
      password: `reset-${name}-password`,
      email: `${name}@reset.example`,
    })
  }
})
afterAll(() => house.close())

let people = 0
/** A browser at an address of its own, so that no limit of a network stands in for what is looked at. */
const someone = (): Browser => new Browser(app(), `198.51.100.${(people += 1)}`)

const newPassword = 'a quiet harbour bell'
const codeIn = (text: string): string => /\b\d{3} ?\d{3}(?: ?\d{2})?\b/.exec(text)?.[0] ?? ''

async function askFor(username: string, headers: Record<string, string> = {}, browser = someone()) {
  const first = await browser.get(authorization().url)
  const flow = new URL(first.url).pathname
  let mail = house.nextMail()
  const page = await browser.post(`${flow}/forgot-password`, { username }, headers)
  // Before it may come a word to somebody whose password was changed a moment ago.
  while (codeIn((await mail).text) === '') mail = house.nextMail()
  const { text, html, to, from, subject } = await mail
  return { browser, flow, page, text, html, to, from, subject, code: codeIn(text) }
}
const opens = async (username: string, password: string): Promise<boolean> =>
  (await signIn(someone(), username, password)).code !== undefined
const redeem = (browser: Browser, flow: string, code: string): Promise<Page> =>
  browser.post(`${flow}/reset-password`, { code, new_password: newPassword, end_other_sessions: 'yes' })

describe('a biller that signs in at both doors', () => {
  it('opens each door with the password of that door only (PW04)', async () => {
    const at = async (password: string, extra: Record<string, string>) =>
      (await signIn(someone(), 'both.bea', password, extra)).code !== undefined
    expect(await at('both-bea-pool-password', { organization: 'both' })).toBe(true)
    expect(await at('both-bea-legacy-password', { organization: 'both' })).toBe(false)
    expect(await at('both-bea-legacy-password', {})).toBe(true)
    expect(await at('both-bea-pool-password', {})).toBe(false)
  })
})

describe('a new password', () => {
  it('is not reached without the code, by any order of steps (RS01)', async () => {
    const browser = someone()
    const flow = new URL((await browser.get(authorization().url)).url).pathname
    const steps: (() => Promise<Page>)[] = [
      () => redeem(browser, flow, ''),
      () => redeem(browser, flow, '000000'),
      () => browser.post(`${flow}/change-password`, { new_password: newPassword }),
      () => browser.post(`${flow}/username`, { username: 'reset.ann' }),
      () => browser.post(`${flow}/change-password`, { new_password: newPassword }),
      () => redeem(browser, flow, '00000000'),
      () =>
        browser.get(`${flow}/reset-password?sent=again&code=000000&new_password=${encodeURIComponent(newPassword)}`),
      () => browser.post(`${flow}/forgot-password`, { username: 'reset.ann' }),
      () => redeem(browser, flow, ''),
      () => redeem(browser, flow, 'undefined'),
      () => browser.post(`${flow}/reset-password`, { new_password: newPassword, proof: 'true', mustChange: 'true' }),
      () => browser.post(`${flow}/change-password`, { new_password: newPassword }),
    ]
    for (const [index, step] of steps.entries()) {
      const page = await step()
      expect([
        index,
        page.body.includes('name="new_password"') || page.status !== 200 || page.url.includes(flow),
      ]).toStrictEqual([index, true])
      expect(page.url).not.toContain('code=')
    }
    expect(await opens('reset.ann', newPassword)).toBe(false)
    expect(await opens('reset.ann', 'reset-ann-password')).toBe(true)
  })

  it('is not set by the code of somebody else, nor in another browser or sign-in than asked for it (RS03)', async () => {
    const ben = await askFor('reset.ben')
    const cat = await askFor('reset.cat')
    expect((await redeem(cat.browser, cat.flow, ben.code)).status).toBe(401)
    const stranger = someone()
    const strangerFlow = new URL((await stranger.get(authorization().url)).url).pathname
    await redeem(stranger, strangerFlow, ben.code)
    expect((await redeem(stranger, ben.flow, ben.code)).status).toBe(404)
    // Fields that name somebody are not looked at.
    await cat.browser.post(`${cat.flow}/reset-password`, {
      code: ben.code,
      new_password: newPassword,
      username: 'reset.ben',
      user_id: 'reset.ben',
      flow: ben.flow,
    })
    for (const name of ['ben', 'cat']) {
      expect(await opens(`reset.${name}`, newPassword)).toBe(false)
      expect(await opens(`reset.${name}`, `reset-${name}-password`)).toBe(true)
    }
    // Neither opens a door of another kind.
    expect((await signIn(someone(), 'reset.ben', ben.code)).code).toBeUndefined()
    expect((await redeem(ben.browser, ben.flow, ben.code)).status).toBe(200)
    expect(await opens('reset.ben', newPassword)).toBe(true)
  })

  it('is not set by asking for pages, as programs do that look at links first (RS08)', async () => {
    const { browser, flow, code, text, html } = await askFor('reset.dan')
    for (const query of ['', `?code=${code}`, `?code=${code}&new_password=${encodeURIComponent(newPassword)}`]) {
      for (const path of ['/reset-password', '/change-password', '']) await browser.get(`${flow}${path}${query}`)
    }
    for (const [address] of `${text} ${html}`.matchAll(/https?:\/\/[^\s"<>]+/g)) {
      const { pathname, search } = new URL(address)
      await app().inject({ url: pathname + search })
    }
    expect(await opens('reset.dan', newPassword)).toBe(false)
    expect((await redeem(browser, flow, code)).status).toBe(200)
  })
})

describe('a code', () => {
  it('is in its mail and in no answer, event, row or log line (RS05)', async () => {
    const answers: string[] = []
    const browser = someone()
    const asked = await askFor('reset.eve', {}, browser)
    answers.push(asked.page.body, JSON.stringify(asked.page.headers), asked.page.url)
    const done = await redeem(browser, asked.flow, asked.code)
    answers.push(done.body, JSON.stringify(done.headers), done.url)
    expect(done.status).toBe(200)
    expect(asked.code).toMatch(/\d{3}/)
    const events = await house.db.reader.selectFrom('audit_events').selectAll().execute()
    const flows = await house.db.reader.selectFrom('sign_in_flows').selectAll().execute()
    const said = [...answers, JSON.stringify(events), JSON.stringify(flows), ...house.logLines]
    const digits = asked.code.replaceAll(' ', '')
    // As it is written in the mail, and as it is typed; never as part of a longer number.
    const secret = new RegExp(String.raw`(?<!\d)(?:${asked.code}|${digits})(?!\d)`)
    expect(asked.text).toMatch(secret)
    expect(said.filter((text) => secret.test(text))).toStrictEqual([])
  })
})

describe('a mail', () => {
  it('names our own address, whatever host the request that caused it was sent to (HD01)', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '444' },
      { forwarded: 'host=evil.example;proto=https' },
      { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
    ]) {
      house.clock.move({ seconds: 1200 })
      const { text, html, from, subject, page } = await askFor('reset.ann', headers)
      for (const part of [text, html, from, subject, page.body, JSON.stringify(page.headers)]) {
        expect(part).not.toContain('evil.example')
      }
      for (const [address] of `${text} ${html}`.matchAll(/https?:\/\/[^\s"<>]+/g)) {
        expect([origin, 'http://portal.localhost:4100']).toContain(new URL(address).origin)
      }
    }
  })
})

describe('what a browser keeps', () => {
  it('is random names and a language: what was proved stands at the server (SE02)', async () => {
    const browser = someone()
    const begun = await browser.get(authorization().url)
    const before = new Map(browser.cookies)
    const named = await browser.submit(begun, { username: 'both.bea' }, '/username')
    await browser.submit(named, { password: 'wrong' }, '/password')
    const inside = someone()
    await signIn(inside, 'reset.ann', 'reset-ann-password')
    for (const [name, value] of [...before, ...browser.cookies, ...inside.cookies]) {
      const read = [value, decodeURIComponent(value), Buffer.from(value, 'base64url').toString('latin1')].join(' ')
      expect([name, /newtown|reset\.|both\.|pwd|proof|verified|\{"/.test(read)]).toStrictEqual([name, false])
      // 128 bits at the least, where it is not a language.
      expect([name, name === 'language' || value.length >= 21]).toStrictEqual([name, true])
    }
    // Changed by a character, with a word added, or with somebody else's: nobody.
    for (const [name, value] of inside.cookies) {
      for (const forged of [`${value}x`, value.slice(0, -1), `${value}.verified`, 'verified', '1', 'null']) {
        const page = await app().inject({
          url: authorization({ prompt: 'none' }).url,
          headers: {
            cookie: [...inside.cookies].map(([one, kept]) => `${one}=${one === name ? forged : kept}`).join('; '),
          },
        })
        const { location } = page.headers
        if (name.includes('session')) expect(String(location)).toContain('error=login_required')
        else expect(page.statusCode).toBeLessThan(500)
      }
    }
  })

  it('does no harm when planted, doubled or too much, and a page says what to do (SE05)', async () => {
    const browser = someone()
    const flow = new URL((await browser.get(authorization().url)).url).pathname
    const own = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const planted = [...browser.cookies.keys()].map((name) => `${name}=planted-by-a-sibling-site`).join('; ')
    for (const [cookie, status] of [
      [own, 200],
      [planted, 404],
      [`${own}; ${planted}`, undefined],
      [`${planted}; ${own}`, undefined],
      [`${own}; ${Array.from({ length: 300 }, (_, at) => `junk${at}=x`).join('; ')}`, 200],
      [`;;=;==; ${own}; "; a="b; \\`, 200],
      [undefined, 404],
    ] as const) {
      const page = await app().inject({ url: flow, headers: cookie === undefined ? {} : { cookie } })
      // Either the own flow or the page that leads to a new start, never a failure and never somebody else's.
      expect([cookie?.slice(0, 40), page.statusCode]).toStrictEqual([cookie?.slice(0, 40), status ?? page.statusCode])
      expect([200, 404]).toContain(page.statusCode)
      if (page.statusCode === 404) expect(page.body).toContain('http://portal.localhost:4100/login')
    }
  })
})

describe('a failure in the middle of a request', () => {
  it('ends that request closed and is told to nobody; the next one is served (DO08)', async () => {
    const broken = await openServer()
    try {
      await broken.addPoolUser({ biller: 'newtown', username: 'fail.flo', password: 'fail-flo-password' })
      const browser = new Browser(broken.server.app)
      const page = await browser.submit(await browser.get(authorization().url), { username: 'fail.flo' }, '/username')
      const real = broken.db.transaction.bind(broken.db)
      Object.assign(broken.db, {
        transaction: () => Promise.reject(new Error('the disk of table users at 10.0.0.7 is on fire')),
      })
      const answer = await browser.submit(page, { password: 'fail-flo-password' }, '/password')
      expect(answer.status).toBe(500)
      expect(answer.url).not.toContain('code=')
      expect(answer.body).not.toMatch(/fire|10\.0\.0\.7|at .*\.ts/)
      expect(broken.logLines.join('\n')).toContain('on fire')
      Object.assign(broken.db, { transaction: real })
      expect((await signIn(new Browser(broken.server.app), 'fail.flo', 'fail-flo-password')).code).toBeDefined()
    } finally {
      await broken.close()
    }
  })
})
