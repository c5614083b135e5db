import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath, tokenRequest } from '../../testing/browser.ts'
import { portal } from '../../testing/open-server.ts'
import { kiosk, openProtocol, password, press, reports, staff, username } from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'

let protocol: Protocol
const app = () => protocol.house.server.app

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

/** What an application would put into the address, as fields to push. */
function wish(client: Pick<TestClient, 'clientId' | 'redirectUri'>, extra: Readonly<Record<string, string>> = {}) {
  const { url, verifier } = authorization({
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: 'openid',
    ...extra,
  })
  return { fields: Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?')))), verifier, url }
}

async function push(client: TestClient | typeof portal, extra: Readonly<Record<string, string>> = {}) {
  const { fields, verifier } = wish(client, extra)
  const answer = await protocol.post(`${issuerPath}/oauth2/par`, fields, client)
  const body = answer.json<{ request_uri?: string; expires_in?: number; error?: string }>()
  return { status: answer.statusCode, headers: answer.headers, body, verifier }
}

const visit = (client: { readonly clientId: string }, requestUri: string | undefined, extra = {}) =>
  `${issuerPath}/oauth2/authorize?${new URLSearchParams({ client_id: client.clientId, request_uri: requestUri ?? '', ...extra }).toString()}`

/** Follows an address to the end, signing in where asked. */
async function arrive(browser: Browser, url: string): Promise<URLSearchParams> {
  let page = await browser.get(url)
  if (page.status === 200) page = await browser.submit(page, { username }, '/username')
  if (page.status === 200) page = await browser.submit(page, { password }, '/password')
  return new URL(page.url).searchParams
}

describe('a pushed authorization request (RFC 9126)', () => {
  it('leads to a code by its name alone, and is spent by it (AZ11)', async () => {
    const pushed = await push(portal)
    expect(pushed).toMatchObject({ status: 201, body: { expires_in: 60 }, headers: { 'cache-control': 'no-store' } })
    const browser = new Browser(app())
    const arrived = await arrive(browser, visit(portal, pushed.body.request_uri))
    expect(arrived.get('state')).toBe('state-1')
    const tokens = await tokenRequest(app(), {
      grant_type: 'authorization_code',
      code: arrived.get('code') ?? '',
      code_verifier: pushed.verifier,
      redirect_uri: portal.redirectUri,
    })
    expect(tokens.status).toBe(200)
    const again = await browser.get(visit(portal, pushed.body.request_uri))
    expect(new URL(again.url).searchParams.get('code')).toBeNull()
    expect(again.status).toBe(400)
  })

  it('gives one code to two tabs that arrive with it, also long after it has expired for others', async () => {
    const pushed = await push(portal)
    const [one, other] = [new Browser(app()), new Browser(app())]
    const pages = [
      await one.get(visit(portal, pushed.body.request_uri)),
      await other.get(visit(portal, pushed.body.request_uri)),
    ] as const
    protocol.passTime(120)
    await protocol.house.server.tidy()
    const finish = async (browser: Browser, page: (typeof pages)[0]) => {
      const asked = await browser.submit(page, { username }, '/username')
      return new URL((await browser.submit(asked, { password }, '/password')).url).searchParams.get('code')
    }
    expect(await finish(one, pages[0])).not.toBeNull()
    expect(await finish(other, pages[1])).toBeNull()
    const late = await new Browser(app()).get(visit(portal, pushed.body.request_uri))
    expect(late.status).toBe(400)
  })

  it('gives one code when its person comes back five times at the same moment', async () => {
    const browser = new Browser(app())
    await protocol.codeFor(browser)
    const pushed = await push(portal)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => app().inject({ url: visit(portal, pushed.body.request_uri), headers: { cookie } })),
    )
    const codes = answers.filter(({ headers }) => String(headers.location).includes('code='))
    expect(codes).toHaveLength(1)
  })

  it('ends after a minute', async () => {
    const pushed = await push(portal)
    protocol.passTime(60)
    expect((await new Browser(app()).get(visit(portal, pushed.body.request_uri))).status).toBe(400)
  })

  it('is of use to its own client only, and nothing beside it is believed', async () => {
    const pushed = await push(portal)
    const foreign = await new Browser(app()).get(visit(reports, pushed.body.request_uri))
    expect(foreign.status).toBe(400)
    const browser = new Browser(app())
    const page = await browser.get(
      visit(portal, pushed.body.request_uri, { redirect_uri: 'https://evil.example/', scope: 'openid email' }),
    )
    const asked = await browser.submit(page, { username }, '/username')
    const done = await browser.submit(asked, { password }, '/password')
    expect(done.url.startsWith(`${portal.redirectUri}?`)).toBe(true)
  })

  it('is taken from a client that proves itself, and judged at once', async () => {
    expect((await push({ ...portal, secret: 'wrong' })).status).toBe(401)
    const { fields } = wish(portal)
    expect((await protocol.post(`${issuerPath}/oauth2/par`, fields)).statusCode).toBe(401)
    for (const [extra, error] of [
      [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
      [{ scope: 'openid offline_access nonsense', code_challenge_method: 'plain' }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
      [{ request: 'a.b.c' }, 'request_not_supported'],
    ] as const) {
      const refused = await push(portal, extra)
      expect([extra, refused.status, refused.body.error]).toStrictEqual([extra, 400, error])
    }
    // A public client has nothing to prove itself with, and may push all the same (RFC 9126 §2.1).
    const pushed = await protocol.post(`${issuerPath}/oauth2/par`, wish(kiosk).fields)
    expect(pushed.statusCode).toBe(201)
  })

  it('is the only way for a client that is registered so (AZ11, RFC 9126 §5)', async () => {
    const { url } = wish(staff)
    const browser = new Browser(app())
    const refused = await browser.get(url)
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request')
    const pushed = await push(staff)
    expect((await arrive(browser, visit(staff, pushed.body.request_uri))).get('code')).not.toBeNull()
  })
})

describe('a client that is pinned to a way of being answered', () => {
  it('is answered in no other (AZ07)', async () => {
    const browser = new Browser(app())
    await protocol.codeFor(browser)
    for (const mode of ['query', 'fragment', 'web_message', 'jwt', undefined]) {
      const page = await browser.get(wish(press, mode === undefined ? {} : { response_mode: mode }).url)
      expect([mode, page.url.includes('code='), page.body.includes('name="code"')]).toStrictEqual([mode, false, false])
    }
    const form = await browser.get(wish(press, { response_mode: 'form_post' }).url)
    expect([form.status, form.body.includes('name="code"')]).toStrictEqual([200, true])
    const pushed = await push(press, { response_mode: 'query' })
    expect([pushed.status, pushed.body.error]).toStrictEqual([400, 'invalid_request'])
  })
})
