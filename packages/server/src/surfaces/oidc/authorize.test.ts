import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertClient } from '../../features/clients/index.ts'
import { Browser, authorization, issuerPath, redeem } from '../../testing/browser.ts'
import { guidOf, origin, portal, tenantId } from '../../testing/open-server.ts'
import {
  issuer,
  kiosk,
  openProtocol,
  partsOf,
  password,
  portalApi,
  reports,
  username,
} from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

let protocol: Protocol

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const inject = (url: string, headers: Record<string, string> = {}) => protocol.house.server.app.inject({ url, headers })
/** What comes back to the application, or undefined when the browser is kept here. */
const answerOf = async (extra: Readonly<Record<string, string>>, path = issuerPath) => {
  const response = await inject(authorization(extra, path).url)
  const { location } = response.headers
  const target = typeof location === 'string' ? new URL(location, origin) : undefined
  return {
    response,
    target,
    params: target?.searchParams,
    isAtApplication: target !== undefined && target.origin !== origin,
  }
}
const without = (name: string): string => {
  const url = new URL(authorization().url, origin)
  url.searchParams.delete(name)
  return url.pathname + url.search
}

describe('what an issuer says of itself', () => {
  it('is exact: only what is really served (OpenID Connect Discovery 1.0 §3, RFC 8414 §2)', async () => {
    const response = await inject(`${issuerPath}/.well-known/openid-configuration`)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toStrictEqual({
      issuer,
      authorization_endpoint: `${issuer}/oauth2/authorize`,
      token_endpoint: `${issuer}/oauth2/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      revocation_endpoint: `${issuer}/oauth2/revoke`,
      introspection_endpoint: `${issuer}/oauth2/introspect`,
      end_session_endpoint: `${issuer}/oidc/logout`,
      acr_values_supported: ['urn:gatehouse:acr:password'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_session_supported: true,
      backchannel_logout_supported: true,
      claim_types_supported: ['normal'],
      claims_parameter_supported: false,
      claims_supported: [
        'sub',
        'acr',
        'amr',
        'auth_time',
        'name',
        'preferred_username',
        'updated_at',
        'email',
        'email_verified',
        'organization_id',
        'organization_name',
        'biller_guid',
        'sign_in_route',
        'sid',
        'iss',
      ],
      code_challenge_methods_supported: ['S256'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      id_token_signing_alg_values_supported: ['ES256'],
      pushed_authorization_request_endpoint: `${issuer}/oauth2/par`,
      request_uri_parameter_supported: false,
      response_modes_supported: ['form_post', 'fragment', 'query'],
      response_types_supported: ['code'],
      scopes_supported: [
        'openid',
        'profile',
        'email',
        'organization',
        'view_ss_profile',
        'manage_ss_profile',
        'offline_access',
      ],
      subject_types_supported: ['public'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA'],
    })
  })

  it('is the same under the OAuth name (RFC 8414 §3)', async () => {
    const [openid, oauth] = await Promise.all([
      inject(`${issuerPath}/.well-known/openid-configuration`),
      inject(`${issuerPath}/.well-known/oauth-authorization-server`),
    ])
    expect(oauth.json()).toStrictEqual(openid.json())
  })

  it('publishes keys without any private part (JW12)', async () => {
    const keys = (await inject(`${issuerPath}/.well-known/jwks.json`)).json<{ keys: Record<string, unknown>[] }>().keys
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toStrictEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })
    }
  })

  it('is not changed by any header a client sends (HD02)', async () => {
    const plain = await inject(`${issuerPath}/.well-known/openid-configuration`)
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-proto': 'https' },
      { 'x-forwarded-port': '444', 'x-forwarded-prefix': '/evil' },
      { forwarded: 'host=evil.example;proto=https' },
      { 'x-original-url': '/evil', 'x-rewrite-url': '/evil', 'x-original-host': 'evil.example' },
    ]) {
      const other = await inject(`${issuerPath}/.well-known/openid-configuration`, headers)
      expect(other.body).toBe(plain.body)
    }
  })

  it('is 404 for an issuer that is not there, in every tenant and part of the protocol', async () => {
    for (const path of ['/harbor/nowhere', '/nowhere/portal', '/harbor/PORTAL', '/harbor/%00']) {
      for (const part of ['/.well-known/openid-configuration', '/oauth2/authorize', '/oidc/logout']) {
        expect([path + part, (await inject(path + part)).statusCode]).toStrictEqual([path + part, 404])
      }
    }
  })

  it('is not reached by another spelling of its path (HD12)', async () => {
    for (const path of ['/%68arbor/portal', '//harbor/portal', '/harbor//portal', '/harbor/portal/..;']) {
      const response = await inject(`${path}/.well-known/openid-configuration`)
      expect([path, response.statusCode]).toStrictEqual([path, 404])
    }
  })
})

describe('the answer to the application', () => {
  it('names the issuer exactly as discovery does, with success and with refusal (AZ19, RFC 9207 §2)', async () => {
    const { page } = await protocol.codeFor(new Browser(protocol.house.server.app))
    expect(new URL(page.url).searchParams.get('iss')).toBe(issuer)
    expect(new URL(page.url).searchParams.get('state')).toBe('state-1')
    const refused = await answerOf({ prompt: 'none' })
    expect(refused.params?.get('iss')).toBe(issuer)
  })

  it('goes only to a registered address, compared character by character (AZ01, AZ04, RFC 9700 §2.1)', async () => {
    const [base] = [portal.redirectUri]
    const wrong = [
      `${base}/`,
      `${base}/more`,
      `${base}?x=1`,
      `${base}#f`,
      `${base}/..`,
      `${base}/../callback`,
      base.replace('/callback', '/Callback'),
      base.replace('/callback', '%2Fcallback'),
      base.replace('/callback', '//callback'),
      base.replace(':4100', ':4101'),
      base.replace(':4100', ''),
      base.replace('http://', 'https://'),
      base.replace('http://', 'HTTP://'),
      base.replace('portal.localhost', 'PORTAL.localhost'),
      base.replace('portal.localhost:4100', 'portal.localhost:4100@evil.example'),
      base.replace('portal.localhost:4100', 'evil.example\\@portal.localhost:4100'),
      base.replace('portal.localhost', 'portal.localhost.evil.example'),
      `${base}\r\n`,
      ` ${base}`,
    ]
    for (const uri of wrong) {
      const { response } = await answerOf({ redirect_uri: uri })
      expect([uri, response.statusCode]).toStrictEqual([uri, 400])
      expect([uri, response.headers.location]).toStrictEqual([uri, undefined])
      expect(response.body).toContain('invalid_redirect_uri')
    }
  })

  it('does not go to another port or spelling of localhost for a web application (AZ04)', async () => {
    for (const uri of [
      'http://localhost:4301/callback',
      'http://127.0.0.1:4300/callback',
      'http://[::1]:4300/callback',
    ]) {
      const { response } = await answerOf({ client_id: kiosk.clientId, redirect_uri: uri, scope: 'openid' })
      expect([uri, response.statusCode]).toStrictEqual([uri, 400])
      expect([uri, response.headers.location]).toStrictEqual([uri, undefined])
    }
  })

  it('does not go to a scheme that runs or invents something, asked for or even registered (AZ02)', async () => {
    const schemes = ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'com.evil.app:/callback']
    for (const [at, uri] of schemes.entries()) {
      expect([uri, (await answerOf({ redirect_uri: uri })).response.statusCode]).toStrictEqual([uri, 400])
      const clientId = `scheme-${at}`
      await protocol.house.db.transaction((tx) =>
        insertClient(
          tx,
          {
            clientId,
            tenantId,
            workspaceId: 'portal',
            name: 'Scheme',
            isEnabled: true,
            settings: {
              authentication: 'none',
              grantTypes: ['authorization_code'],
              redirectUris: [uri],
              postLogoutRedirectUris: [],
              scopes: ['openid'],
              isFirstParty: true,
              applicationType: 'web',
            },
            secretHashes: [],
            revision: 1,
          },
          protocol.house.clock.now(),
        ),
      )
      const { response } = await answerOf({ client_id: clientId, redirect_uri: uri, scope: 'openid' })
      expect([uri, response.statusCode]).toStrictEqual([uri, 400])
      expect([uri, response.headers.location]).toStrictEqual([uri, undefined])
      expect(response.body).not.toContain(`href="${uri}`)
    }
  })

  it('is kept here when client or address is wrong, whatever else is wrong (AZ03)', async () => {
    for (const extra of [
      { redirect_uri: 'https://evil.example/', response_type: 'token' },
      { redirect_uri: 'https://evil.example/', prompt: 'none' },
      { redirect_uri: 'https://evil.example/', scope: 'nonsense' },
      { client_id: 'nobody' },
      { client_id: 'crm' },
      { client_id: reports.clientId },
    ]) {
      const { response } = await answerOf(extra)
      expect([JSON.stringify(extra), response.statusCode]).toStrictEqual([JSON.stringify(extra), 400])
      expect(response.headers.location).toBeUndefined()
      expect(response.headers['content-type']).toContain('text/html')
    }
    expect((await inject(without('redirect_uri'))).statusCode).toBe(400)
    expect((await inject(without('client_id'))).statusCode).toBe(400)
  })

  it('never carries a token: code is the only response type (AZ06)', async () => {
    for (const type of ['token', 'id_token', 'none', 'code token', 'code id_token', 'id_token token']) {
      const { target, isAtApplication } = await answerOf({ response_type: type })
      expect([type, isAtApplication]).toStrictEqual([type, true])
      const said = new URLSearchParams(target?.hash === '' ? target.search : target?.hash.slice(1))
      expect([type, said.get('error')]).toStrictEqual([type, 'unsupported_response_type'])
      expect(said.get('access_token')).toBeNull()
    }
  })

  it('does not come in a mode that is not served (AZ07)', async () => {
    for (const mode of ['web_message', 'jwt', 'query.jwt', 'nonsense']) {
      const { params } = await answerOf({ response_mode: mode })
      expect([mode, params?.get('error')]).toStrictEqual([mode, 'unsupported_response_mode'])
    }
  })

  it('says login_required for prompt=none without a session, and begins nothing (AZ08, OpenID Connect Core §3.1.2.6)', async () => {
    const flows = async () => (await protocol.house.db.reader.selectFrom('artifacts').select('kind').execute()).length
    const before = await flows()
    const { response, params } = await answerOf({ prompt: 'none' })
    expect(params?.get('error')).toBe('login_required')
    expect(params?.get('code')).toBeNull()
    expect(response.headers['set-cookie']).toBeUndefined()
    expect(response.headers['x-frame-options']).toBe('DENY')
    expect(await flows()).toBe(before)
  })

  it('says the same login_required when the session is of a user who was ended (OpenID Connect Core §3.1.2.6)', async () => {
    const browser = new Browser(protocol.house.server.app)
    const ada = await protocol.house.addPoolUser({ biller: 'newtown', username: 'silent.ada', password })
    let page = await browser.get(authorization().url)
    page = await browser.submit(page, { username: 'silent.ada' }, '/username')
    await browser.submit(page, { password }, '/password')
    expect(
      new URL((await browser.get(authorization({ prompt: 'none' }).url)).url).searchParams.get('code'),
    ).not.toBeNull()
    await protocol.house.db.transaction((tx) =>
      tx.updateTable('users').set({ status: 'inactive' }).where('user_id', '=', ada.userId).execute(),
    )
    const silent = await browser.get(authorization({ prompt: 'none' }).url)
    expect(new URL(silent.url).searchParams.get('error')).toBe('login_required')
  })

  it('refuses request objects by value and by reference, and fetches nothing (AZ09)', async () => {
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"client_id":"portal"}').toString('base64url')}.`
    expect((await answerOf({ request: none })).params?.get('error')).toBe('request_not_supported')
    for (const uri of ['http://127.0.0.1:1/x', 'http://169.254.169.254/', 'https://evil.example/request.jwt']) {
      expect([uri, (await answerOf({ request_uri: uri })).params?.get('error')]).toStrictEqual([
        uri,
        'request_uri_not_supported',
      ])
    }
    const guessed = await answerOf({ request_uri: 'urn:ietf:params:oauth:request_uri:guessed' })
    expect(guessed.params?.get('error')).toBe('invalid_request_uri')
  })

  it('does not widen scopes: known ones that are not registered are refused, unknown ones are dropped (AZ12)', async () => {
    const foreign = await answerOf({
      client_id: kiosk.clientId,
      redirect_uri: kiosk.redirectUri,
      scope: 'openid email',
    })
    expect(foreign.params?.get('error')).toBe('invalid_scope')
    const tokens = await protocol.tokensFor(new Browser(protocol.house.server.app), {
      scope: 'openid identity manage_configuration admin',
    })
    expect(tokens['scope']).toBe('openid')
    const resource = await answerOf({ resource: `${origin}/api`, scope: 'openid identity' })
    expect(resource.params?.get('error')).toBe('invalid_target')
  })
})

