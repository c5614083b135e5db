import type { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { json, scriptedWorld } from './platform/testing/scripted-world.ts'
import type { SentRequest } from './platform/testing/scripted-world.ts'
import { secureAuthIn } from './secure-auth.ts'
import type { Credentials } from './tokens.ts'

const bySecret: Credentials = { clientId: 'crm', clientSecret: 'secret' }
const inPool = { ipID: 'staff' }
const challenge = { 'www-authenticate': 'Bearer realm="management", error="invalid_token"' }

function opened(
  script: Parameters<typeof scriptedWorld>[0] = () => json(200, { users: [] }),
  options: Parameters<typeof scriptedWorld>[1] = {},
  credentials: Credentials = bySecret,
) {
  const scripted = scriptedWorld(script, options)
  const settings = { baseUrl: 'https://id.example', tenant: 'acme', credentials }
  return { ...scripted, api: secureAuthIn(scripted.world, settings) }
}

const tokenOf = (request: SentRequest | undefined): string | null | undefined => request?.headers.get('authorization')
const formOf = (request: SentRequest | undefined) => Object.fromEntries(new URLSearchParams(request?.body))

describe('the token', () => {
  it('is asked for once, however many calls begin at the same time, and kept', async () => {
    const { api, calls, tokenRequests } = opened()
    await Promise.all(Array.from({ length: 50 }, () => api.identity.systemListUsers(inPool)))
    await api.identity.systemListUsers(inPool)
    expect(tokenRequests).toHaveLength(1)
    expect(tokenRequests[0]).toMatchObject({ method: 'POST', url: 'https://id.example/acme/system/oauth2/token' })
    expect(new Set(calls.map(tokenOf))).toStrictEqual(new Set(['Bearer token-1']))
  })

  it('is renewed half a minute before its end', async () => {
    const { api, calls, pass } = opened()
    await api.identity.systemListUsers(inPool)
    pass(569_000)
    await api.identity.systemListUsers(inPool)
    pass(1000)
    await api.identity.systemListUsers(inPool)
    expect(calls.map(tokenOf)).toStrictEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
  })

  it('is renewed once when the server does not take it, for all calls together, those that change something too', async () => {
    const { api, calls, tokenRequests } = opened((request) =>
      tokenOf(request) === 'Bearer token-1' ? json(401, {}, challenge) : json(201, { id: 'u' }),
    )
    await Promise.all(
      Array.from({ length: 10 }, () => api.identity.systemCreateUser({ ...inPool, body: { status: 'active' } })),
    )
    expect(tokenRequests).toHaveLength(2)
    expect(calls).toHaveLength(20)
  })

  it('that is refused again is the end of the call', async () => {
    const { api, calls } = opened(() => json(401, { error: 'no', error_code: 'caller.unauthenticated' }, challenge))
    await expect(api.identity.systemListUsers(inPool)).rejects.toMatchObject({ code: 'caller.unauthenticated' })
    expect(calls).toHaveLength(2)
  })

  it('is not to blame for a password that is wrong, which is tried once', async () => {
    const { api, calls } = opened(() => json(401, { error: 'no', error_code: 'password.incorrect' }))
    const body = { old_password: 'a', new_password: 'b' }
    await expect(api.identity.changePassword({ ...inPool, userID: 'u', body })).rejects.toMatchObject({ status: 401 })
    expect(calls).toHaveLength(1)
  })

  it('that could not be had is asked for again by the next call', async () => {
    const { api } = opened(undefined, {
      onToken: (_, number) =>
        number === 1
          ? json(401, { error: 'invalid_client', error_description: 'client authentication failed' })
          : json(200, { access_token: 'good' }),
    })
    await expect(api.identity.systemListUsers(inPool)).rejects.toMatchObject({
      code: 'invalid_client',
      operation: 'token',
      message: 'token: client authentication failed (invalid_client, 401)',
    })
    await expect(api.identity.systemListUsers(inPool)).resolves.toMatchObject({ body: { users: [] } })
  })

  it('comes for those who still wait when whoever asked first has gone', async () => {
    const asked = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<Response>()
    const { api, tokenRequests } = opened(undefined, {
      onToken() {
        asked.resolve()
        return answered.promise
      },
    })
    const stop = new AbortController()
    const first = api.identity.systemListUsers(inPool, { signal: stop.signal })
    const second = api.identity.systemListUsers(inPool)
    await asked.promise
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'sdk.aborted' })
    answered.resolve(json(200, { access_token: 'good', expires_in: 600 }))
    await expect(second).resolves.toMatchObject({ body: { users: [] } })
    expect(tokenRequests).toHaveLength(1)
  })

  it('may come from elsewhere, and is asked for anew at every call', async () => {
    let number = 0
    const { api, calls } = opened(undefined, {}, { token: () => `mine-${(number += 1)}` })
    await api.identity.systemListUsers(inPool)
    await api.identity.systemListUsers(inPool)
    expect(calls.map(tokenOf)).toStrictEqual(['Bearer mine-1', 'Bearer mine-2'])
  })
})

