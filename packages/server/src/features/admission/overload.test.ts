import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath, redeem, signIn, tokenRequest } from '../../testing/browser.ts'
import type { Page } from '../../testing/browser.ts'
import { crm, openServer, origin, tenantId } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

const password = 'over-load-password'
let house: TestServer
const app = () => house.server.app

beforeAll(async () => {
  // Checks may wait for a minute in this test: only a queue that is held full turns anybody away.
  house = await openServer({ environment: { GATEHOUSE_HASH_THREADS: '1', GATEHOUSE_ADMISSION_WAIT_MS: '2000' } })
  for (const name of ['over.ada', 'over.ben']) await house.addPoolUser({ biller: 'newtown', username: name, password })
})
afterAll(() => house.close())

/** Does something while the hash queue has no place: everybody in it waits for one job that ends with this. */
async function whileFull<T>(work: () => Promise<T>): Promise<T> {
  const held = Promise.withResolvers<void>()
  const jobs: Promise<void>[] = []
  while (house.server.hashPool.expectedWaitMilliseconds() <= 2000)
    jobs.push(house.server.hashPool.run(() => held.promise))
  try {
    return await work()
  } finally {
    held.resolve()
    await Promise.all(jobs)
  }
}

async function atPassword(name: string, browser = new Browser(app())): Promise<{ browser: Browser; page: Page }> {
  return {
    browser,
    page: await browser.submit(await browser.get(authorization().url), { username: name }, '/username'),
  }
}

async function systemToken(): Promise<string> {
  const answer = await tokenRequest(
    app(),
    { grant_type: 'client_credentials', scope: 'identity' },
    crm,
    `/${tenantId}/system`,
  )
  expect(answer.status).toBe(200)
  return String(answer.body['access_token'])
}

const counters = async () => JSON.stringify(await house.db.reader.selectFrom('throttles').selectAll().execute())

describe('a hash queue that is full', () => {
  it('DO04: turns away new sign-ins and password checks with Retry-After, and everything else answers', async () => {
    const before = await signIn(new Browser(app()), 'over.ada', password)
    const { page, browser } = await atPassword('over.ben')
    const token = await systemToken()
    await whileFull(async () => {
      const begins = await new Browser(app()).get(authorization().url)
      const proves = await browser.submit(page, { password }, '/password')
      for (const answer of [begins, proves]) {
        expect([answer.status, answer.headers['content-type']]).toStrictEqual([503, 'text/html; charset=utf-8'])
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      }

      const api = await app().inject({
        method: 'POST',
        url: `/api/identity/${tenantId}/system/pools/newtown-staff/user/password/verify`,
        headers: { authorization: `Bearer ${token}` },
        payload: { identifier: 'over.ada', password },
      })
      expect([api.statusCode, api.json()]).toMatchObject([503, { error_code: 'server.busy', status_code: 503 }])
      expect(Number(api.headers['retry-after'])).toBeGreaterThan(0)

      for (const url of [
        '/health/live',
        '/health/ready',
        `${issuerPath}/.well-known/jwks.json`,
        `${issuerPath}/.well-known/openid-configuration`,
      ]) {
        expect([url, (await app().inject(url)).statusCode]).toStrictEqual([url, 200])
      }
      await systemToken()
      const redeemed = await redeem(app(), before.code ?? '', before.verifier)
      expect(redeemed.status).toBe(200)
      const userinfo = await app().inject({
        url: `${issuerPath}/userinfo`,
        headers: { authorization: `Bearer ${String(redeemed.body['access_token'])}` },
      })
      expect(userinfo.statusCode).toBe(200)
      // Who is inside sees their pages.
      expect((await browser.get(page.url)).status).toBe(200)
    })
    // The same page, asked for again as it says, goes on where it was.
    const again = await browser.submit(await browser.get(page.url), { password }, '/password')
    expect(new URL(again.url).searchParams.get('code')).toBeTruthy()
  })

  it('is told in a page of ours, in the person’s language, with a way to try again', async () => {
    const { page, browser } = await atPassword('over.ben')
    await whileFull(async () => {
      const english = await new Browser(app()).get(authorization().url)
      expect(english.body).toContain('Many people are signing in right now')
      expect(english.body).toMatch(/Please try again in \d seconds?\./)
      expect(english.body).toMatch(/<link rel="stylesheet" href="\/assets\//)
      expect(english.headers['content-security-policy']).toContain("default-src 'none'")
      expect(english.body).toContain(`href="${issuerPath}/oauth2/authorize?client_id=portal&amp;`)
      const spanish = await new Browser(app()).get(authorization().url, { 'accept-language': 'es' })
      expect(spanish.body).toContain('<html lang="es"')
      const proves = await browser.submit(page, { password }, '/password')
      const href = /class="button" href="([^"]*)"/.exec(proves.body)?.[1] ?? ''
      expect((await browser.get(href)).body).toContain('name="password"')
    })
  })

  it('spends no try, writes nothing and answers every name alike (EN01)', async () => {
    const known = await atPassword('over.ada')
    const unknown = await atPassword('over.nobody')
    const before = [await counters(), await house.db.reader.selectFrom('audit_events').select('event_id').execute()]
    const answers = await whileFull(async () => [
      await known.browser.submit(known.page, { password }, '/password'),
      await known.browser.submit(known.page, { password: 'wrong' }, '/password'),
      await unknown.browser.submit(unknown.page, { password }, '/password'),
    ])
    const plain = answers.map(({ status, body }) => [
      status,
      body
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
        .replaceAll(/nonce="[^"]*"/g, '')
        .replaceAll(/sign-in\/[\w-]+/g, 'flow')
        .replaceAll(/again in \d+ seconds?/g, 'later'),
    ])
    expect(new Set(plain.map((one) => JSON.stringify(one))).size).toBe(1)
    expect([
      await counters(),
      await house.db.reader.selectFrom('audit_events').select('event_id').execute(),
    ]).toStrictEqual(before)
  })

  it('does not end sessions that are looked after: prompt=none is answered', async () => {
    await whileFull(async () => {
      const silent = await new Browser(app()).get(authorization({ prompt: 'none' }).url)
      expect(new URL(silent.url).searchParams.get('error')).toBe('login_required')
    })
  })

  it('is counted, by door and outcome', async () => {
    const series = 'gatehouse_admission_total{door="begin",outcome="turned_away"}'
    const count = async () =>
      Number(
        (await house.server.metrics.text())
          .split('\n')
          .find((line) => line.startsWith(series))
          ?.split(' ')
          .at(-1) ?? 0,
      )
    const before = await count()
    await whileFull(() => new Browser(app()).get(authorization().url))
    expect(await count()).toBe(before + 1)
  })
})

