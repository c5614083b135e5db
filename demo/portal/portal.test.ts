import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { billers } from '../legacy/billers.ts'
import { buildPortal } from './portal-app.ts'

const origin = 'http://portal.localhost:4100'
const biller = billers[0]!
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A sign-in service with one person in it: the least that OpenID Connect asks for, over real HTTP. */
class Provider {
  readonly server: Server
  issuer = ''
  /** What the next ID token says besides. */
  claims: Record<string, unknown> = {}
  hasEnded = false
  refreshes = 0
  readonly #grants = new Map<string, { readonly nonce: string; readonly challenge: string }>()
  #refreshToken = ''

  constructor() {
    this.server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        const { status, content } = this.#answer(
          request.url ?? '',
          request.headers.authorization,
          new URLSearchParams(body),
        )
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
      })
    })
  }

  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.server.listen(0, '127.0.0.1', resolve)
    await promise
    this.issuer = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/h/portal`
  }

  /** The person signs in; what the browser brings back. */
  approve(authorizationUrl: string): string {
    const query = new URL(authorizationUrl).searchParams
    const code = randomUUID()
    this.#grants.set(code, { nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '' })
    return `/signed-in?${new URLSearchParams({ code, state: query.get('state') ?? '', iss: this.issuer }).toString()}`
  }

  #answer(url: string, authorization: string | undefined, form: URLSearchParams): { status: number; content: unknown } {
    const { issuer } = this
    if (url.endsWith('/.well-known/openid-configuration')) {
      return {
        status: 200,
        content: {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          end_session_endpoint: `${issuer}/logout`,
          jwks_uri: `${issuer}/jwks`,
          authorization_response_iss_parameter_supported: true,
        },
      }
    }
    if (url.endsWith('/jwks'))
      return { status: 200, content: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] } }
    if (authorization !== `Basic ${btoa('portal:s')}`) return { status: 401, content: { error: 'invalid_client' } }
    if (form.get('grant_type') === 'refresh_token') {
      this.refreshes += 1
      if (this.hasEnded || form.get('refresh_token') !== this.#refreshToken)
        return { status: 400, content: { error: 'invalid_grant' } }
      return { status: 200, content: this.#tokens(undefined) }
    }
    const grant = this.#grants.get(form.get('code') ?? '')
    this.#grants.delete(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (grant?.challenge !== proof) return { status: 400, content: { error: 'invalid_grant' } }
    return { status: 200, content: this.#tokens(grant.nonce) }
  }

  /** What the service says to an application whose session has ended, or something like it. */
  logoutToken(changes: Readonly<Record<string, unknown>> = {}, typ = 'logout+jwt'): string {
    const now = Math.floor(Date.now() / 1000)
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    const claims = { iss: this.issuer, aud: 'portal', sub: 'u1', sid: 's1', iat: now, exp: now + 120, jti: '1', events }
    return this.#signed({ ...claims, ...changes }, typ)
  }

  #signed(claims: Readonly<Record<string, unknown>>, typ?: string): string {
    const [head, body] = [{ alg: 'ES256', kid: 'k', ...(typ === undefined ? {} : { typ }) }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${head}.${body}.${signature.toString('base64url')}`
  }

  #tokens(nonce: string | undefined): unknown {
    this.#refreshToken = randomUUID()
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: this.issuer,
      aud: 'portal',
      sub: 'u1',
      iat: now,
      exp: now + 300,
      ...(nonce === undefined ? {} : { nonce }),
      name: 'Maria <b>Delgado</b>',
      preferred_username: 'maria.delgado',
      sign_in_route: 'legacy',
      organization_id: biller.slug,
      organization_name: biller.name,
      biller_guid: biller.id,
      ...this.claims,
    }
    const idToken = this.#signed(claims)
    return {
      token_type: 'Bearer',
      access_token: randomUUID(),
      expires_in: 300,
      refresh_token: this.#refreshToken,
      id_token: idToken,
    }
  }
}

/** Keeps cookies as a browser does, without their attributes. */
class Browser {
  readonly cookies = new Map<string, string>()
  readonly #app: FastifyInstance

  constructor(app: FastifyInstance) {
    this.#app = app
  }

  async get(url: string) {
    return this.#send('GET', url, {})
  }

  async post(url: string, from = origin) {
    return this.#send('POST', url, { origin: from })
  }

  async #send(method: 'GET' | 'POST', url: string, headers: Readonly<Record<string, string>>) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#app.inject({
      method,
      url,
      headers: { host: 'portal.localhost:4100', cookie, ...headers },
    })
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }
}

let provider: Provider
let app: FastifyInstance
let browser: Browser
let later = 0

beforeEach(async () => {
  provider = new Provider()
  await provider.start()
  later = 0
  app = await buildPortal({
    origin,
    issuer: provider.issuer,
    clientId: 'portal',
    clientSecret: 's',
    now: () => Date.now() + later,
    logError: () => undefined,
  })
  browser = new Browser(app)
})
afterEach(async () => {
  await app.close()
  provider.server.closeAllConnections()
  provider.server.close()
})

