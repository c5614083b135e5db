import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, redeem, signIn } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { guidOf, openServer, portal } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'
import { make, toColumns } from '../../protocol/password-hash/index.ts'
import { systemRandom } from '../../platform/random/index.ts'

let house: TestServer

beforeAll(async () => {
  const hash = async (password: string) => {
    const columns = toColumns(await make({ format: 'aspnet-identity' }, password, systemRandom.bytes))
    return { hash: columns?.hash ?? '', format: 'aspnet-identity' }
  }
  house = await openServer({
    legacyRows: [
      {
        id: 'a1',
        biller: '1',
        username: 'Legacy.Lena',
        email: 'lena@old.example',
        ...(await hash('legacy-lena-password')),
      },
      { id: 'a2', biller: '1', username: 'locked.lou', isLocked: true, ...(await hash('locked-lou-password')) },
      { id: 'a3', biller: '1', username: 'disabled.dee', isDisabled: true, ...(await hash('disabled-dee-password')) },
      {
        id: 'b1',
        biller: '2',
        username: 'both.bo',
        email: 'bo@both.example',
        ...(await hash('both-bo-legacy-password')),
      },
      { id: 'a4', biller: '1', username: 'change.chas', mustChange: true, ...(await hash('change-chas-password')) },
    ],
  })
  await house.server.scan(0)
  await house.addPoolUser({
    biller: 'both',
    username: 'both.bo',
    password: 'both-bo-pool-password',
    email: 'bo@both.example',
  })
  await house.addPoolUser({
    biller: 'newtown',
    username: 'new.nia',
    password: 'new-nia-password',
    email: 'nia@new.example',
  })
  await house.addPoolUser({
    biller: 'newtown',
    username: 'off.olga',
    password: 'off-olga-password',
    status: 'inactive',
  })
  await house.addPoolUser({
    biller: 'newtown',
    username: 'change.cy',
    password: 'change-cy-password',
    state: 'must_be_changed',
  })
  await house.addPoolUser({
    biller: 'newtown',
    username: 'reset.rae',
    password: 'reset-rae-password',
    state: 'must_be_reset',
    email: 'rae@new.example',
  })
})

afterAll(() => house.close())

const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

/** What may differ between two answers to two people: numbers of the request and of the flow, the name and its length. */
function comparable(page: Page, username: string): unknown {
  const masked = page.body
    .replaceAll(username, 'NAME')
    .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
    .replaceAll(/nonce="[^"]*"/g, 'nonce=""')
  const {
    'x-request-id': _id,
    date: _date,
    'content-length': _length,
    'content-security-policy': policy,
    ...headers
  } = page.headers
  return { status: page.status, body: masked, headers, policy: String(policy).replaceAll(/nonce-[\w-]+/g, 'nonce') }
}

const wrongText = 'That username and password do not match.'

async function refused(username: string, password: string): Promise<Page> {
  return (await signIn(new Browser(house.server.app), username, password)).page
}

