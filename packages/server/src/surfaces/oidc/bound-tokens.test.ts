import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath } from '../../testing/browser.ts'
import { origin } from '../../testing/open-server.ts'
import {
  basic,
  gateway,
  issuer,
  kiosk,
  openProtocol,
  partsOf,
  password,
  portalApi,
  staff,
  username,
} from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'

let protocol: Protocol
const app = () => protocol.house.server.app
const tokenPath = `${issuerPath}/oauth2/token`

beforeAll(async () => {
  protocol = await openProtocol()
  await app().listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => protocol.close())

/** The real server on whatever port it got, under the name that it goes by. */
const toServer: openid.CustomFetch = (url, options) => {
  const { port } = app().server.address() as AddressInfo
  const { body, headers, method, redirect, signal } = options
  return globalThis.fetch(url.replace(origin, `http://127.0.0.1:${port}`), {
    ...(body === undefined ? {} : { body: body as string }),
    headers,
    method,
    redirect,
    ...(signal === undefined ? {} : { signal }),
  })
}

async function stranger(client: TestClient): Promise<openid.Configuration> {
  return openid.discovery(
    new URL(issuer),
    client.clientId,
    undefined,
    client.secret === '' ? openid.None() : openid.ClientSecretBasic(client.secret),
    // oxlint-disable-next-line typescript/no-deprecated -- the test server speaks http; that is all the mark is about
    { execute: [openid.allowInsecureRequests], [openid.customFetch]: toServer },
  )
}

async function arrive(browser: Browser, url: string): Promise<URL> {
  let page = await browser.get(url)
  if (page.status === 200) page = await browser.submit(page, { username }, '/username')
  if (page.status === 200) page = await browser.submit(page, { password }, '/password')
  return new URL(page.url)
}

/** A key of an attacker or of a client, and proofs made with it by hand. */
async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  let serial = 0
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    async proof(claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}) {
      serial += 1
      const all = { htm: 'POST', iat: protocol.house.clock.nowSeconds(), jti: `proof-${jwk.x}-${serial}`, ...claims }
      return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey)
    },
  }
}
type Key = Awaited<ReturnType<typeof newKey>>

/** The nonce that the server wants in proofs now. */
async function currentNonce(key: Key): Promise<string> {
  const proof = await key.proof({ htu: `${issuer}/oauth2/token` })
  const refresh = { grant_type: 'refresh_token', refresh_token: 'x', client_id: kiosk.clientId }
  const answer = await protocol.post(tokenPath, refresh, undefined, { dpop: proof })
  expect([answer.statusCode, answer.json<{ error: string }>().error]).toStrictEqual([400, 'use_dpop_nonce'])
  return String(answer.headers['dpop-nonce'])
}

async function tokenWith(
  proof: string | undefined,
  fields: Readonly<Record<string, string>>,
  client: TestClient = kiosk,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await protocol.post(
    tokenPath,
    client.secret === '' ? { ...fields, client_id: client.clientId } : fields,
    undefined,
    {
      ...(proof === undefined ? {} : { dpop: proof }),
      ...(client.secret === '' ? {} : { authorization: basic(client) }),
    },
  )
  return { status: answer.statusCode, body: answer.json() }
}

/** Tokens of the public application, bound to a key. */
async function boundTokens(key: Key, extra: Readonly<Record<string, string>> = {}) {
  const { url, verifier } = authorization({
    client_id: kiosk.clientId,
    redirect_uri: kiosk.redirectUri,
    scope: 'openid',
    ...extra,
  })
  const code = (await arrive(new Browser(app()), url)).searchParams.get('code') ?? ''
  const nonce = await currentNonce(key)
  const answer = await tokenWith(await key.proof({ htu: `${issuer}/oauth2/token`, nonce }), {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: kiosk.redirectUri,
  })
  expect(answer.status).toBe(200)
  return { nonce, body: answer.body, refreshToken: String(answer.body['refresh_token']) }
}

const hashOf = (token: unknown): string => createHash('sha256').update(String(token)).digest('base64url')