async function signIn(startsAt = '/sign-in'): Promise<Awaited<ReturnType<Browser['get']>>> {
  const sent = await browser.get(startsAt)
  return browser.get(provider.approve(String(sent.headers.location)))
}

describe('signing in to the portal', () => {
  it('asks with code, PKCE S256, state and nonce, each time others', async () => {
    const [first, second] = await Promise.all([browser.get('/sign-in'), browser.get('/sign-in')])
    const query = new URL(String(first.headers.location)).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${origin}/signed-in`,
      scope: 'openid profile email organization',
    })
    const again = new URL(String(second.headers.location)).searchParams
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(query.get(name)?.length).toBeGreaterThan(40)
      expect(again.get(name)).not.toBe(query.get(name))
    }
  })

  it('begins a session in a cookie that scripts cannot read, and shows who it is, escaped', async () => {
    const answer = await signIn()
    expect(answer.headers.location).toBe('/')
    expect(answer.cookies.find((cookie) => cookie.name === 'portal-session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    })
    const page = await browser.get('/')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Cedar Falls Water Utility')
    expect(page.body).toContain('Maria &lt;b&gt;Delgado')
    expect(page.body).toContain('Earlier sign-in')
  })

  it('leads to the page that was asked for, with its query', async () => {
    const sent = await browser.get('/invoices?status=overdue&search=a%26b')
    expect(sent.statusCode).toBe(303)
    const answer = await signIn(String(sent.headers.location))
    expect(answer.headers.location).toBe('/invoices?status=overdue&search=a%26b')
    expect((await browser.get('/invoices?status=overdue')).body).toMatch(/<option value="overdue"\s+selected/)
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/sign-in'])(
    'never leads to %s',
    async (wanted) => {
      expect((await signIn(`/sign-in?return-to=${encodeURIComponent(wanted)}`)).headers.location).toBe('/')
    },
  )

  it('takes an answer once', async () => {
    const back = provider.approve(String((await browser.get('/sign-in')).headers.location))
    expect((await browser.get(back)).statusCode).toBe(303)
    const again = await browser.get(back)
    expect(again.statusCode).toBe(400)
    expect(again.body).toContain('This sign-in is too old')
  })

  it('takes an answer only from the browser that asked, so nobody can be signed in as somebody else', async () => {
    const back = provider.approve(String((await browser.get('/sign-in')).headers.location))
    const victim = new Browser(app)
    await victim.get('/sign-in')
    expect((await victim.get(back)).statusCode).toBe(400)
    expect(victim.cookies.has('portal-session')).toBe(false)
  })

  it('refuses a token for another nonce, and one without an organization', async () => {
    provider.claims = { nonce: 'of another sign-in' }
    expect((await signIn()).statusCode).toBe(400)
    provider.claims = { organization_id: undefined }
    expect((await signIn()).statusCode).toBe(400)
    expect(browser.cookies.has('portal-session')).toBe(false)
  })

  it('says in words that it was stopped', async () => {
    const { searchParams } = new URL(String((await browser.get('/sign-in')).headers.location))
    const answer = new URLSearchParams({
      error: 'access_denied',
      state: searchParams.get('state') ?? '',
      iss: provider.issuer,
    })
    expect((await browser.get(`/signed-in?${answer.toString()}`)).body).toContain('The sign-in was not finished')
  })

  it('says in words that the service does not answer, and works as soon as it does', async () => {
    const { port } = provider.server.address() as AddressInfo
    provider.server.close()
    provider.server.closeAllConnections()
    const answer = await browser.get('/sign-in')
    expect(answer.statusCode).toBe(503)
    expect(answer.body).toContain('does not answer')
    const { promise, resolve } = Promise.withResolvers<void>()
    provider.server.listen(port, '127.0.0.1', resolve)
    await promise
    expect((await browser.get('/sign-in')).statusCode).toBe(303)
  })
})

describe('a sign-in that begins elsewhere (OpenID Connect Core §4)', () => {
  const login = (query: Readonly<Record<string, string>>) =>
    browser.get(`/login?${new URLSearchParams(query).toString()}`)

  it('goes to our own issuer with the organization fixed, and on to the target', async () => {
    const sent = await login({ iss: provider.issuer, organization: biller.slug, target_link_uri: `${origin}/payers` })
    expect(new URL(String(sent.headers.location)).searchParams.get('organization')).toBe(biller.slug)
    expect((await browser.get(provider.approve(String(sent.headers.location)))).headers.location).toBe('/payers')
  })

  it('refuses any other issuer, and leads to no other site', async () => {
    expect((await login({ iss: 'https://evil.example' })).statusCode).toBe(400)
    expect((await browser.get('/login')).statusCode).toBe(400)
    const sent = await login({ iss: provider.issuer, target_link_uri: 'https://evil.example/' })
    expect((await browser.get(provider.approve(String(sent.headers.location)))).headers.location).toBe('/')
  })
})

describe('a session of the portal', () => {
  it('is confirmed when its token is over, once for requests that come together', async () => {
    await signIn()
    later = 6 * 60_000
    const pages = await Promise.all([browser.get('/'), browser.get('/invoices'), browser.get('/payers')])
    expect(pages.map((page) => page.statusCode)).toEqual([200, 200, 200])
    expect(provider.refreshes).toBe(1)
  })

  it('ends when the service says so', async () => {
    await signIn()
    later = 6 * 60_000
    provider.hasEnded = true
    const page = await browser.get('/invoices')
    expect(page.statusCode).toBe(401)
    expect(page.body).toContain('Your session has ended')
    expect((await browser.get('/invoices')).statusCode).toBe(303)
  })

  it('lets nobody in while it cannot be confirmed, and goes on afterwards', async () => {
    await signIn()
    later = 6 * 60_000
    const { port } = provider.server.address() as AddressInfo
    provider.server.close()
    provider.server.closeAllConnections()
    expect((await browser.get('/')).statusCode).toBe(503)
    const { promise, resolve } = Promise.withResolvers<void>()
    provider.server.listen(port, '127.0.0.1', resolve)
    await promise
    expect((await browser.get('/')).statusCode).toBe(200)
  })

  it('ends when the service says so by itself (OpenID Connect Back-Channel Logout 1.0 §2.6)', async () => {
    provider.claims = { sid: 's1' }
    await signIn()
    const tell = async (token: string) =>
      (
        await app.inject({
          method: 'POST',
          url: '/session-ended',
          headers: { host: 'portal.localhost:4100', 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ logout_token: token }).toString(),
        })
      ).statusCode
    const good = provider.logoutToken()
    for (const wrong of [
      '',
      `${good.slice(0, -4)}AAAA`,
      provider.logoutToken({ aud: 'another' }),
      provider.logoutToken({ iss: 'https://evil.example' }),
      provider.logoutToken({ events: {} }),
      provider.logoutToken({ nonce: 'n' }),
      provider.logoutToken({ exp: 1 }),
      provider.logoutToken({}, 'JWT'),
    ]) {
      expect(await tell(wrong)).toBe(400)
    }
    expect(await tell(provider.logoutToken({ sid: 'another' }))).toBe(200)
    expect((await browser.get('/invoices')).statusCode).toBe(200)
    expect(await tell(good)).toBe(200)
    expect((await browser.get('/invoices')).statusCode).toBe(303)
    expect(provider.refreshes).toBe(0)
  })

  it('is over after half an hour without a page', async () => {
    await signIn()
    later = 31 * 60_000
    expect((await browser.get('/payers')).statusCode).toBe(303)
  })

  it('gets a new id at each sign-in, and the old one opens nothing', async () => {
    await signIn()
    const old = browser.cookies.get('portal-session') ?? ''
    await signIn()
    const thief = new Browser(app)
    thief.cookies.set('portal-session', old)
    expect((await thief.get('/payers')).statusCode).toBe(303)
  })
})

describe('signing out', () => {
  it('ends the session here and asks the service to end its own, with the way back', async () => {
    await signIn()
    const old = browser.cookies.get('portal-session') ?? ''
    const sent = await browser.post('/sign-out')
    const url = new URL(String(sent.headers.location))
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/logout`)
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${origin}/signed-out`)
    expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/)
    browser.cookies.set('portal-session', old)
    expect((await browser.get('/payers')).statusCode).toBe(303)
    expect((await browser.get(`/signed-out?state=${url.searchParams.get('state')}`)).body).toContain(
      'and of your sign-in',
    )
    expect((await browser.get('/signed-out?state=made-up')).body).not.toContain('and of your sign-in')
  })

  it('cannot be done by a form of another site', async () => {
    await signIn()
    expect((await browser.post('/sign-out', 'https://evil.example')).statusCode).toBe(403)
    expect((await browser.get('/')).body).toContain('Cedar Falls')
  })
})

describe('every page of the portal', () => {
  it('allows no script, nothing from elsewhere and no frame, signed in or out', async () => {
    const outside = await browser.get('/')
    await signIn()
    const inside = [await browser.get('/'), await browser.get('/your-sign-in'), await browser.get('/nowhere')]
    for (const { headers, body } of [outside, ...inside]) {
      const policy = String(headers['content-security-policy'])
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http:\/\/127\.0\.0\.1:\d+; /,
      )
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers['cache-control']).toBe('no-store')
      expect(body).not.toMatch(/<script|style="|<style/)
    }
  })

  it('escapes what was typed into a search', async () => {
    await signIn()
    const { body } = await browser.get(`/invoices?search=${encodeURIComponent('"><script>x</script>')}`)
    expect(body).not.toContain('<script')
    expect(body).toContain('No invoices fit')
  })

  it('finds names without their accents, and pages through the rest', async () => {
    await signIn()
    expect((await browser.get('/invoices?page=2')).body).toMatch(/Page\s+2\s+of/)
    expect((await browser.get('/invoices?page=9999')).statusCode).toBe(200)
    expect((await browser.get('/invoices?status=nonsense&page=-1')).statusCode).toBe(200)
  })

  it('does not answer under a name that somebody else made point here', async () => {
    expect((await app.inject({ url: '/', headers: { host: 'evil.example:4100' } })).statusCode).toBe(421)
  })
})
