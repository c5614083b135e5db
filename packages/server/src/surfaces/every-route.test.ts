import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath } from '../testing/browser.ts'
import { guidOf, openServer, origin, tenantId } from '../testing/open-server.ts'
import type { TestServer } from '../testing/open-server.ts'

interface Route {
  readonly path: string
  readonly methods: readonly string[]
}

const house: TestServer = await openServer()
const { app } = house.server
const routes = routesIn(app.printRoutes({ commonPrefix: false }))
/** What the engine serves itself below an issuer, by its own word. */
const engine = [
  'oauth2/authorize',
  'oauth2/token',
  'oauth2/par',
  'oauth2/revoke',
  'oauth2/introspect',
  'userinfo',
  'oidc/logout',
  'oidc/logout/confirm',
  'oidc/logout/success',
  '.well-known/openid-configuration',
  '.well-known/jwks.json',
]

/** Reads the router's own drawing of its tree, so that a new route is in these tests the day it is mounted. */
function routesIn(tree: string): Route[] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? []
    if (part === '') return []
    const depth = indent.length / 4
    above.length = depth
    above.push(part)
    return [{ path: above.join(''), methods: methods.split(', ').filter(Boolean) }]
  })
}

const isPage = ({ path }: Route): boolean =>
  !/^\/(?:health|assets|api|:tid\/:wid\/identity)\//.test(path) && path !== '*'
const posts = routes.filter((route) => isPage(route) && route.methods.includes('POST'))

let browser: Browser
let flow: string
let cookie: string

beforeAll(async () => {
  await house.addPoolUser({ biller: 'newtown', username: 'route.rita', password: 'route-rita-password' })
  browser = new Browser(app)
  const page = await browser.get(authorization().url)
  flow = new URL(page.url).pathname.split('/').at(-1) ?? ''
  cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
})
afterAll(() => house.close())

const addressOf = (path: string): string =>
  path.replace('/:tid/:wid', issuerPath).replace(':guid', guidOf('newtown')).replace(':name', 'x.css')

const everything = async () => ({
  flows: await house.db.reader.selectFrom('sign_in_flows').selectAll().orderBy('flow_id').execute(),
  events: await house.db.reader.selectFrom('audit_events').select('event_id').execute(),
  mails: house.mails.length,
})

describe('the routes of the server', () => {
  it('are found, pages that change something among them', () => {
    expect(routes.length).toBeGreaterThan(25)
    expect(posts.map(({ path }) => path)).toContain('/:tid/:wid/sign-in/:flow/password')
    expect(posts.length).toBeGreaterThan(5)
  })
})

const isForm = (type: string): boolean => type === 'application/x-www-form-urlencoded'

/** What browsers can send across sites without asking, and what only looks like ours. */
const disguises: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['of another site', { origin: 'https://evil.example' }],
  ['of the null origin', { origin: 'null' }],
  ['without an origin', {}],
  ['with an empty origin', { origin: '' }],
  ['of an origin that begins like ours', { origin: `${origin}.evil.example` }],
  ['of an origin that ends like ours', { origin: 'http://evil-localhost:4000' }],
  ['of another port', { origin: 'http://localhost:4001' }],
  ['of another scheme', { origin: origin.replace('http:', 'https:') }],
  ['of a subdomain', { origin: 'http://portal.localhost:4000' }],
  ['of an origin with a path', { origin: `${origin}/` }],
  ['with only a referer of ours', { referer: `${origin}/x` }],
  ['of our origin, called cross-site', { origin, 'sec-fetch-site': 'cross-site' }],
  ['of our origin, called same-site', { origin, 'sec-fetch-site': 'same-site' }],
  ['of our origin, called by nobody', { origin, 'sec-fetch-site': 'none' }],
]
const fields =
  'username=route.rita&password=route-rita-password&new_password=a+quiet+harbour+bell&code=000000&email=a%40new.example'

describe.each(posts.map(({ path }) => path))('a post to %s', (path) => {
  it.each(disguises)('%s changes nothing, in any content type (SE04)', async (_name, headers) => {
    const before = await everything()
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json',
    ]) {
      const response = await app.inject({
        method: 'POST',
        url: addressOf(path).replace(':flow', flow),
        headers: { host: 'localhost:4000', cookie, 'content-type': type, ...headers },
        payload: type === 'application/json' ? '{"username":"route.rita"}' : fields,
      })
      expect([type, response.statusCode]).toStrictEqual([type, isForm(type) ? 403 : 400])
      expect(response.headers['set-cookie']).toBeUndefined()
    }
    expect(await everything()).toStrictEqual(before)
  })

  it('of ours in a content type that no form of ours has changes nothing (SE04)', async () => {
    const before = await everything()
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'application/csp-report']) {
      const response = await app.inject({
        method: 'POST',
        url: addressOf(path).replace(':flow', flow),
        headers: { host: 'localhost:4000', cookie, origin, 'content-type': type },
        payload: fields,
      })
      expect([type, response.statusCode]).toStrictEqual([type, 400])
    }
    expect(await everything()).toStrictEqual(before)
  })

  it('is not what a link to it with the same fields does (SE04)', async () => {
    const before = await everything()
    const response = await app.inject({
      url: `${addressOf(path).replace(':flow', flow)}?${fields}&_method=POST`,
      headers: { host: 'localhost:4000', cookie, 'x-http-method-override': 'POST' },
    })
    expect(response.statusCode).toBeLessThan(500)
    const after = await everything()
    // Asking for a form may note that it was asked for; nothing typed is taken, nobody is told, nothing is proved.
    expect({ ...after, flows: after.flows.map(({ flow_id }) => flow_id) }).toStrictEqual({
      ...before,
      flows: before.flows.map(({ flow_id }) => flow_id),
    })
    expect(JSON.stringify(after.flows)).not.toContain('route.rita')
  })
})