describe('500 sign-ins at one time with long passwords', () => {
  it('DO04: all are answered, who does not fit hears when to come again, and nobody else is held up', async () => {
    const payload = new URLSearchParams({ password: '🔑'.repeat(4096) }).toString()
    const { page, browser } = await atPassword('over.ada')
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const path = new URL(page.url).pathname
    for (let times = 0; times < 100; times += 1) {
      await house.server.hashPool.run(async () => house.clock.move({ milliseconds: 50 }))
    }
    // The one thread is at work on something dear: nobody is served before all have come.
    const dear = Promise.withResolvers<void>()
    const first = house.server.hashPool.run(() => dear.promise)
    const flood = Array.from({ length: 500 }, (_, at) =>
      app().inject({
        method: 'POST',
        url: `${path}/password`,
        // From everywhere, so that it is not the throttle that keeps them from the queue.
        remoteAddress: `10.0.${Math.floor(at / 250)}.${at % 250}`,
        headers: { origin, cookie, 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      }),
    )
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns += 1
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    const others = await Promise.all([
      systemToken(),
      ...['/health/ready', `${issuerPath}/.well-known/jwks.json`].map((url) => app().inject(url)),
    ])
    expect(others).toHaveLength(3)
    let answered = 0
    for (const one of flood) void one.then(() => (answered += 1))
    await expect.poll(() => answered + house.server.hashPool.statistics().queued, { timeout: 30_000 }).toBe(500)
    expect(house.server.hashPool.statistics().queued).toBeLessThanOrEqual(40)
    dear.resolve()
    await first
    const answers = await Promise.all(flood)
    isDone = true
    const statuses = new Set(answers.map(({ statusCode }) => statusCode))
    expect(statuses).toStrictEqual(new Set([303, 503]))
    for (const { statusCode, headers } of answers) {
      if (statusCode === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(turns).toBeGreaterThan(10)
    expect(house.server.hashPool.statistics()).toStrictEqual({ running: 0, queued: 0 })
  }, 90_000)
})

describe('requests under way', () => {
  it('are counted until they are answered or their client has gone', async () => {
    await app().listen({ host: '127.0.0.1', port: 0 })
    const address = app().server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `POST ${issuerPath}/oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n`,
    )
    await expect.poll(() => house.server.requestsUnderWay).toBe(1)
    socket.destroy()
    await expect.poll(() => house.server.requestsUnderWay).toBe(0)
  })
})