describe('an application that knows only the standards', () => {
  it('pushes its request, binds its tokens to a key, reads who signed in and refreshes (RFC 9126, RFC 9449)', async () => {
    const config = await stranger(staff)
    expect(config.serverMetadata()).toMatchObject({
      pushed_authorization_request_endpoint: `${issuer}/oauth2/par`,
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    })
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const [state, nonce] = [openid.randomState(), openid.randomNonce()]
    const url = await openid.buildAuthorizationUrlWithPAR(
      config,
      {
        redirect_uri: staff.redirectUri,
        scope: 'openid profile invoices:read',
        resource: portalApi,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      },
      { DPoP },
    )
    expect([...url.searchParams.keys()].toSorted()).toStrictEqual(['client_id', 'request_uri'])
    const arrived = await arrive(new Browser(app()), url.pathname + url.search)
    const checks = { pkceCodeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
    const tokens = await openid.authorizationCodeGrant(config, arrived, checks, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const thumbprint = await DPoP.calculateThumbprint()
    expect(partsOf(tokens.access_token).claims['cnf']).toStrictEqual({ jkt: thumbprint })
    const person = await openid.fetchUserInfo(config, tokens.access_token, protocol.user.userId, { DPoP })
    expect(person.sub).toBe(protocol.user.userId)
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(partsOf(next.access_token).claims['cnf']).toStrictEqual({ jkt: thumbprint })
    const introspected = await protocol.post(`${issuerPath}/oauth2/introspect`, { token: next.access_token }, gateway)
    expect(introspected.json()).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: thumbprint } })
  })

  it('without a key gets nothing where a key is required (RFC 9449 §5.2)', async () => {
    const config = await stranger(staff)
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const url = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: staff.redirectUri,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const arrived = await arrive(new Browser(app()), url.pathname + url.search)
    await expect(openid.authorizationCodeGrant(config, arrived, { pkceCodeVerifier })).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })
})

describe('a refresh token of a public application that is bound to a key', () => {
  it('is nothing without the key or with another, and unharmed by the attempt (RT09, RFC 9449 §5)', async () => {
    const [own, other] = [await newKey(), await newKey()]
    const { nonce, refreshToken } = await boundTokens(own)
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const htu = `${issuer}/oauth2/token`
    for (const proof of [undefined, await other.proof({ htu, nonce })]) {
      expect(await tokenWith(proof, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    }
    expect((await tokenWith(await own.proof({ htu, nonce }), fields)).status).toBe(200)
  })

  it('gives its answer again to the same key only (RT01, RT09)', async () => {
    const [own, other] = [await newKey(), await newKey()]
    const { nonce, refreshToken } = await boundTokens(own)
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const htu = `${issuer}/oauth2/token`
    const first = await tokenWith(await own.proof({ htu, nonce }), fields)
    expect((await tokenWith(await other.proof({ htu, nonce }), fields)).status).toBe(400)
    expect((await tokenWith(undefined, fields)).status).toBe(400)
    const again = await tokenWith(await own.proof({ htu, nonce }), fields)
    expect(again).toStrictEqual(first)
  })

  it('of a confidential application is not bound, but its repeated answer is (RT01, RFC 9449 §5)', async () => {
    const [own, other] = [await newKey(), await newKey()]
    const config = await stranger(staff)
    const verifier = openid.randomPKCECodeVerifier()
    const url = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: staff.redirectUri,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const code = (await arrive(new Browser(app()), url.pathname + url.search)).searchParams.get('code') ?? ''
    const nonce = await currentNonce(own)
    const htu = `${issuer}/oauth2/token`
    const redeemed = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: staff.redirectUri,
    }
    const given = await tokenWith(await own.proof({ htu, nonce }), redeemed, staff)
    const fields = { grant_type: 'refresh_token', refresh_token: String(given.body['refresh_token']) }
    const first = await tokenWith(await own.proof({ htu, nonce }), fields, staff)
    expect(first.status).toBe(200)
    const foreign = await tokenWith(await other.proof({ htu, nonce }), fields, staff)
    expect(foreign).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await tokenWith(await own.proof({ htu, nonce }), fields, staff)).toStrictEqual(first)
  })
})

