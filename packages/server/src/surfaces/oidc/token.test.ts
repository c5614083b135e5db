import { SignJWT } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteOrganization, insertOrganization, organizationId } from '../../features/tenancy/index.ts'
import { Browser, issuerPath, redeem, tokenRequest } from '../../testing/browser.ts'
import { crm, origin, portal, tenantId } from '../../testing/open-server.ts'
import {
  anyText,
  basic,
  gateway,
  issuer,
  kiosk,
  ledger,
  openProtocol,
  partsOf,
  portalApi,
  reports,
} from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

let protocol: Protocol
const app = () => protocol.house.server.app
const tokenPath = `${issuerPath}/oauth2/token`

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const lastEvents = async (count: number) =>
  (
    await protocol.house.db.reader
      .selectFrom('audit_events')
      .select(['subject', 'action', 'reason', 'client_id', 'payload'])
      .orderBy('event_id', 'desc')
      .limit(count)
      .execute()
  ).toReversed()

const setEnabled = (clientId: string, isEnabled: boolean) =>
  protocol.house.db.transaction((tx) =>
    tx.updateTable('clients').set({ is_enabled: isEnabled }).where('client_id', '=', clientId).execute(),
  )

describe('an authorization code', () => {
  it('gives tokens once; the second use is refused, ends what the first one gave, and is in the audit (RFC 6749 §4.1.2)', async () => {
    const { code, verifier } = await protocol.codeFor(new Browser(app()))
    const first = await redeem(app(), code, verifier)
    expect(first.status).toBe(200)
    expect(await redeem(app(), code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await lastEvents(1))[0]).toMatchObject({ action: 'denied', reason: 'token.reused', client_id: 'portal' })
    expect((await protocol.refresh(first.body['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(first.body['access_token'])).statusCode).toBe(401)
  })

  it('gives one answer to five requests of the same moment, and nothing that was given outlives the doubt (TK01)', async () => {
    const { code, verifier } = await protocol.codeFor(new Browser(app()))
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => redeem(app(), code, verifier)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won.length).toBeLessThanOrEqual(1)
    for (const lost of answers.filter(({ status }) => status !== 200)) {
      expect(lost).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    }
    const reasons = (await lastEvents(5)).map(({ reason }) => reason)
    expect(reasons.some((reason) => reason === 'token.raced' || reason === 'token.reused')).toBe(true)
    expect((await protocol.refresh(won[0]?.body['refresh_token'])).status).toBe(400)
  })

  it('is of use to its own client and address only, and stays good for them (TK03, RFC 6749 §4.1.3)', async () => {
    const { code, verifier } = await protocol.codeFor(new Browser(app()))
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier }
    const foreign = await protocol.post(tokenPath, {
      ...fields,
      redirect_uri: portal.redirectUri,
      client_id: reports.clientId,
      client_secret: reports.secret,
    })
    expect([foreign.statusCode, foreign.json<{ error: string }>().error]).toStrictEqual([400, 'invalid_grant'])
    for (const redirectUri of [reports.redirectUri, `${portal.redirectUri}/`, 'https://evil.example/']) {
      const answer = await tokenRequest(app(), { ...fields, redirect_uri: redirectUri })
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    }
    expect(await tokenRequest(app(), fields)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect((await redeem(app(), code, verifier)).status).toBe(200)
  })

  it('lives sixty seconds and not one more (TK04, RFC 9700 §2.1.1)', async () => {
    const browser = new Browser(app())
    const late = await protocol.codeFor(browser)
    protocol.passTime(1)
    const inTime = await protocol.codeFor(browser)
    protocol.passTime(59)
    expect(await redeem(app(), late.code, late.verifier)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await redeem(app(), inTime.code, inTime.verifier)).status).toBe(200)
  })

  it('is unspent when the audit cannot be written: one token request is one transaction', async () => {
    const { code, verifier } = await protocol.codeFor(new Browser(app()))
    const { db } = protocol.house
    await db.transaction(async (tx) => {
      await sql`create function refuse_event() returns trigger language plpgsql as $$ begin raise exception 'the audit is full'; end $$`.execute(
        tx,
      )
      await sql`create trigger refuse before insert on audit_events for each row execute function refuse_event()`.execute(
        tx,
      )
    })
    try {
      const failed = await app().inject({
        method: 'POST',
        url: tokenPath,
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(portal) },
        payload: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri: portal.redirectUri,
        }).toString(),
      })
      expect(failed.statusCode).toBe(500)
      expect(failed.json()).toStrictEqual({ error: 'server_error', error_description: anyText })
      expect(failed.body).not.toContain('token')
      expect(failed.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      expect(protocol.house.logLines.join('\n')).toContain('the audit is full')
    } finally {
      await db.transaction((tx) => sql`drop trigger refuse on audit_events`.execute(tx))
    }
    expect((await redeem(app(), code, verifier)).status).toBe(200)
  })
})