describe('proof key for code exchange', () => {
  const app = () => protocol.house.server.app

  it('is required, by S256 only, also of confidential clients (TK05, RFC 9700 §2.1.1)', async () => {
    for (const url of [without('code_challenge'), without('code_challenge_method')]) {
      const response = await inject(url)
      expect([url, new URL(String(response.headers.location)).searchParams.get('error')]).toStrictEqual([
        url,
        'invalid_request',
      ])
    }
    expect((await answerOf({ code_challenge_method: 'plain' })).params?.get('error')).toBe('invalid_request')
    expect((await answerOf({ code_challenge: 'x'.repeat(42) })).params?.get('error')).toBe('invalid_request')
    expect((await answerOf({ code_challenge: 'x'.repeat(129) })).params?.get('error')).toBe('invalid_request')
  })

  it('refuses a verifier that is missing, too short, too long, not allowed or of another code (TK05, RFC 7636 §4.6)', async () => {
    const browser = new Browser(app())
    const other = await protocol.codeFor(browser)
    const { code, verifier } = await protocol.codeFor(browser)
    for (const wrong of ['', verifier.slice(0, 42), 'x'.repeat(129), `${verifier.slice(0, -1)} `, other.verifier]) {
      const answer = await redeem(app(), code, wrong)
      expect([wrong, answer.status]).toStrictEqual([wrong, 400])
      expect(['invalid_grant', 'invalid_request']).toContain(answer.body['error'])
    }
    // None of it spent the code.
    expect((await redeem(app(), code, verifier)).status).toBe(200)
    expect((await redeem(app(), other.code, other.verifier)).status).toBe(200)
  })
})