describe('a proof of a key (RFC 9449 §4.3)', () => {
  it('is taken for one request of one address, with a nonce of ours (RT09)', async () => {
    const key = await newKey()
    const { nonce, refreshToken } = await boundTokens(key)
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const htu = `${issuer}/oauth2/token`
    const now = protocol.house.clock.nowSeconds()
    const wrong: Readonly<Record<string, unknown>>[] = [
      { htu, nonce, htm: 'GET' },
      { htu: `${issuer}/oauth2/par`, nonce },
      { htu: `${origin}/harbor/system/oauth2/token`, nonce },
      { htu: 'https://evil.example/oauth2/token', nonce },
      { htu: undefined, nonce },
      { htu, nonce, jti: undefined },
      { htu, nonce, iat: undefined },
      { htu, nonce: 'x'.repeat(43) },
      { htu, nonce: undefined, iat: now - 301 },
      { htu, nonce: undefined },
    ]
    for (const claims of wrong) {
      const answer = await tokenWith(await key.proof(claims), fields)
      expect([JSON.stringify(claims), answer.status]).toStrictEqual([JSON.stringify(claims), 400])
      expect(['invalid_dpop_proof', 'use_dpop_nonce']).toContain(answer.body['error'])
    }
    const private_ = { alg: 'none' }
    for (const proof of [
      'x',
      'a.b.c',
      await key.proof({ htu, nonce }, { typ: 'JWT' }),
      `${Buffer.from(JSON.stringify(private_)).toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
    ]) {
      expect(await tokenWith(proof, fields)).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } })
    }
    expect((await tokenWith(await key.proof({ htu, nonce }), fields)).status).toBe(200)
  })

  it('ends with its nonce, some minutes later (RFC 9449 §8)', async () => {
    const key = await newKey()
    const { nonce, refreshToken } = await boundTokens(key)
    protocol.passTime(300)
    const proof = await key.proof({ htu: `${issuer}/oauth2/token`, nonce })
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect(await tokenWith(proof, fields)).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } })
    const fresh = await key.proof({ htu: `${issuer}/oauth2/token`, nonce: await currentNonce(key) })
    expect((await tokenWith(fresh, fields)).status).toBe(200)
  })

  it('that was shown is refused the second time, and five times at one moment lets in one (RT09)', async () => {
    const key = await newKey()
    const { nonce, body, refreshToken } = await boundTokens(key)
    const proof = await key.proof({ htu: `${issuer}/oauth2/token`, nonce })
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await tokenWith(proof, fields)).status).toBe(200)
    expect(await tokenWith(proof, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    const access = String(body['access_token'])
    const ath = hashOf(access)
    const shown = await key.proof({ htm: 'GET', htu: `${issuer}/userinfo`, nonce, ath })
    const headers = { authorization: `DPoP ${access}`, dpop: shown }
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => app().inject({ url: `${issuerPath}/userinfo`, headers })),
    )
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toStrictEqual([
      200, 401, 401, 401, 401,
    ])
  })

  it('once shown in a request that lost its race is spent too (RT09)', async () => {
    const key = await newKey()
    const { nonce, refreshToken } = await boundTokens(key)
    const htu = `${issuer}/oauth2/token`
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await tokenWith(await key.proof({ htu, nonce }), fields)).status).toBe(200)
    const proof = await key.proof({ htu, nonce })
    expect((await tokenWith(proof, fields)).status).toBe(200)
    expect(await tokenWith(proof, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})

describe('a bound access token', () => {
  it('is nothing at userinfo without its key, opaque or not (RT09, RFC 9449 §7)', async () => {
    const [own, other] = [await newKey(), await newKey()]
    const opaque = await boundTokens(own)
    const htu = `${issuer}/userinfo`
    const token = String(opaque.body['access_token'])
    const { nonce } = opaque
    const ask = async (scheme: string, dpop?: string) =>
      (
        await app().inject({
          url: `${issuerPath}/userinfo`,
          headers: { authorization: `${scheme} ${token}`, ...(dpop === undefined ? {} : { dpop }) },
        })
      ).statusCode
    const ath = hashOf(token)
    expect(await ask('Bearer')).toBe(401)
    expect(await ask('DPoP')).not.toBe(200)
    for (const proof of [
      await other.proof({ htm: 'GET', htu, nonce, ath }),
      await own.proof({ htm: 'GET', htu, nonce }),
      await own.proof({ htm: 'GET', htu, nonce, ath: hashOf('another') }),
      await own.proof({ htm: 'POST', htu, nonce, ath }),
      await own.proof({ htm: 'GET', htu: `${issuer}/oauth2/token`, nonce, ath }),
    ]) {
      expect(await ask('DPoP', proof)).toBe(401)
    }
    expect(await ask('Bearer', await own.proof({ htm: 'GET', htu, nonce, ath }))).not.toBe(200)
    expect(await ask('DPoP', await own.proof({ htm: 'GET', htu, nonce, ath }))).toBe(200)
  })

  it('that is a JWT is nothing as a bearer token (RT09)', async () => {
    const config = await stranger(staff)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const verifier = openid.randomPKCECodeVerifier()
    const url = await openid.buildAuthorizationUrlWithPAR(
      config,
      {
        redirect_uri: staff.redirectUri,
        scope: 'openid invoices:read',
        resource: portalApi,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      },
      { DPoP },
    )
    const arrived = await arrive(new Browser(app()), url.pathname + url.search)
    const tokens = await openid.authorizationCodeGrant(config, arrived, { pkceCodeVerifier: verifier }, undefined, {
      DPoP,
    })
    expect((await protocol.userinfo(tokens.access_token)).statusCode).toBe(401)
    const other = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    await expect(
      openid.fetchUserInfo(config, tokens.access_token, protocol.user.userId, { DPoP: other }),
    ).rejects.toMatchObject({ status: 401 })
  })
})