const asked = [
  ...routes.map(({ path }) => addressOf(path === '*' ? '/nowhere/at/all/x' : path)),
  ...engine.map((path) => `${issuerPath}/${path}`),
  `${issuerPath}/oauth2/authorize?client_id=portal&redirect_uri=https%3A%2F%2Fevil.example%2F&response_type=code`,
  `${issuerPath}/oauth2/authorize?client_id=nobody&redirect_uri=http%3A%2F%2Fportal.localhost%3A4100%2Fcallback`,
  `${issuerPath}/sign-in/not-a-flow`,
  '/',
  '/nowhere',
]

describe('every answer', () => {
  it.each(asked)(
    'of %s allows no script of others to read it, and no page of others to show it (AZ08, HD08, HD09, HD10)',
    async (address) => {
      for (const foreign of [
        'https://evil.example',
        'null',
        `${origin}.evil.example`,
        'http://portal.localhost:4100',
      ]) {
        for (const method of ['GET', 'POST', 'OPTIONS'] as const) {
          const response = await app.inject({
            method,
            url: address.replace(':flow', flow),
            headers: {
              host: 'localhost:4000',
              cookie,
              origin: foreign,
              'access-control-request-method': 'POST',
              'access-control-request-headers': 'authorization',
            },
          })
          const what = `${method} ${address} ${foreign}`
          const { 'access-control-allow-origin': allowed, 'access-control-allow-credentials': withCookies } =
            response.headers
          expect([what, withCookies]).toStrictEqual([what, undefined])
          // Discovery and public keys are for everybody.
          const isOpen = address.includes('/.well-known/')
          expect([what, allowed]).toStrictEqual([what, isOpen ? '*' : undefined])
          if (!String(response.headers['content-type']).startsWith('text/html')) continue
          const policy = String(response.headers['content-security-policy'])
          expect([what, policy]).toStrictEqual([what, expect.stringContaining("default-src 'none'")])
          for (const directive of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) {
            expect([what, policy.includes(directive)]).toStrictEqual([what, true])
          }
          expect(policy).not.toMatch(/unsafe-|\*|script-src[^;]*'self'/)
          expect(response.headers).toMatchObject({
            'x-frame-options': 'DENY',
            'x-content-type-options': 'nosniff',
            'cache-control': 'no-store',
            'referrer-policy': 'same-origin',
          })
          expect(response.body).not.toMatch(/<[^>]+\son\w+=|style="|javascript:/i)
        }
      }
    },
  )
})

describe('a parameter that says where to go', () => {
  const elsewhere = [
    '//evil.example',
    String.raw`/\evil.example`,
    '/%2f%2fevil.example',
    'https:evil.example',
    'https://evil.example',
    String.raw`\\evil.example`,
    '/\r\nLocation: https://evil.example',
    'https://localhost:4000.evil.example',
    'https://evil。example',
    'javascript:alert(1)',
    'http://portal.localhost:4100@evil.example/',
  ]
  const names = [
    'returnTo',
    'return_to',
    'redirect',
    'redirect_uri',
    'callbackURL',
    'RelayState',
    'next',
    'url',
    'post_logout_redirect_uri',
    'target_link_uri',
    'iss',
    'initiate_login_uri',
    'login_hint',
    'organization',
  ]

  it.each(elsewhere)('leads nobody to %j, whatever it is called, at any page (HD04)', async (target) => {
    for (const address of asked) {
      const url = address.replace(':flow', flow)
      const joint = url.includes('?') ? '&' : '?'
      const query = names
        .filter((name) => !new URLSearchParams(url.split('?')[1]).has(name))
        .map((name) => `${name}=${encodeURIComponent(target)}`)
      const response = await app.inject({
        url: `${url}${joint}${query.join('&')}`,
        headers: { host: 'localhost:4000', cookie },
      })
      const { location } = response.headers
      if (typeof location !== 'string') continue
      const { origin: to } = new URL(location, `${origin}${url}`)
      expect([address, [origin, 'http://portal.localhost:4100'].includes(to)]).toStrictEqual([address, true])
    }
  })

  it('is only found in routes that this test asks', () => {
    expect(asked.filter((address) => address.startsWith(`/${tenantId}/`)).length).toBeGreaterThan(15)
  })
})