describe('signing in', () => {
  it('takes a legacy user through the legacy store and gives the application tokens', async () => {
    const browser = new Browser(house.server.app)
    const { code, verifier, page } = await signIn(browser, 'legacy.lena', 'legacy-lena-password')
    expect(page.url).toContain(portal.redirectUri)
    const tokens = await redeem(house.server.app, code ?? '', verifier)
    expect(tokens.status).toBe(200)
    expect(claimsOf(tokens.body['id_token'])).toMatchObject({
      organization_id: 'oldtown',
      preferred_username: 'Legacy.Lena',
      sign_in_route: 'legacy',
      biller_guid: guidOf('oldtown'),
    })
  })

  it('gives a legacy user the same subject at every sign-in', async () => {
    const subjects = []
    for (const name of ['LEGACY.LENA', ' legacy.lena ']) {
      const { code, verifier } = await signIn(new Browser(house.server.app), name, 'legacy-lena-password')
      subjects.push(claimsOf((await redeem(house.server.app, code ?? '', verifier)).body['id_token'])['sub'])
    }
    expect(subjects[0]).toBe(subjects[1])
    expect(subjects[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('checks a migrated user in the pool', async () => {
    const { code, verifier } = await signIn(new Browser(house.server.app), 'new.nia', 'new-nia-password')
    const tokens = await redeem(house.server.app, code ?? '', verifier)
    expect(claimsOf(tokens.body['id_token'])).toMatchObject({ organization_id: 'newtown', sign_in_route: 'pool' })
  })

  it('checks a user of a concurrent biller at the old address in legacy and at the new one in the pool', async () => {
    const old = await signIn(new Browser(house.server.app), 'both.bo', 'both-bo-legacy-password')
    expect(
      claimsOf((await redeem(house.server.app, old.code ?? '', old.verifier)).body['id_token'])['sign_in_route'],
    ).toBe('legacy')
    const fresh = await signIn(new Browser(house.server.app), 'both.bo', 'both-bo-pool-password', {
      organization: 'both',
    })
    expect(
      claimsOf((await redeem(house.server.app, fresh.code ?? '', fresh.verifier)).body['id_token'])['sign_in_route'],
    ).toBe('pool')
    const crossed = await signIn(new Browser(house.server.app), 'both.bo', 'both-bo-legacy-password', {
      organization: 'both',
    })
    expect(crossed.code).toBeUndefined()
  })

  it('finds nobody of another organization at a custom address (AZ18)', async () => {
    const stranger = await signIn(new Browser(house.server.app), 'new.nia', 'new-nia-password', {
      organization: 'both',
    })
    expect(stranger.code).toBeUndefined()
    expect(stranger.page.body).toContain(wrongText)
  })

  it('finds a name that the index does not have yet in the shards, and keeps it', async () => {
    const { DatabaseSync } = await import('node:sqlite')
    const shard = new DatabaseSync(house.shardFile)
    shard.exec(
      `insert into login select 'late', biller, 'late.lee', hash, salt, format, email, 0, 0, 0 from login where id = 'a1'`,
    )
    shard.close()
    expect((await signIn(new Browser(house.server.app), 'late.lee', 'legacy-lena-password')).code).toBeDefined()
    const names = await house.db.reader
      .selectFrom('directory_names')
      .select('organization_id')
      .where('legacy_id', '=', 'late')
      .execute()
    expect(names).toEqual([{ organization_id: 'oldtown' }])
  })

  it('says with one session that the person is signed in, and asks no password in a second tab', async () => {
    const browser = new Browser(house.server.app)
    await signIn(browser, 'new.nia', 'new-nia-password')
    const page = await browser.get(authorization().url)
    expect(page.url).toContain(`${portal.redirectUri}?code=`)
  })

  it('lets two tabs of one browser sign in without disturbing each other', async () => {
    const browser = new Browser(house.server.app)
    const [one, two] = [await browser.get(authorization().url), await browser.get(authorization().url)]
    const passwordOne = await browser.submit(one, { username: 'new.nia' }, '/username')
    const passwordTwo = await browser.submit(two, { username: 'new.nia' }, '/username')
    expect((await browser.submit(passwordTwo, { password: 'new-nia-password' }, '/password')).url).toContain('?code=')
    expect((await browser.submit(passwordOne, { password: 'new-nia-password' }, '/password')).url).toContain('?code=')
  })
})

describe('a refused sign-in', () => {
  it('answers the same bytes for a wrong password of a legacy, migrated, unknown, locked, disabled or inactive name (EN01)', async () => {
    const names = [
      'legacy.lena',
      'new.nia',
      'nobody.here',
      'locked.lou',
      'disabled.dee',
      'off.olga',
      'both.bo',
      'reset.rae',
    ]
    const pages = await Promise.all(
      names.map(async (name) => comparable(await refused(name, 'not-the-password'), name)),
    )
    for (const page of pages) expect(page).toEqual(pages[0])
    expect(pages[0]).toMatchObject({ status: 200 })
    expect(JSON.stringify(pages[0])).toContain(wrongText)
  })

  it('answers the same bytes for the right password of somebody who may not sign in (EN01)', async () => {
    const wrong = comparable(await refused('new.nia', 'not-the-password'), 'new.nia')
    for (const [name, password] of [
      ['locked.lou', 'locked-lou-password'],
      ['disabled.dee', 'disabled-dee-password'],
      ['off.olga', 'off-olga-password'],
    ] as const) {
      expect(comparable(await refused(name, password), name)).toEqual(wrong)
    }
  })

  it('shows the same password page for every name before anything is typed (D1)', async () => {
    const pages = []
    for (const name of ['legacy.lena', 'new.nia', 'nobody.here', 'not a  name\u0000']) {
      const browser = new Browser(house.server.app)
      const page = await browser.submit(await browser.get(authorization().url), { username: name }, '/username')
      pages.push(comparable(page, name.trim()))
    }
    expect(pages[1]).toEqual(pages[0])
    expect(pages[2]).toEqual(pages[0])
  })

  it('keeps the name on the page, shows no password, and says why only in the audit', async () => {
    const page = await refused('locked.lou', 'locked-lou-password')
    expect(page.body).toContain('locked.lou')
    expect(page.body).not.toContain('locked-lou-password')
    const event = await house.db.reader
      .selectFrom('audit_events')
      .select(['reason', 'context', 'organization_id'])
      .where('subject', '=', 'login')
      .where('action', '=', 'failed')
      .orderBy('event_id', 'desc')
      .limit(1)
      .executeTakeFirst()
    expect(event).toMatchObject({
      reason: 'user.locked_in_legacy',
      organization_id: 'oldtown',
      context: { route: 'legacy', door: 'bare', mode: 'legacy' },
    })
  })

  it('is throttled at the eleventh wrong password, alike for a name that exists and one that does not (A13)', async () => {
    const throttled = async (name: string): Promise<unknown> => {
      const browser = new Browser(house.server.app)
      let page = await browser.submit(await browser.get(authorization().url), { username: name }, '/username')
      for (let wrong = 1; wrong <= 10; wrong += 1) {
        page = await browser.submit(page, { password: `wrong ${wrong}` }, '/password')
        expect(page.body).toContain(wrongText)
      }
      return comparable(await browser.submit(page, { password: 'wrong 11' }, '/password'), name)
    }
    const known = await throttled('Throttle.Known')
    await house.addPoolUser({ biller: 'newtown', username: 'throttle.known2', password: 'throttle-known-password' })
    const unknown = await throttled('throttle.known2')
    expect(known).toEqual(unknown)
    expect(JSON.stringify(known)).toMatch(/1 minute|(59|60) seconds/)
    // The right password does not help while waiting, and does afterwards.
    expect(
      (await signIn(new Browser(house.server.app), 'throttle.known2', 'throttle-known-password')).code,
    ).toBeUndefined()
    house.clock.move({ seconds: 61 })
    expect(
      (await signIn(new Browser(house.server.app), 'throttle.known2', 'throttle-known-password')).code,
    ).toBeDefined()
  })

  it('waits for its deadline, and a right password does not', async () => {
    const slow = await openServer({ refusalMilliseconds: 400 })
    try {
      await slow.addPoolUser({ biller: 'newtown', username: 'quick.quinn', password: 'quick-quinn-password' })
      expect((await signIn(new Browser(slow.server.app), 'quick.quinn', 'quick-quinn-password')).code).toBeDefined()
      const browser = new Browser(slow.server.app)
      const page = await browser.submit(await browser.get(authorization().url), { username: 'nobody' }, '/username')
      let isAnswered = false
      const answer = browser.submit(page, { password: 'wrong' }, '/password').then((result) => {
        isAnswered = true
        return result
      })
      // The refusal is decided and written, and the clock stands still: only moving it can let the answer go.
      const failures = () =>
        slow.db.reader.selectFrom('audit_events').select('event_id').where('action', '=', 'failed').execute()
      while ((await failures()).length === 0) {
        expect(isAnswered).toBe(false)
        // The embedded database answers without leaving the current turn; the request needs turns of its own.
        await setImmediate()
      }
      expect(isAnswered).toBe(false)
      slow.clock.move({ milliseconds: 400 })
      expect((await answer).body).toContain(wrongText)
    } finally {
      await slow.close()
    }
  })
})

describe('a flow', () => {
  it('belongs to its browser: another one finds nothing at its address (AZ14)', async () => {
    const mine = new Browser(house.server.app)
    const page = await mine.get(authorization().url)
    const other = new Browser(house.server.app)
    expect((await other.get(page.url)).status).toBe(404)
    expect((await other.post(`${new URL(page.url).pathname}/username`, { username: 'new.nia' })).status).toBe(404)
    expect((await mine.get(page.url)).status).toBe(200)
  })

  it('ends after an hour and says how to begin again', async () => {
    const later = await openServer()
    try {
      const browser = new Browser(later.server.app)
      const page = await browser.get(authorization().url)
      later.clock.move({ seconds: 3601 })
      const late = await browser.submit(page, { username: 'new.nia' }, '/username')
      expect(late.status).toBe(404)
      expect(late.body).toContain('http://portal.localhost:4100/login?iss=')
    } finally {
      await later.close()
    }
  })

  it('refuses forms that another site posted (SE04)', async () => {
    const browser = new Browser(house.server.app)
    const page = await browser.get(authorization().url)
    const address = `${new URL(page.url).pathname}/username`
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:4000.evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await browser.post(address, { username: 'new.nia' }, headers)).status).toBe(403)
    }
  })

  it('refuses fields that are given twice (BF07)', async () => {
    const browser = new Browser(house.server.app)
    const page = await browser.get(authorization().url)
    const response = await house.server.app.inject({
      method: 'POST',
      url: `${new URL(page.url).pathname}/username`,
      headers: {
        origin: 'http://localhost:4000',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      payload: 'username=a&username=b',
    })
    expect(response.statusCode).toBe(400)
  })

  it('lets the person correct the name, with what was typed still there', async () => {
    const browser = new Browser(house.server.app)
    const password = await browser.submit(await browser.get(authorization().url), { username: 'new.nai' }, '/username')
    const back = await browser.get(`${new URL(password.url).pathname}/username`)
    expect(back.body).toContain('value="new.nai"')
    const again = await browser.submit(back, { username: 'new.nia' }, '/username')
    expect((await browser.submit(again, { password: 'new-nia-password' }, '/password')).url).toContain('?code=')
  })

  it('cannot be used again once it is finished', async () => {
    const browser = new Browser(house.server.app)
    const page = await browser.submit(await browser.get(authorization().url), { username: 'new.nia' }, '/username')
    await browser.submit(page, { password: 'new-nia-password' }, '/password')
    const again = await browser.submit(page, { password: 'new-nia-password' }, '/password')
    expect(again.body).toContain('http://portal.localhost:4100/login')
    expect(again.url).not.toContain('code=')
  })
})

describe('a password that must be changed', () => {
  it('is changed in the pool at the sign-in that proved it, and the old one is refused from then on', async () => {
    const browser = new Browser(house.server.app)
    const { page } = await signIn(browser, 'change.cy', 'change-cy-password')
    expect(page.body).toContain('new_password')
    const short = await browser.submit(page, { new_password: 'short' }, '/change-password')
    expect(short.status).toBe(422)
    expect(short.body).not.toContain('value="short"')
    const done = await browser.submit(short, { new_password: 'seven green elephants' }, '/change-password')
    expect(done.url).toContain('?code=')
    expect((await refused('change.cy', 'change-cy-password')).body).toContain(wrongText)
    expect((await signIn(new Browser(house.server.app), 'change.cy', 'seven green elephants')).code).toBeDefined()
  })

  it('is changed in the legacy store where that is where it is checked', async () => {
    const browser = new Browser(house.server.app)
    const { page } = await signIn(browser, 'change.chas', 'change-chas-password')
    const done = await browser.submit(page, { new_password: 'eleven purple lanterns' }, '/change-password')
    expect(done.url).toContain('?code=')
    expect((await signIn(new Browser(house.server.app), 'change.chas', 'eleven purple lanterns')).code).toBeDefined()
    expect((await refused('change.chas', 'change-chas-password')).body).toContain(wrongText)
  })

  it('must be reset first when an administrator said so, even when it is right, by a code in the same flow', async () => {
    const browser = new Browser(house.server.app)
    const { page, code } = await signIn(browser, 'reset.rae', 'reset-rae-password')
    expect(code).toBeUndefined()
    const mail = house.nextMail()
    const asked = await browser.submit(page, {}, '/forgot-password')
    const { text, to } = await mail
    expect(to).toBe('rae@new.example')
    const mailed = /\b\d{6}\b/.exec(text)?.[0] ?? ''
    await browser.submit(asked, { code: mailed, new_password: 'three calm herons wait' }, '/reset-password')
    expect((await signIn(new Browser(house.server.app), 'reset.rae', 'three calm herons wait')).code).toBeDefined()
  })
})

describe('a forgotten password', () => {
  const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)?.[0] ?? ''

  async function askFor(
    username: string,
    browser = new Browser(house.server.app),
  ): Promise<{ browser: Browser; page: Page }> {
    const first = await browser.get(authorization().url)
    const form = await browser.get(`${new URL(first.url).pathname}/forgot-password`)
    return { browser, page: await browser.submit(form, { username }, '/forgot-password') }
  }

  it('is replaced with the code that was mailed, once; the new password signs in and every old session is gone', async () => {
    await house.addPoolUser({
      biller: 'newtown',
      username: 'forget.fay',
      password: 'forget-fay-password',
      email: 'fay@new.example',
    })
    const before = new Browser(house.server.app)
    await signIn(before, 'forget.fay', 'forget-fay-password')
    const mail = house.nextMail()
    const { browser, page } = await askFor('Forget.Fay')
    const { text, to } = await mail
    expect(to).toBe('fay@new.example')
    const done = await browser.submit(
      page,
      {
        code: `${codeIn(text).slice(0, 3)} ${codeIn(text).slice(3)}`,
        new_password: 'a quiet harbour bell',
        end_other_sessions: 'yes',
      },
      '/reset-password',
    )
    expect(done.status).toBe(200)
    expect((await signIn(new Browser(house.server.app), 'forget.fay', 'a quiet harbour bell')).code).toBeDefined()
    expect((await refused('forget.fay', 'forget-fay-password')).body).toContain(wrongText)
    expect((await before.get(authorization().url)).url).toContain('/sign-in/')
    const again = await browser.submit(
      page,
      { code: codeIn(text), new_password: 'another quiet bell x' },
      '/reset-password',
    )
    expect(again.url).toContain('/forgot-password')
  })

  it('answers the same bytes for a name that nobody has (EN01, EN05), and mails nobody', async () => {
    const sent = house.mails.length
    const known = await askFor('new.nia')
    const unknown = await askFor('nobody.at.all')
    expect(comparable(unknown.page, 'nobody.at.all')).toEqual(comparable(known.page, 'new.nia'))
    const wrongKnown = await known.browser.submit(
      known.page,
      { code: '000000', new_password: 'a quiet harbour bell' },
      '/reset-password',
    )
    const wrongUnknown = await unknown.browser.submit(
      unknown.page,
      { code: '000000', new_password: 'a quiet harbour bell' },
      '/reset-password',
    )
    expect(comparable(wrongUnknown, 'nobody.at.all')).toEqual(comparable(wrongKnown, 'new.nia'))
    expect(house.mails.slice(sent).every((mail) => mail.to === 'nia@new.example')).toBe(true)
  })

  it('is good with the one before it, wherever they were asked for, until two newer ones were sent (RS02)', async () => {
    await house.addPoolUser({
      biller: 'newtown',
      username: 'newer.ned',
      password: 'newer-ned-password',
      email: 'ned@new.example',
    })
    const asked: { browser: Browser; page: Page; code: string }[] = []
    for (let codes = 0; codes < 3; codes += 1) {
      const mail = house.nextMail()
      const { browser, page } = await askFor('newer.ned')
      asked.push({ browser, page, code: codeIn((await mail).text) })
      house.clock.move({ seconds: 31 })
    }
    const redeemed = async (at: number, password: string): Promise<number | undefined> => {
      const one = asked[at]
      return (await one?.browser.submit(one.page, { code: one.code, new_password: password }, '/reset-password'))
        ?.status
    }
    expect(await redeemed(0, 'a quiet harbour bell')).toBe(401)
    expect(await redeemed(1, 'a quiet harbour bell')).toBe(200)
    // The password has changed: what was sent before it is void, the newest too.
    expect(await redeemed(2, 'another harbour bell')).toBe(401)
    expect((await signIn(new Browser(house.server.app), 'newer.ned', 'a quiet harbour bell')).code).toBeDefined()
  })

  it('is good with the one before it in one sign-in, and no other is after either was used (RS02)', async () => {
    await house.addPoolUser({
      biller: 'newtown',
      username: 'again.ann',
      password: 'again-ann-password',
      email: 'ann@new.example',
    })
    const mail = house.nextMail()
    const { browser, page } = await askFor('again.ann')
    const codes = [codeIn((await mail).text)]
    for (let more = 0; more < 2; more += 1) {
      house.clock.move({ seconds: 31 })
      const next = house.nextMail()
      await browser.submit(page, {}, '/forgot-password')
      codes.push(codeIn((await next).text))
    }
    const redeemed = async (code: string | undefined): Promise<number> =>
      (await browser.submit(page, { code: code ?? '', new_password: 'a quiet harbour bell' }, '/reset-password')).status
    expect(await redeemed(codes[0])).toBe(401)
    expect(await redeemed(codes[1])).toBe(200)
    // A third one in the same flow: what was used and what was void stays so beside it.
    const last = house.nextMail()
    house.clock.move({ seconds: 31 })
    await browser.submit(page, {}, '/forgot-password')
    await last
    for (const old of codes) expect(await redeemed(old)).toBe(401)
    expect((await signIn(new Browser(house.server.app), 'again.ann', 'a quiet harbour bell')).code).toBeDefined()
  })

  it('of one name is not good for another that the same sign-in asks for next (RS03)', async () => {
    for (const name of ['one.ola', 'two.tom']) {
      await house.addPoolUser({
        biller: 'newtown',
        username: name,
        password: `${name}-password`,
        email: `${name}@new.example`,
      })
    }
    const mail = house.nextMail()
    const { browser, page } = await askFor('one.ola')
    const code = codeIn((await mail).text)
    const second = house.nextMail()
    const next = await browser.submit(page, { username: 'two.tom' }, '/forgot-password')
    await second
    const answer = await browser.submit(next, { code, new_password: 'a quiet harbour bell' }, '/reset-password')
    expect(answer.status).toBe(401)
  })

  it('is void when the password was changed without it (RS02)', async () => {
    await house.addPoolUser({
      biller: 'newtown',
      username: 'first.flo',
      password: 'first-flo-password',
      email: 'flo@new.example',
      state: 'must_be_changed',
    })
    const mail = house.nextMail()
    const { browser, page } = await askFor('first.flo')
    const code = codeIn((await mail).text)
    const other = new Browser(house.server.app)
    const change = await signIn(other, 'first.flo', 'first-flo-password')
    const done = await other.submit(change.page, { new_password: 'a quiet harbour bell' }, '/change-password')
    expect(done.url).toContain(portal.redirectUri)
    const late = await browser.submit(page, { code, new_password: 'another harbour bell' }, '/reset-password')
    expect(late.status).toBe(401)
    expect((await signIn(new Browser(house.server.app), 'first.flo', 'a quiet harbour bell')).code).toBeDefined()
  })

  it('takes five tries at a code and not one more (MF01)', async () => {
    await house.addPoolUser({
      biller: 'newtown',
      username: 'guess.gus',
      password: 'guess-gus-password',
      email: 'gus@new.example',
    })
    const mail = house.nextMail()
    const { browser, page } = await askFor('guess.gus')
    const code = codeIn((await mail).text)
    const wrong = code === '111111' ? '222222' : '111111'
    let answer = page
    for (let tries = 0; tries < 5; tries += 1) {
      answer = await browser.submit(page, { code: wrong, new_password: 'a quiet harbour bell' }, '/reset-password')
    }
    expect(answer.status).toBe(401)
    const right = await browser.submit(page, { code, new_password: 'a quiet harbour bell' }, '/reset-password')
    expect(right.status).not.toBe(200)
    expect((await signIn(new Browser(house.server.app), 'guess.gus', 'guess-gus-password')).code).toBeDefined()
  })

  it('is set in the legacy store for a user whose password is there', async () => {
    const mail = house.nextMail()
    const { browser, page } = await askFor('legacy.lena')
    const { text, to } = await mail
    expect(to).toBe('lena@old.example')
    await browser.submit(page, { code: codeIn(text), new_password: 'a lantern on the quay' }, '/reset-password')
    expect((await signIn(new Browser(house.server.app), 'legacy.lena', 'a lantern on the quay')).code).toBeDefined()
  })
})

describe('a forgotten username', () => {
  it('is mailed to the address that has it; the page says the same for one that has none', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization().url)
    const form = await browser.get(`${new URL(first.url).pathname}/forgot-username`)
    const mail = house.nextMail()
    const known = await browser.submit(form, { email: 'nia@new.example' }, '/forgot-username')
    expect((await mail).text).toContain('new.nia')
    const unknown = await browser.submit(form, { email: 'who@new.example' }, '/forgot-username')
    expect(comparable(unknown, 'who@new.example')).toEqual(comparable(known, 'nia@new.example'))
  })

  it('refuses more than one address (RS07)', async () => {
    const browser = new Browser(house.server.app)
    const first = await browser.get(authorization().url)
    const form = await browser.get(`${new URL(first.url).pathname}/forgot-username`)
    for (const email of ['a@x.example,b@y.example', 'a@x.example\r\ncc: b@y.example', 'A <a@x.example>']) {
      expect((await browser.submit(form, { email }, '/forgot-username')).status).toBe(422)
    }
  })
})

describe('the log', () => {
  it('holds no password, code, cookie or token of all the sign-ins above (FI06)', () => {
    const everything = house.logLines.join('\n')
    expect(everything).toContain('/:tid/:wid/sign-in/:flow/password')
    for (const canary of [
      '-password',
      'quiet harbour bell',
      'lantern on the quay',
      'portal.browser',
      'code=',
      'eyJ',
      portal.secret,
    ]) {
      expect(
        everything
          .replaceAll('/password', '')
          .replaceAll('forgot-password', '')
          .replaceAll('reset-password', '')
          .replaceAll('change-password', ''),
      ).not.toContain(canary)
    }
  })
})
