import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureSigningKeys } from '../../features/keys/index.ts'
import { raiseSessionEpoch } from '../../features/users/index.ts'
import type { User } from '../../features/users/index.ts'
import { Browser, authorization, issuerPath, redeem, tokenRequest } from '../../testing/browser.ts'
import { crm, origin, portal, tenantId } from '../../testing/open-server.ts'
import {
  basic,
  gateway,
  issuer,
  kiosk,
  openProtocol,
  partsOf,
  password,
  portalApi,
  reports,
  username,
} from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'

let protocol: Protocol
let opaque: string
let structured: string
let refreshToken: string
let idToken: string
const app = () => protocol.house.server.app

beforeAll(async () => {
  protocol = await openProtocol()
  const browser = new Browser(app())
  const tokens = await protocol.tokensFor(browser)
  const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
  opaque = String(tokens['access_token'])
  refreshToken = String(tokens['refresh_token'])
  idToken = String(tokens['id_token'])
  structured = String(jwt['access_token'])
})
afterAll(() => protocol.close())

const introspect = async (token: string, client: TestClient | typeof portal = portal, path = issuerPath) => {
  const response = await protocol.post(`${path}/oauth2/introspect`, { token }, client)
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() }
}
const inactive = { status: 200, body: { active: false } }

describe('introspection', () => {
  it('says what an active token is, opaque or JWT (RFC 7662 §2.2)', async () => {
    const sub = partsOf(structured).claims['sub']
    expect(await introspect(opaque)).toMatchObject({
      status: 200,
      body: {
        active: true,
        client_id: 'portal',
        sub,
        iss: issuer,
        token_type: 'Bearer',
        scope: 'openid profile email organization',
      },
    })
    expect(await introspect(structured)).toMatchObject({
      status: 200,
      body: {
        active: true,
        client_id: 'portal',
        sub,
        iss: issuer,
        token_type: 'Bearer',
        scope: 'invoices:read',
        aud: portalApi,
      },
    })
    expect(await introspect(refreshToken)).toMatchObject({ status: 200, body: { active: true, client_id: 'portal' } })
  })

  it('tells an API about access tokens that are meant for it, and of nothing else (TK15, RFC 7662 §4)', async () => {
    expect(await introspect(structured, gateway)).toMatchObject({ body: { active: true, aud: portalApi } })
    expect(await introspect(opaque, gateway)).toStrictEqual(inactive)
    expect(await introspect(refreshToken, gateway)).toStrictEqual(inactive)
  })

  it('tells another application nothing, confidential as it may be (TK15)', async () => {
    for (const token of [opaque, structured, refreshToken, 'x'.repeat(43)]) {
      const { clientId, secret } = reports
      const fields = { token, client_id: clientId, client_secret: secret }
      const response = await protocol.post(`${issuerPath}/oauth2/introspect`, fields)
      expect([response.statusCode, response.json()]).toStrictEqual([200, { active: false }])
    }
  })

  it('tells a public client nothing of another’s token, and answers it like one that is not there (TK15)', async () => {
    for (const token of [opaque, structured, refreshToken, 'x'.repeat(43)]) {
      const response = await protocol.post(`${issuerPath}/oauth2/introspect`, { token, client_id: kiosk.clientId })
      expect([response.statusCode, response.json()]).toStrictEqual([200, { active: false }])
    }
  })

  it('is for clients that prove themselves (RFC 7662 §2.1)', async () => {
    for (const part of ['introspect', 'revoke']) {
      const path = `${issuerPath}/oauth2/${part}`
      expect((await protocol.post(path, { token: opaque })).statusCode).toBe(400)
      expect((await protocol.post(path, { token: opaque }, { ...gateway, secret: 'wrong' })).statusCode).toBe(401)
      expect((await protocol.post(path, {}, portal)).statusCode).toBe(400)
    }
  })

  it('takes no ID token, altered token or token of another issuer for an access token (TK13, TK16)', async () => {
    const [header = '', claims = '', signature = ''] = structured.split('.')
    const widened = Buffer.from(JSON.stringify({ ...partsOf(structured).claims, scope: 'everything' })).toString(
      'base64url',
    )
    const system = await tokenRequest(app(), { grant_type: 'client_credentials' }, crm, `/${tenantId}/system`)
    for (const token of [
      idToken,
      `${header}.${widened}.${signature}`,
      `${header}.${claims}.`,
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${claims}.`,
      String(system.body['access_token']),
      opaque.slice(0, -1),
      `${opaque}A`,
      (opaque.startsWith('A') ? 'B' : 'A') + opaque.slice(1),
      '..',
      'a.b.c',
    ]) {
      expect([token, await introspect(token)]).toStrictEqual([token, inactive])
      expect([token, (await protocol.userinfo(token)).statusCode]).toStrictEqual([token, 401])
    }
  })

  it('believes a key by its place in our set only, never one that a token brings or names (JW02, JW03, JW04)', async () => {
    const { vault, db, clock } = protocol.house
    const [key] = await ensureSigningKeys({ db, vault, clock }, tenantId, 'portal')
    if (!key) throw new Error('the workspace has no key')
    const { claims } = partsOf(structured)
    const publicText = new TextEncoder().encode(JSON.stringify(key.publicJwk))
    const forged = await Promise.all([
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: key.kid }).sign(publicText),
      new SignJWT(claims)
        .setProtectedHeader({
          alg: 'ES256',
          typ: 'at+jwt',
          kid: key.kid,
          jwk: { kty: 'EC' },
          jku: 'http://127.0.0.1:1/',
        })
        .sign(await foreignKey()),
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: '../../etc/passwd' })
        .sign(await foreignKey()),
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(await foreignKey()),
    ])
    for (const token of forged) expect(await introspect(token)).toStrictEqual(inactive)
  })
})

const foreignKey = async () =>
  (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])).privateKey

describe('userinfo', () => {
  it('releases the claims of the granted scopes for an opaque token (OpenID Connect Core §5.4)', async () => {
    const response = await protocol.userinfo(opaque)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({
      sub: partsOf(idToken).claims['sub'],
      preferred_username: username,
      email: 'pat@new.example',
      email_verified: true,
      organization_id: 'newtown',
      sign_in_route: 'pool',
    })
  })

  it('tells for a JWT access token of an API who it is, and nothing that its scope does not release', async () => {
    const response = await protocol.userinfo(structured)
    expect([response.statusCode, response.json()]).toStrictEqual([200, { sub: partsOf(structured).claims['sub'] }])
  })

  it('refuses what is no access token of a person, and says so as a bearer challenge (TK13, RFC 6750 §3)', async () => {
    const machine = await tokenRequest(app(), { grant_type: 'client_credentials', scope: 'invoices:read' }, gateway)
    for (const token of [idToken, refreshToken, String(machine.body['access_token']), 'x', 'x.y.z']) {
      const response = await protocol.userinfo(token)
      expect([token, response.statusCode]).toStrictEqual([token, 401])
      expect(response.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/)
    }
    expect((await app().inject(`${issuerPath}/userinfo`)).statusCode).toBe(401)
    expect((await app().inject(`${issuerPath}/userinfo?access_token=${opaque}`)).statusCode).toBe(400)
  })

  it('ends with the token, to the second', async () => {
    const browser = new Browser(app())
    const [first, second] = [
      await protocol.tokensFor(browser),
      await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' }),
    ].map((tokens) => String(tokens['access_token']))
    protocol.passTime(299)
    expect((await protocol.userinfo(first)).statusCode).toBe(200)
    expect((await protocol.userinfo(second)).statusCode).toBe(200)
    protocol.passTime(1)
    for (const token of [first, second]) {
      expect((await protocol.userinfo(token)).statusCode).toBe(401)
      expect(await introspect(String(token))).toStrictEqual(inactive)
    }
  })
})

describe('revocation', () => {
  const revoke = (
    token: unknown,
    client: TestClient | typeof portal = portal,
    fields: Readonly<Record<string, string>> = {},
  ) => protocol.post(`${issuerPath}/oauth2/revoke`, { token: String(token), ...fields }, client)

  it('ends an opaque access token, a JWT access token and a refresh token at once (RFC 7009 §2)', async () => {
    const browser = new Browser(app())
    const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    expect((await revoke(jwt['access_token'])).statusCode).toBe(200)
    expect(await introspect(String(jwt['access_token']))).toStrictEqual(inactive)
    expect((await protocol.userinfo(jwt['access_token'])).statusCode).toBe(401)
    const one = await protocol.tokensFor(browser)
    expect((await revoke(one['access_token'], portal, { token_type_hint: 'access_token' })).statusCode).toBe(200)
    expect((await protocol.userinfo(one['access_token'])).statusCode).toBe(401)
    const other = await protocol.tokensFor(browser)
    expect((await revoke(other['refresh_token'])).statusCode).toBe(200)
    expect((await protocol.refresh(other['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(other['access_token'])).statusCode).toBe(401)
  })

  it('of another client’s token has no effect and no other answer than for a token that is not there (TK15, RFC 7009 §2.2)', async () => {
    const browser = new Browser(app())
    const tokens = await protocol.tokensFor(browser)
    const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    const nothing = await revoke('x'.repeat(43), gateway)
    for (const token of [tokens['access_token'], tokens['refresh_token'], jwt['access_token'], 'a.b.c']) {
      const answer = await revoke(token, gateway)
      expect([answer.statusCode, answer.body]).toStrictEqual([nothing.statusCode, nothing.body])
    }
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(200)
    expect((await protocol.userinfo(jwt['access_token'])).statusCode).toBe(200)
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(200)
  })
})

describe('a person who is ended', () => {
  const end: Readonly<Record<string, (user: User) => Promise<unknown>>> = {
    'by deactivation': (user) =>
      protocol.house.db.transaction((tx) =>
        tx.updateTable('users').set({ status: 'inactive' }).where('user_id', '=', user.userId).execute(),
      ),
    'by raising the epoch (a new password, “sign out everywhere”)': (user) =>
      protocol.house.db.transaction((tx) => raiseSessionEpoch(tx, user.organizationId, user.userId)),
  }

  for (const [how, ending] of Object.entries(end)) {
    it(`${how} has no code, token or session from the next request on (SE09, SC06)`, async () => {
      const name = `ended.${Object.keys(end).indexOf(how)}`
      const user = await protocol.house.addPoolUser({ biller: 'newtown', username: name, password })
      const browser = new Browser(app())
      const first = await browser.get(authorization().url)
      await browser.submit(await browser.submit(first, { username: name }, '/username'), { password }, '/password')
      const tokens = await protocol.tokensFor(browser)
      const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
      const { code, verifier } = await protocol.codeFor(browser)
      expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(200)

      await ending(user)

      expect(await redeem(app(), code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
      expect(await protocol.refresh(tokens['refresh_token'])).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      })
      for (const token of [tokens['access_token'], jwt['access_token'], tokens['refresh_token']]) {
        expect(await introspect(String(token), portal)).toStrictEqual(inactive)
      }
      for (const token of [tokens['access_token'], jwt['access_token']]) {
        expect((await protocol.userinfo(token)).statusCode).toBe(401)
      }
      const again = await browser.get(authorization().url)
      expect(again.url).toContain('/sign-in/')
    })
  }

  it('and signs in again in the same browser does not revive what was ended before', async () => {
    const user = await protocol.house.addPoolUser({ biller: 'newtown', username: 'back.bea', password })
    const browser = new Browser(app())
    const enter = async () => {
      let page = await browser.get(authorization().url)
      page = await browser.submit(page, { username: 'back.bea' }, '/username')
      page = await browser.submit(page, { password }, '/password')
      expect(new URL(page.url).searchParams.get('code')).not.toBeNull()
    }
    await enter()
    const stolen = await protocol.tokensFor(browser)
    const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    await protocol.house.db.transaction((tx) => raiseSessionEpoch(tx, user.organizationId, user.userId))
    await enter()
    expect((await protocol.refresh(stolen['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(stolen['access_token'])).statusCode).toBe(401)
    expect((await protocol.userinfo(jwt['access_token'])).statusCode).toBe(401)
    expect((await protocol.tokensFor(browser))['access_token']).toBeDefined()
  })
})

describe('the management API', () => {
  it('takes the token of a system client, and no token of another workspace, person or kind (API2, API6, API7, TK13)', async () => {
    const system = await tokenRequest(
      app(),
      { grant_type: 'client_credentials', scope: 'identity' },
      crm,
      `/${tenantId}/system`,
    )
    const machine = await tokenRequest(app(), { grant_type: 'client_credentials', scope: 'invoices:read' }, gateway)
    const url = `/api/identity/${tenantId}/system/pools`
    const ask = async (authorizationHeader: string) =>
      (await app().inject({ url, headers: { authorization: authorizationHeader } })).statusCode
    const allowed = await ask(`Bearer ${String(system.body['access_token'])}`)
    expect(allowed).not.toBe(401)
    for (const token of [machine.body['access_token'], structured, opaque, idToken]) {
      expect(await ask(`Bearer ${String(token)}`)).toBe(401)
    }
    expect(await ask(basic(crm))).toBe(401)
    // Nor where there is no such tenant, whoever signed it.
    const elsewhere = await app().inject({
      url: '/api/identity/no-such-tenant/system/pools',
      headers: { authorization: `Bearer ${String(system.body['access_token'])}` },
    })
    expect(elsewhere.statusCode).toBe(401)
    expect(await ask(basic({ clientId: reports.clientId, secret: origin }))).toBe(401)
  })
})