describe('client authentication', () => {
  const grant = { grant_type: 'client_credentials', scope: 'invoices:read' }
  const said = async (
    fields: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const response = await protocol.post(tokenPath, fields, undefined, headers)
    return { status: response.statusCode, error: response.json<{ error?: string }>().error, headers: response.headers }
  }

  it('takes the right secret in the registered way', async () => {
    expect(await said(grant, { authorization: basic(gateway) })).toMatchObject({ status: 200 })
  })

  it('refuses a secret that is omitted, empty or wrong (TK06, RFC 6749 §5.2)', async () => {
    const client_id = gateway.clientId
    expect(await said({ ...grant, client_id })).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await said({ ...grant, client_id, client_secret: '' })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
    for (const secret of ['', 'wrong', gateway.secret.slice(1), `${gateway.secret}x`]) {
      const answer = await said(grant, { authorization: basic({ clientId: client_id, secret }) })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(['invalid_client', 'invalid_request']).toContain(answer.error)
    }
    const wrong = await said(grant, { authorization: basic({ clientId: client_id, secret: 'wrong' }) })
    expect(wrong).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(wrong.headers['www-authenticate']).toMatch(/^Basic /)
  })

  it('refuses a hash of the secret and the stand-in that the engine is given for it', async () => {
    for (const secret of ['kept as a hash', 'kept%20as%20a%20hash']) {
      expect(await said(grant, { authorization: basic({ ...gateway, secret }) })).toMatchObject({ status: 401 })
    }
  })

  it('refuses two proofs at once, and one that is not well-formed base64 (TK06, RFC 6749 §2.3)', async () => {
    const both = { ...grant, client_id: gateway.clientId, client_secret: gateway.secret }
    expect(await said(both, { authorization: basic(gateway) })).toMatchObject({ status: 400, error: 'invalid_request' })
    const twice = `${new URLSearchParams(both).toString()}&client_secret=${gateway.secret}`
    expect(await said(twice)).toMatchObject({ status: 400, error: 'invalid_request' })
    const credentials = Buffer.from(`${gateway.clientId}:${gateway.secret}`).toString('base64')
    for (const header of [
      `Basic ${credentials}=`,
      `Basic ${credentials}===`,
      `Basic !${credentials}`,
      `Basic`,
      `Basic  ${credentials}`,
      `Bearer ${credentials}`,
    ]) {
      const answer = await said(grant, { authorization: header })
      expect([header, answer.status]).toStrictEqual([header, 400])
      expect([header, answer.error]).toStrictEqual([header, 'invalid_request'])
    }
  })

  it('refuses a secret of a public client, and an identifier alone of a confidential one (TK10)', async () => {
    const fields = { grant_type: 'refresh_token', refresh_token: 'x', client_id: kiosk.clientId }
    expect(await said({ ...fields, client_secret: 'anything' })).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(await said(fields)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await said({ ...fields, client_id: portal.clientId })).toMatchObject({
      status: 401,
      error: 'invalid_client',
    })
  })

  it('answers an unknown client as it answers a wrong secret', async () => {
    const comparable = async (clientId: string) => {
      const response = await protocol.post(tokenPath, grant, { clientId, secret: 'wrong', redirectUri: '' })
      return { status: response.statusCode, body: response.body, challenge: response.headers['www-authenticate'] }
    }
    expect(await comparable('nobody')).toStrictEqual(await comparable(gateway.clientId))
  })

  it('refuses a disabled client everywhere at once, and what it was given (TK11)', async () => {
    const browser = new Browser(app())
    const { code, verifier } = await protocol.codeFor(browser)
    const opaque = await protocol.tokensFor(browser)
    const structured = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    await setEnabled(portal.clientId, false)
    try {
      expect(await redeem(app(), code, verifier)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
      expect((await protocol.refresh(opaque['refresh_token'])).status).toBe(401)
      expect((await protocol.post(`${issuerPath}/oauth2/introspect`, { token: 'x' }, portal)).statusCode).toBe(401)
      expect((await protocol.post(`${issuerPath}/oauth2/revoke`, { token: 'x' }, portal)).statusCode).toBe(401)
      await expect(protocol.codeFor(browser)).rejects.toThrow('no code: 400')
      for (const token of [opaque['access_token'], structured['access_token'], opaque['refresh_token']]) {
        const introspected = await protocol.post(`${issuerPath}/oauth2/introspect`, { token: String(token) }, gateway)
        expect([introspected.statusCode, introspected.json()]).toStrictEqual([200, { active: false }])
      }
      for (const token of [opaque['access_token'], structured['access_token']]) {
        expect((await protocol.userinfo(token)).statusCode).toBe(401)
      }
    } finally {
      await setEnabled(portal.clientId, true)
    }
    expect((await protocol.userinfo(opaque['access_token'])).statusCode).toBe(200)
    await setEnabled(crm.clientId, false)
    const refused = await tokenRequest(app(), { grant_type: 'client_credentials' }, crm, `/${tenantId}/system`)
    await setEnabled(crm.clientId, true)
    expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})

describe('an organization that is deleted', () => {
  it('is no issuer any more, from the next request on (TK11)', async () => {
    const { db, clock } = protocol.house
    const dates = { createdAt: clock.now(), updatedAt: clock.now() }
    const id = organizationId('passing')
    await db.transaction((tx) =>
      insertOrganization(tx, {
        tenantId,
        organizationId: id,
        workspaceId: 'portal',
        name: 'Passing',
        description: '',
        domains: [],
        metadata: {},
        brand: {},
        isTemplate: false,
        revision: 1,
        ...dates,
      }),
    )
    const path = `/${tenantId}/passing`
    const ask = () =>
      protocol.post(`${path}/oauth2/token`, { grant_type: 'client_credentials', scope: 'invoices:read' }, gateway)
    expect((await ask()).statusCode).toBe(200)
    await db.transaction((tx) => deleteOrganization(tx, tenantId, id))
    expect((await ask()).statusCode).toBe(404)
    for (const part of ['oauth2/authorize', '.well-known/openid-configuration', 'userinfo']) {
      expect([part, (await app().inject(`${path}/${part}`)).statusCode]).toStrictEqual([part, 404])
    }
  })
})

describe('a client that proves itself with a key (RFC 7523 §3)', () => {
  let serial = 0
  const assertion = async (
    changes: Readonly<Record<string, unknown>> = {},
    { key = ledger.privateKey, alg = 'ES256', kid = 'ec' } = {},
  ) => {
    serial += 1
    const now = protocol.house.clock.nowSeconds()
    const claims: Record<string, unknown> = {
      iss: ledger.clientId,
      sub: ledger.clientId,
      aud: issuer,
      iat: now,
      exp: now + 60,
      jti: `jti-${serial}`,
      ...changes,
    }
    return new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)))
      .setProtectedHeader({ alg, kid })
      .sign(key)
  }
  const present = async (jwt: string, path = tokenPath, more: Readonly<Record<string, string>> = {}) => {
    const response = await protocol.post(path, {
      grant_type: 'client_credentials',
      scope: 'invoices:read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt,
      ...more,
    })
    return { status: response.statusCode, error: response.json<{ error?: string }>().error }
  }
  const refused = { status: 401, error: 'invalid_client' }

  it('is let in with an assertion for this issuer, signed by its key', async () => {
    expect(await present(await assertion())).toStrictEqual({ status: 200, error: undefined })
  })

  it('is refused when the audience is another, a list, or the token endpoint (TK08, FAPI 2.0 §5.3.2.1)', async () => {
    for (const aud of [
      'https://evil.example',
      origin,
      `${issuer}/`,
      [issuer],
      [issuer, 'https://evil.example'],
      `${issuer}/oauth2/token`,
      undefined,
    ]) {
      expect([JSON.stringify(aud), await present(await assertion({ aud }))]).toStrictEqual([
        JSON.stringify(aud),
        refused,
      ])
    }
  })

  it('is refused without an end, past it, or with one more than five minutes ahead (TK08)', async () => {
    const now = protocol.house.clock.nowSeconds()
    for (const exp of [undefined, now - 16, now + 316, now + 86_400, String(now + 60)]) {
      expect([String(exp), await present(await assertion({ exp }))]).toStrictEqual([String(exp), refused])
    }
    expect(await present(await assertion({ exp: now + 300 }))).toMatchObject({ status: 200 })
  })

  it('is refused without a subject or an id, or when issuer and subject are not the client (TK08)', async () => {
    expect((await present(await assertion({ sub: undefined }))).status).toBe(401)
    expect(await present(await assertion({ jti: undefined }))).toStrictEqual(refused)
    expect(await present(await assertion({ iss: 'crm' }))).toStrictEqual(refused)
    expect(await present(await assertion({ iss: undefined }))).toStrictEqual(refused)
  })

  it('is refused with another algorithm than its own, even signed by a registered key (TK08, JW02)', async () => {
    const key = ledger.rsaPrivateKey
    expect(await present(await assertion({}, { key, alg: 'PS256', kid: 'rsa' }))).toStrictEqual(refused)
    expect(await present(await assertion({}, { key, alg: 'RS256', kid: 'rsa' }))).toStrictEqual(refused)
    const [, claims = ''] = (await assertion()).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await present(`${none}.${claims}.`)).toStrictEqual(refused)
  })

  it('is refused the second time with the same assertion, at every endpoint (TK08, RFC 7523 §3)', async () => {
    const jwt = await assertion()
    expect((await present(jwt)).status).toBe(200)
    expect(await present(jwt)).toStrictEqual(refused)
    expect(await present(jwt, `${issuerPath}/oauth2/introspect`, { token: 'x' })).toStrictEqual(refused)
  })

  it('is let in once when the same assertion comes five times at the same moment (TK08)', async () => {
    const jwt = await assertion()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => present(jwt)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4)
  })
})