describe('an organization as issuer', () => {
  const path = `/${tenantId}/newtown`

  it('has an `iss` of its own and the keys and clients of its parent', async () => {
    const discovery = (await inject(`${path}/.well-known/openid-configuration`)).json<Record<string, unknown>>()
    expect(discovery['issuer']).toBe(`${origin}${path}`)
    expect(discovery['token_endpoint']).toBe(`${origin}${path}/oauth2/token`)
    const [own, parents] = await Promise.all([
      inject(`${path}/.well-known/jwks.json`),
      inject(`${issuerPath}/.well-known/jwks.json`),
    ])
    expect(own.json()).toStrictEqual(parents.json())
    const { page, code, verifier } = await protocol.codeFor(new Browser(protocol.house.server.app), {}, path)
    expect(new URL(page.url).searchParams.get('iss')).toBe(`${origin}${path}`)
    const tokens = await protocol.post(
      `${path}/oauth2/token`,
      { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: portal.redirectUri },
      portal,
    )
    expect(tokens.statusCode).toBe(200)
    expect(partsOf(tokens.json<Record<string, unknown>>()['id_token']).claims).toMatchObject({
      iss: `${origin}${path}`,
      organization_id: 'newtown',
    })
  })

  it('signs in nobody of another organization', async () => {
    const browser = new Browser(protocol.house.server.app)
    const first = await browser.get(authorization({}, `/${tenantId}/oldtown`).url)
    const second = await browser.submit(first, { username }, '/username')
    const last = await browser.submit(second, { password }, '/password')
    expect(last.body).toContain('That username and password do not match.')
  })

  it('takes no code, token or session that another issuer gave (RFC 9207 §1)', async () => {
    const { app } = protocol.house.server
    const browser = new Browser(app)
    for (const foreign of ['newtown', 'oldtown']) {
      const { code, verifier } = await protocol.codeFor(browser)
      const redeemed = await protocol.post(
        `/${tenantId}/${foreign}/oauth2/token`,
        { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: portal.redirectUri },
        portal,
      )
      expect([foreign, [redeemed.statusCode, redeemed.json<{ error: string }>().error]]).toStrictEqual([
        foreign,
        [400, 'invalid_grant'],
      ])
      const tokens = await protocol.tokensFor(browser)
      const refreshed = await protocol.post(
        `/${tenantId}/${foreign}/oauth2/token`,
        { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) },
        portal,
      )
      expect([foreign, refreshed.statusCode]).toStrictEqual([foreign, 400])
      expect([
        foreign,
        (await protocol.userinfo(tokens['access_token'], `/${tenantId}/${foreign}`)).statusCode,
      ]).toStrictEqual([foreign, 401])
      const cookie = browser.cookies.get(`${tenantId}.portal.session`) ?? ''
      const silent = await inject(authorization({ prompt: 'none' }, `/${tenantId}/${foreign}`).url, {
        cookie: `${tenantId}.${foreign}.session=${cookie}`,
      })
      expect([foreign, new URL(String(silent.headers.location)).searchParams.get('error')]).toStrictEqual([
        foreign,
        'login_required',
      ])
    }
  })

  it('is asked for by the parameter: a session of another organization proves itself again', async () => {
    const browser = new Browser(protocol.house.server.app)
    await protocol.codeFor(browser)
    const same = await browser.get(authorization({ organization: 'newtown' }).url)
    expect(new URL(same.url).searchParams.get('code')).not.toBeNull()
    const other = await browser.get(authorization({ organization: 'oldtown' }).url)
    expect(other.status).toBe(200)
    expect(other.url).toContain('/sign-in/')
    const silent = await browser.get(authorization({ organization: 'oldtown', prompt: 'none' }).url)
    expect(new URL(silent.url).searchParams.get('error')).toBe('login_required')
  })
})

