import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser } from '../../testing/browser.ts'
import { provisioned } from '../../testing/open-server.ts'
import { gateway, issuer, openProtocol, partsOf, password, portalApi, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { acrOf } from './step-up.ts'

const known = 'urn:harbor:acr:known'
const recent = 'urn:harbor:acr:payment'
const strong = 'urn:harbor:acr:two-factors'

let protocol: Protocol
const app = () => protocol.house.server.app

beforeAll(async () => {
  protocol = await openProtocol({
    workspaces: provisioned.workspaces.map((workspace) =>
      workspace.id === 'portal'
        ? {
            ...workspace,
            acrs: [
              { name: known, methods: ['pwd'] },
              { name: recent, methods: ['pwd'], withinSeconds: 300 },
              { name: strong, methods: ['pwd', 'otp'] },
            ],
          }
        : workspace,
    ),
  })
})
afterAll(() => protocol.close())

/** @returns whether somebody was asked, what came back, and the browser's page */
async function visit(browser: Browser, extra: Readonly<Record<string, string>>) {
  const page = await browser.get(authorization(extra).url)
  const params = page.status === 303 ? new URL(page.url).searchParams : undefined
  return { page, isAsked: page.status === 200, code: params?.get('code'), error: params?.get('error') }
}

describe('an application that asks for a strength of sign-in by name', () => {
  it('finds the names in discovery', async () => {
    const { acr_values_supported: names } = (
      await app().inject('/harbor/portal/.well-known/openid-configuration')
    ).json<{
      acr_values_supported: string[]
    }>()
    expect(names).toStrictEqual([known, recent, strong])
  })

  it('is told what was really done, in every token (AZ13, RFC 9470 §6)', async () => {
    const browser = new Browser(app())
    const began = protocol.house.clock.nowSeconds()
    const fresh = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    expect(partsOf(fresh['id_token']).claims).toMatchObject({ acr: recent, amr: ['pwd'] })
    expect(partsOf(fresh['access_token']).claims).toMatchObject({ acr: recent, auth_time: began })
    protocol.passTime(301)
    // Not asked again, because nothing stronger was asked for; and not said to be stronger than it is.
    const later = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    expect(partsOf(later['access_token']).claims).toMatchObject({ acr: known, auth_time: began })
    const introspected = await protocol.post(
      '/harbor/portal/oauth2/introspect',
      { token: String(later['access_token']) },
      gateway,
    )
    expect(introspected.json()).toMatchObject({ acr: known, auth_time: began, iss: issuer })
    const refreshed = await protocol.refresh(fresh['refresh_token'])
    // As it was when it was proved: whoever wants it fresh says so at authorize.
    expect(partsOf(refreshed.body['id_token']).claims).toMatchObject({ acr: recent, auth_time: began })
  })

  it('makes a remembered session prove itself again when what was done is too old, with the name filled in (AZ13)', async () => {
    const browser = new Browser(app())
    await protocol.codeFor(browser)
    expect((await visit(browser, { acr_values: recent })).code).toEqual(expect.any(String))
    protocol.passTime(301)
    const silent = await visit(browser, { acr_values: recent, prompt: 'none' })
    expect(silent.error).toBe('login_required')
    const asked = await visit(browser, { acr_values: recent })
    expect(asked.isAsked).toBe(true)
    expect(asked.page.body).toContain(`value="${username}"`)
    const page = await browser.submit(asked.page, { username }, '/username')
    const wrong = await browser.submit(page, { password: 'not my password at all' }, '/password')
    expect(wrong.url).not.toContain('code=')
    const done = await browser.submit(wrong, { password }, '/password')
    expect(new URL(done.url).searchParams.get('code')).not.toBeNull()
    expect((await visit(browser, { acr_values: recent })).code).toEqual(expect.any(String))
  })

  it('takes the first of its names that is met', async () => {
    const browser = new Browser(app())
    const tokens = await protocol.tokensFor(browser, { acr_values: `${strong} ${known} ${recent}` })
    expect(partsOf(tokens['id_token']).claims['acr']).toBe(known)
  })

  it('is told at once when none of its names can be met, and nobody is asked for a password in vain (RFC 9470 §5)', async () => {
    for (const wish of [strong, 'urn:nobody:knows', `${strong} urn:nobody:knows`]) {
      for (const browser of [new Browser(app())]) {
        const refused = await visit(browser, { acr_values: wish })
        expect([wish, refused.error]).toStrictEqual([wish, 'unmet_authentication_requirements'])
      }
    }
  })
})

describe('max_age', () => {
  it('asks a remembered session for the password again, and the token says when it was given (AZ13, OpenID Connect Core §3.1.2.1)', async () => {
    const browser = new Browser(app())
    await protocol.codeFor(browser)
    protocol.passTime(60)
    expect((await visit(browser, { max_age: '60' })).code).toEqual(expect.any(String))
    protocol.passTime(1)
    expect((await visit(browser, { max_age: '60', prompt: 'none' })).error).toBe('login_required')
    expect((await visit(browser, { max_age: '0' })).isAsked).toBe(true)
    expect((await visit(browser, { max_age: '60' })).isAsked).toBe(true)
    const now = protocol.house.clock.nowSeconds()
    const tokens = await protocol.tokensFor(browser, { max_age: '60' })
    expect(partsOf(tokens['id_token']).claims['auth_time']).toBe(now)
    for (const wrong of ['-1', '1.5', 'x']) {
      expect([wrong, (await visit(browser, { max_age: wrong })).error]).toStrictEqual([wrong, 'invalid_request'])
    }
  })
})

describe('the acr of a token', () => {
  const acrs = [
    { name: 'low', methods: ['pwd'] },
    { name: 'fresh', methods: ['pwd'], withinSeconds: 60 },
    { name: 'high', methods: ['pwd', 'otp'] },
  ]
  it.each([
    [['pwd'], 10, [], 'fresh'],
    [['pwd'], 60, [], 'fresh'],
    [['pwd'], 61, [], 'low'],
    [['pwd', 'otp'], 61, [], 'high'],
    [['pwd', 'otp'], 10, ['fresh'], 'fresh'],
    [['pwd'], 10, ['high', 'low'], 'low'],
    [['pwd'], 10, ['high'], 'fresh'],
    [['otp'], 10, [], undefined],
    [[], 0, ['low'], undefined],
  ])('after %j, %i seconds ago, asked for %j, is %s', (methods, agoSeconds, asked, expected) => {
    expect(acrOf(acrs, asked, { methods, agoSeconds })).toBe(expected)
  })
})