describe('refresh tokens', () => {
  it('are rotated, and for five seconds the old one gives again what it gave (RT01)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const second = await protocol.refresh(tokens['refresh_token'])
    expect(second.status).toBe(200)
    expect(second.body['refresh_token']).not.toBe(tokens['refresh_token'])
    protocol.passTime(5)
    const again = await protocol.refresh(tokens['refresh_token'])
    expect([again.status, again.body]).toStrictEqual([200, second.body])
    expect(again.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect((await lastEvents(1))[0]).toMatchObject({
      subject: 'access_token',
      action: 'issued',
      reason: 'token.answered_again',
      client_id: 'portal',
    })
    expect((await protocol.refresh(second.body['refresh_token'])).status).toBe(200)
  })

  it('used five times at the same moment are rotated once, everyone hears the same, and one family lives (RT01)', async () => {
    protocol.passTime(1)
    const tokens = await protocol.tokensFor(new Browser(app()))
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => protocol.refresh(tokens['refresh_token'])))
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const living = await protocol.house.db.reader
      .selectFrom('artifacts')
      .select('kind')
      .where('kind', '=', 'RefreshToken')
      .where('user_id', '=', protocol.user.userId)
      .where('consumed_at', 'is', null)
      .where('created_at', '=', protocol.house.clock.now())
      .execute()
    expect(living).toHaveLength(1)
    expect((await protocol.refresh(answers[0]?.body['refresh_token'])).status).toBe(200)
  })

  it('give the answer of the first request only to one that asks for the same (RT01, RT07)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()), { scope: 'openid email' })
    const first = await protocol.refresh(tokens['refresh_token'], { scope: 'openid' })
    const wider = await protocol.refresh(tokens['refresh_token'])
    expect([wider.status, wider.body['error']]).toStrictEqual([400, 'invalid_grant'])
    const same = await protocol.refresh(tokens['refresh_token'], { scope: 'openid' })
    expect(same.body).toStrictEqual(first.body)
    expect((await protocol.refresh(first.body['refresh_token'])).status).toBe(200)
  })

  it('keep the answer sealed, and no longer than it can be asked for', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const second = await protocol.refresh(tokens['refresh_token'])
    const kept = async () =>
      (
        await protocol.house.db.reader
          .selectFrom('artifacts')
          .select('sealed_answer')
          .where('sealed_answer', 'is not', null)
          .execute()
      ).map(({ sealed_answer: sealed }) => Buffer.from(sealed ?? []).toString('latin1'))
    expect((await kept()).length).toBeGreaterThan(0)
    for (const sealed of await kept()) expect(sealed).not.toContain(String(second.body['refresh_token']))
    await protocol.house.server.tidy()
    expect((await kept()).length).toBeGreaterThan(0)
    protocol.passTime(6)
    await protocol.house.server.tidy()
    expect(await kept()).toStrictEqual([])
    // What was spent stays known as spent.
    expect((await protocol.refresh(tokens['refresh_token'])).body['error']).toBe('invalid_grant')
    expect((await lastEvents(1))[0]).toMatchObject({ reason: 'token.reused' })
  })

  it('used again later end the whole family and its access tokens, and the audit says so (RT02, RFC 9700 §4.14.2)', async () => {
    const browser = new Browser(app())
    const tokens = await protocol.tokensFor(browser)
    const jwt = await protocol.tokensFor(browser, { resource: portalApi, scope: 'openid invoices:read' })
    const second = await protocol.refresh(tokens['refresh_token'])
    protocol.passTime(6)
    expect(await protocol.refresh(tokens['refresh_token'])).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await lastEvents(2)).toMatchObject([
      { subject: 'tokens', action: 'revoked', reason: 'token.reused', client_id: 'portal' },
      { subject: 'access_token', action: 'denied', reason: 'token.reused', client_id: 'portal' },
    ])
    expect((await protocol.refresh(second.body['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(second.body['access_token'])).statusCode).toBe(401)
    expect((await protocol.userinfo(jwt['access_token'])).statusCode).toBe(401)
    const introspected = await protocol.post(
      `${issuerPath}/oauth2/introspect`,
      { token: String(jwt['access_token']) },
      gateway,
    )
    expect(introspected.json()).toStrictEqual({ active: false })
    // The person is still signed in, and the application begins a new family.
    expect((await protocol.tokensFor(browser))['refresh_token']).toBeDefined()
  })

  it('of one client are nothing in the hands of another, before and after rotation, and the owner loses nothing (RT04)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const steal = (token: unknown) =>
      protocol.post(tokenPath, {
        grant_type: 'refresh_token',
        refresh_token: String(token),
        client_id: reports.clientId,
        client_secret: reports.secret,
      })
    expect((await steal(tokens['refresh_token'])).json()).toMatchObject({ error: 'invalid_grant' })
    const second = await protocol.refresh(tokens['refresh_token'])
    expect((await steal(tokens['refresh_token'])).json()).toMatchObject({ error: 'invalid_grant' })
    protocol.passTime(6)
    expect((await steal(tokens['refresh_token'])).json()).toMatchObject({ error: 'invalid_grant' })
    expect((await protocol.refresh(second.body['refresh_token'])).status).toBe(200)
  })

  it('end with the session at the latest, however often they were rotated (RT06)', async () => {
    const browser = new Browser(app())
    let token = (await protocol.tokensFor(browser))['refresh_token']
    for (let hour = 0; hour < 11; hour += 1) {
      protocol.passTime(3600)
      // Neither visits nor rotation prolong anything (SE10).
      await protocol.codeFor(browser)
      const answer = await protocol.refresh(token)
      expect([`hour ${hour}`, answer.status]).toStrictEqual([`hour ${hour}`, 200])
      token = answer.body['refresh_token']
    }
    protocol.passTime(3600)
    expect(await protocol.refresh(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  it('give what was granted or less, never more (RT07, RFC 6749 §6)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()), { scope: 'openid email' })
    for (const scope of ['openid email profile', 'openid organization', 'openid invoices:read', 'identity']) {
      const answer = await protocol.refresh(tokens['refresh_token'], { scope })
      expect([scope, [answer.status, answer.body['error']]]).toStrictEqual([scope, [400, 'invalid_scope']])
    }
    const resource = await protocol.refresh(tokens['refresh_token'], { resource: portalApi })
    expect([resource.status, resource.body['error']]).toStrictEqual([400, 'invalid_target'])
    const narrowed = await protocol.refresh(tokens['refresh_token'], { scope: 'openid' })
    expect(narrowed.body['scope']).toBe('openid')
    expect(partsOf(narrowed.body['id_token']).claims['email']).toBeUndefined()
  })

  it('asked for in a way that is refused are not spent by the question', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const refused = await protocol.refresh(tokens['refresh_token'], { resource: portalApi })
    expect([refused.status, refused.body['error']]).toStrictEqual([400, 'invalid_target'])
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(200)
  })

  it('that are cut short, changed by a character or of another kind are refused (TK16)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const token = String(tokens['refresh_token'])
    const flipped = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
    for (const wrong of [
      token.slice(0, -1),
      `${token}A`,
      flipped,
      token.toUpperCase(),
      tokens['access_token'],
      tokens['id_token'],
      `${token}\0`,
    ]) {
      expect(await protocol.refresh(wrong)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      })
    }
    expect((await protocol.refresh(token)).status).toBe(200)
  })
})