describe("a biller's own address", () => {
  it('sends the person to the portal with the organization fixed (OpenID Connect Core §4)', async () => {
    const response = await inject(`/b/${guidOf('newtown')}`, {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
    })
    expect(response.statusCode).toBe(303)
    const target = new URL(String(response.headers.location))
    expect(target.origin + target.pathname).toBe('http://portal.localhost:4100/login')
    expect(Object.fromEntries(target.searchParams)).toStrictEqual({ iss: issuer, organization: 'newtown' })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('answers unknown, switched off and misspelt the same, byte for byte', async () => {
    await protocol.house.db.transaction((tx) =>
      tx
        .updateTable('billers')
        .set({ is_custom_url_enabled: false })
        .where('biller_guid', '=', guidOf('both'))
        .execute(),
    )
    const comparable = async (guid: string) => {
      const { statusCode, headers, body } = await inject(`/b/${guid}`)
      const nonce = /nonce-([\w-]+)/.exec(String(headers['content-security-policy']))?.[1] ?? ''
      const requestId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/
      const { 'content-security-policy': policy, date: _date, ...rest } = headers
      return {
        statusCode,
        rest,
        policy: String(policy).replaceAll(nonce, ''),
        body: body.replaceAll(nonce, '').replace(requestId, ''),
      }
    }
    const unknown = await comparable('99999999-9999-4999-8999-999999999999')
    expect(unknown.statusCode).toBe(404)
    expect(await comparable(guidOf('both'))).toStrictEqual(unknown)
    expect(await comparable('not-a-guid')).toStrictEqual(unknown)
    expect(await comparable(portalApi.replaceAll(/\W/g, ''))).toStrictEqual(unknown)
  })
})