describe('the proof of the client', () => {
  it('is form-encoded before it becomes a Basic header (RFC 6749 §2.3.1)', async () => {
    const { api, tokenRequests } = opened(undefined, {}, { clientId: 'a:b', clientSecret: 'p %+é' })
    await api.identity.systemListUsers(inPool)
    expect(atob(tokenOf(tokenRequests[0])!.slice('Basic '.length))).toBe('a%3Ab:p+%25%2B%C3%A9')
    expect(formOf(tokenRequests[0])).toStrictEqual({ grant_type: 'client_credentials' })
  })

  it('stands in the form where the client is registered so', async () => {
    const { api, tokenRequests } = opened(undefined, {}, { ...bySecret, method: 'client_secret_post' })
    await api.identity.systemListUsers(inPool)
    expect(tokenOf(tokenRequests[0])).toBeNull()
    expect(formOf(tokenRequests[0])).toMatchObject({ client_id: 'crm', client_secret: 'secret' })
  })

  const sha256 = { hash: 'SHA-256' }
  const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), ...sha256 }
  const kinds = [
    ['ES256', { name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', ...sha256 }],
    ['RS256', { name: 'RSASSA-PKCS1-v1_5', ...rsa }, { name: 'RSASSA-PKCS1-v1_5' }],
    ['PS256', { name: 'RSA-PSS', ...rsa }, { name: 'RSA-PSS', saltLength: 32 }],
    ['EdDSA', { name: 'Ed25519' }, { name: 'Ed25519' }],
  ] as const

  it.each(kinds)(
    'may be a key for %s, as WebCrypto holds it or as a JWK, in an assertion shown once (RFC 7523)',
    async (alg, make, check) => {
      const pair = (await crypto.subtle.generateKey(make, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
      const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey)
      for (const credentials of [
        { clientId: 'crm', privateKey: pair.privateKey, keyId: 'k1' },
        { clientId: 'crm', privateKey: { kty: 'EC', ...jwk, alg, kid: 'k1' } },
      ] as readonly Credentials[]) {
        // The first try is turned away: the second shows another assertion.
        const onToken = (_: unknown, number: number) => json(number === 1 ? 503 : 200, { access_token: 'good' })
        const { api, tokenRequests } = opened(undefined, { onToken }, credentials)
        await api.identity.systemListUsers(inPool)
        const seen = new Set<unknown>()
        for (const request of tokenRequests) {
          const form = formOf(request)
          expect(form['client_assertion_type']).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
          const [header = '', claims = '', signature = ''] = form['client_assertion']!.split('.')
          const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
          expect(read(header)).toStrictEqual({ alg, typ: 'JWT', kid: 'k1' })
          const { jti, iat, exp, ...said } = read(claims) as Record<string, number>
          expect(said).toStrictEqual({ iss: 'crm', sub: 'crm', aud: 'https://id.example/acme/system' })
          expect(exp! - iat!).toBe(60)
          seen.add(jti)
          const isGood = await crypto.subtle.verify(
            check,
            pair.publicKey,
            Buffer.from(signature, 'base64url'),
            new TextEncoder().encode(`${header}.${claims}`),
          )
          expect(isGood).toBe(true)
        }
        expect([tokenRequests.length, seen.size]).toStrictEqual([2, 2])
      }
    },
  )

  it('is no key that cannot sign, and is not quoted', async () => {
    const { api } = opened(
      undefined,
      {},
      { clientId: 'crm', privateKey: { kty: 'EC', alg: 'ES256', d: 'private-part' } },
    )
    const thrown: unknown = await api.identity.systemListUsers(inPool).catch((error: unknown) => error)
    expect(String(thrown)).toContain('not a private key for ES256')
    expect(String(thrown)).not.toContain('private-part')
  })
})