describe('what the token endpoint gives', () => {
  it('for a resource is a JWT by RFC 9068, and nothing secret is in it', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()), { resource: portalApi, scope: 'openid invoices:read' })
    const { header, claims } = partsOf(tokens['access_token'])
    expect(header).toStrictEqual({ alg: 'ES256', typ: 'at+jwt', kid: anyText })
    const now = protocol.house.clock.nowSeconds()
    expect(claims).toStrictEqual({
      iss: issuer,
      aud: portalApi,
      sub: protocol.user.userId,
      client_id: 'portal',
      iat: now,
      exp: now + 300,
      jti: anyText,
      scope: 'invoices:read',
      sid: anyText,
      grant_id: anyText,
      acr: 'urn:gatehouse:acr:password',
      auth_time: now,
    })
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 300 })
  })

  it('to an application of the system workspace is a token of its own, for the scopes it is registered for (AZ12, RFC 9068 §2.2)', async () => {
    const ask = (fields: Readonly<Record<string, string>>) =>
      tokenRequest(app(), { grant_type: 'client_credentials', ...fields }, crm, `/${tenantId}/system`)
    const answer = await ask({ scope: 'identity view_audit_events' })
    expect(answer.status).toBe(200)
    expect(answer.body['refresh_token']).toBeUndefined()
    expect(partsOf(answer.body['access_token']).claims).toMatchObject({
      iss: `${origin}/${tenantId}/system`,
      aud: `${origin}/api`,
      sub: 'crm',
      client_id: 'crm',
      scope: 'identity view_audit_events',
    })
    const wide = await ask({ scope: 'identity root invoices:read' })
    expect(partsOf(wide.body['access_token']).claims['scope']).toBe('identity')
    expect((await ask({ scope: 'openid profile' })).body['error']).toBe('invalid_scope')
    expect((await ask({ resource: portalApi })).body['error']).toBe('invalid_target')
    // A client of one workspace is nobody in another (API6).
    expect((await tokenRequest(app(), { grant_type: 'client_credentials' }, crm)).status).toBe(401)
  })

  it('is for registered grant types only', async () => {
    for (const grantType of [
      'password',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'implicit',
      '',
    ]) {
      const answer = await tokenRequest(app(), { grant_type: grantType, username: 'x', password: 'y' })
      expect([grantType, answer.status]).toStrictEqual([grantType, 400])
      expect(['unsupported_grant_type', 'unauthorized_client', 'invalid_request']).toContain(answer.body['error'])
    }
    expect((await protocol.house.server.app.inject(tokenPath)).statusCode).toBe(404)
  })

  it('is kept by no cache, granted or refused, at every endpoint that speaks of tokens (TK18, RFC 6749 §5.1)', async () => {
    const tokens = await protocol.tokensFor(new Browser(app()))
    const jwt = await protocol.tokensFor(new Browser(app()), { resource: portalApi, scope: 'openid invoices:read' })
    const answers = [
      await protocol.post(
        tokenPath,
        { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) },
        portal,
      ),
      await protocol.post(tokenPath, { grant_type: 'refresh_token', refresh_token: 'x' }, portal),
      await protocol.post(tokenPath, {}),
      await protocol.userinfo(tokens['access_token']),
      await protocol.userinfo(jwt['access_token']),
      await protocol.userinfo('x'),
      await protocol.userinfo('x.y.z'),
      ...(await Promise.all(
        ['introspect', 'revoke'].flatMap((part) =>
          [tokens['access_token'], jwt['access_token'], 'x', 'x.y.z'].map((token) =>
            protocol.post(`${issuerPath}/oauth2/${part}`, { token: String(token) }, portal),
          ),
        ),
      )),
    ]
    for (const { headers } of answers) {
      expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    }
  })

  it('is read by scripts of the browser application that it is for, from its own origin, and by no others (HD10)', async () => {
    const { code, verifier } = await protocol.codeFor(new Browser(app()), {
      client_id: kiosk.clientId,
      redirect_uri: kiosk.redirectUri,
      scope: 'openid',
    })
    const redeemed = await protocol.post(tokenPath, {
      grant_type: 'authorization_code',
      client_id: kiosk.clientId,
      redirect_uri: kiosk.redirectUri,
      code,
      code_verifier: verifier,
    })
    const tokens = redeemed.json<Record<string, unknown>>()
    const own = 'http://localhost:4300'
    const others = [
      'https://evil.example',
      'null',
      origin,
      'http://portal.localhost:4100',
      `${own}.evil.example`,
      `${own}/`,
    ]
    const ask = (from: string, url: string, headers: Record<string, string> = {}, payload?: string) =>
      app().inject({
        method: payload === undefined ? 'GET' : 'POST',
        url,
        headers: {
          host: 'localhost:4000',
          origin: from,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      })
    const userinfo = (from: string) =>
      ask(from, `${issuerPath}/userinfo`, { authorization: `Bearer ${String(tokens['access_token'])}` })
    const unknown = (from: string) => ask(from, tokenPath, {}, 'grant_type=authorization_code&client_id=nobody&code=x')
    const refused = (from: string) => ask(from, tokenPath, {}, 'grant_type=authorization_code&client_id=kiosk&code=x')
    const preflight = (from: string) =>
      app().inject({
        method: 'OPTIONS',
        url: tokenPath,
        headers: {
          origin: from,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'dpop',
        },
      })
    for (const answer of [userinfo, unknown, refused, preflight]) {
      const { headers } = await answer(own)
      expect(headers['access-control-allow-origin']).toBe(own)
      expect(headers['access-control-allow-credentials']).toBeUndefined()
      for (const from of others) {
        const names = Object.keys((await answer(from)).headers)
        expect([from, names.filter((name) => name.startsWith('access-control-'))]).toStrictEqual([from, []])
      }
    }
    // What is for another client is not read there, whatever origin asks for it.
    const ofPortal = await protocol.post(tokenPath, { grant_type: 'authorization_code', code: 'x' }, portal, {
      origin: own,
    })
    expect(ofPortal.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('for an application with a secret is not read by scripts of any origin (HD10)', async () => {
    for (const from of ['https://evil.example', 'null', origin, 'http://portal.localhost:4100']) {
      const answer = await protocol.post(tokenPath, { grant_type: 'client_credentials' }, gateway, { origin: from })
      expect([from, answer.headers['access-control-allow-origin']]).toStrictEqual([from, undefined])
    }
  })
})
