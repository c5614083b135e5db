import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureSigningKeys } from '../../features/keys/index.ts'
import { Browser, issuerPath, tokenRequest } from '../../testing/browser.ts'
import { crm, portal, tenantId } from '../../testing/open-server.ts'
import { issuer, ledger, openProtocol, partsOf, portalApi } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

/** A place that reads access tokens, and a token that is good there with the key that signed it. */
interface Reader {
  readonly name: string
  readonly token: string
  readonly key: KeyObject
  readonly kid: string
  isTaken(token: string): Promise<boolean>
}

let protocol: Protocol
let readers: readonly Reader[]
const app = () => protocol.house.server.app

beforeAll(async () => {
  protocol = await openProtocol()
  const { body } = await tokenRequest(
    app(),
    { grant_type: 'client_credentials', scope: 'identity' },
    crm,
    `/${tenantId}/system`,
  )
  const person = await protocol.tokensFor(new Browser(app()), { resource: portalApi, scope: 'openid invoices:read' })
  const system = { token: String(body['access_token']), ...(await keyOf('system')) }
  const persons = { token: String(person['access_token']), ...(await keyOf('portal')) }
  readers = [
    {
      name: 'management API',
      ...system,
      isTaken: async (token) => {
        const url = `/api/identity/${tenantId}/system/pools?workspace_id=portal`
        const { statusCode } = await app().inject({ url, headers: { authorization: `Bearer ${token}` } })
        return statusCode !== 401
      },
    },
    {
      name: 'introspection',
      ...persons,
      isTaken: async (token) => {
        const response = await protocol.post(`${issuerPath}/oauth2/introspect`, { token }, portal)
        return response.statusCode === 200 && response.json<{ active: boolean }>().active
      },
    },
    { name: 'userinfo', ...persons, isTaken: async (token) => (await protocol.userinfo(token)).statusCode === 200 },
  ]
})
afterAll(() => protocol.close())

async function keyOf(workspace: string): Promise<{ readonly key: KeyObject; readonly kid: string }> {
  const { db, vault, clock } = protocol.house
  const [first] = await ensureSigningKeys({ db, vault, clock }, tenantId, workspace)
  if (!first) throw new Error(`${workspace} has no key`)
  return { key: createPrivateKey({ key: first.privateJwk, format: 'jwk' }), kid: first.kid }
}

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')

/** Signed as given, by whoever holds the key: no library looks at it on the way. */
function signed(key: KeyObject, header: string, claims: string, digest = 'sha256'): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const json = JSON.stringify

/** For every place: as it is, it is taken (or the test would show nothing); changed, it is not. */
async function expectRefused(change: (reader: Reader, parts: ReturnType<typeof partsOf>) => string): Promise<void> {
  for (const reader of readers) {
    const parts = partsOf(reader.token)
    const again = signed(reader.key, json(parts.header), json(parts.claims))
    expect([reader.name, await reader.isTaken(again)]).toStrictEqual([reader.name, true])
    const changed = change(reader, parts)
    expect([reader.name, await reader.isTaken(changed)]).toStrictEqual([reader.name, false])
  }
}

describe('an access token that is a JWT', () => {
  it.each([
    ['another scope', { scope: 'identity manage_configuration view_audit_events' }],
    ['another subject', { sub: '00000000-0000-4000-8000-000000000000' }],
    ['a later end', { exp: 4_102_444_800 }],
    ['another id', { jti: 'x' }],
  ])('is refused with %s under its old signature (JW05)', async (_name, edit) => {
    await expectRefused(({ token }, { claims }) => {
      const [header, , signature] = token.split('.')
      return `${header}.${encoded(json({ ...claims, ...edit }))}.${signature}`
    })
  })

  it('that was just good makes nothing good that shares its signature, its header or its id (JW10)', async () => {
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    await expectRefused((_reader, { header, claims }) => signed(foreign, json(header), json(claims)))
    await expectRefused(({ token }, { claims }) => {
      const [header, , signature] = token.split('.')
      return `${header}.${encoded(json({ ...claims, extra: 1 }))}.${signature}`
    })
    await expectRefused(({ token, kid }, { claims }) => {
      const [, , signature] = token.split('.')
      return `${encoded(json({ alg: 'ES256', kid, typ: 'at+jwt', cty: 'x' }))}.${encoded(json(claims))}.${signature}`
    })
  })

  it.each([
    ['no end', { exp: undefined }],
    ['an end that is a text', { exp: '4102444800' }],
    ['a negative end', { exp: -1 }],
    ['an end in the past', { exp: 1_000_000_000 }],
    ['a beginning far ahead', { nbf: 4_102_444_800 }],
    ['a beginning that is a text', { nbf: '0' }],
    ['an issue time that is a text', { iat: 'now' }],
    ['no audience', { aud: undefined }],
    ['the issuer of another workspace', { iss: `${issuer}x` }],
    ['no issuer', { iss: undefined }],
    ['no id', { jti: undefined }],
    ['no subject', { sub: undefined }],
    ['no client', { client_id: undefined }],
    ['a list for its client', { client_id: ['portal', 'crm'] }],
  ])('is refused with %s, signed by our own key (JW07)', async (_name, edit) => {
    await expectRefused(({ key }, { header, claims }) => signed(key, json(header), json({ ...claims, ...edit })))
  })

  it('is refused for another audience, or one of several, where its audience is the caller (JW07)', async () => {
    const [management] = readers
    if (!management) throw new Error('no management API')
    const { header, claims } = partsOf(management.token)
    for (const aud of ['https://other.example/api', ['https://other.example/api'], '', {}]) {
      const token = signed(management.key, json(header), json({ ...claims, aud }))
      expect([aud, await management.isTaken(token)]).toStrictEqual([aud, false])
    }
  })

  it.each([
    ['an unknown critical header', { crit: ['exp2'], exp2: 1 }],
    ['an empty list of critical headers', { crit: [] }],
    ['an unencoded payload', { b64: false, crit: ['b64'] }],
    ['an unencoded payload that is not critical', { b64: false, crit: undefined, typ: 'JWT' }],
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['no algorithm', { alg: undefined }],
    ['algorithm none', { alg: 'none' }],
    ['another algorithm of the same key', { alg: 'ES384' }],
  ])('is refused with %s, signed by our own key (JW02, JW08)', async (_name, edit) => {
    await expectRefused(({ key }, { header, claims }) => signed(key, json({ ...header, ...edit }), json(claims)))
  })

  it('is refused encrypted, at once, whatever work its header asks for (JW08)', async () => {
    const header = encoded(
      json({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000_000_000, p2s: 'AAAA', zip: 'DEF' }),
    )
    for (const reader of readers) {
      const before = process.cpuUsage()
      expect([reader.name, await reader.isTaken(`${header}.AAAA.AAAA.AAAA.AAAA`)]).toStrictEqual([reader.name, false])
      // A thousand million rounds of HMAC would be minutes.
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000)
    }
  })

  it('is refused when a member of its claims or header stands twice (JW13)', async () => {
    await expectRefused(({ key }, { header, claims }) =>
      signed(key, json(header), `{"sub":"someone else",${json(claims).slice(1)}`),
    )
    await expectRefused(({ key }, { header, claims }) =>
      signed(key, `{"alg":"none",${json(header).slice(1)}`, json(claims)),
    )
  })

  it('is refused in another spelling of itself (JW13)', async () => {
    await expectRefused(({ token }) => `${token}=`)
    await expectRefused(({ token }) => token.replace('.', '=.'))
    await expectRefused(({ token }) => `${token.slice(0, 20)}\n${token.slice(20)}`)
    await expectRefused(({ key }, { header, claims }) => {
      const token = signed(key, json(header), json(claims))
      // 64 bytes leave four bits of the last letter unused: sixteen letters mean the same bytes.
      const last = token.at(-1) ?? ''
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      return token.slice(0, -1) + (alphabet[alphabet.indexOf(last) ^ 1] ?? '')
    })
    await expectRefused(({ key }, { header, claims }) => {
      const [head = '', body = '', signature = ''] = signed(key, json(header), json(claims)).split('.')
      const standard = (part: string) => part.replaceAll('-', '+').replaceAll('_', '/')
      const padded = Buffer.from(signature, 'base64url').toString('base64')
      return `${standard(head)}.${standard(body)}.${padded}`
    })
  })
})

describe('an assertion of a client', () => {
  const assertion = (key: KeyObject, header: object): string => {
    const nowSeconds = Math.floor(protocol.house.clock.now().getTime() / 1000)
    const claims = { iss: ledger.clientId, sub: ledger.clientId, aud: issuer, iat: nowSeconds, exp: nowSeconds + 60 }
    return signed(key, json(header), json({ ...claims, jti: String(Math.random()) }))
  }
  const redeem = async (client_assertion: string) => {
    const response = await protocol.post(`${issuerPath}/oauth2/token`, {
      grant_type: 'client_credentials',
      scope: 'invoices:read',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    })
    return response.statusCode
  }

  it('is proved by the keys of that client only, wherever it says that others are (TK09)', async () => {
    expect(await redeem(assertion(ledger.privateKey, { alg: 'ES256', kid: 'ec' }))).toBe(200)
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...foreign.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256' }
    // Would answer with the attacker's key, if anybody asked.
    const asked: string[] = []
    const { createServer } = await import('node:http')
    const attacker = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.setHeader('content-type', 'application/json').end(json({ keys: [jwk] }))
    })
    await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve))
    const address = attacker.address()
    const at = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks`
    try {
      for (const header of [
        { kid: 'ec' },
        { kid: 'ec', jku: at },
        { kid: 'ec', x5u: at },
        { kid: 'ec', jwk },
        { kid: at },
        {},
      ]) {
        expect([header, await redeem(assertion(foreign.privateKey, { alg: 'ES256', ...header }))]).toStrictEqual([
          header,
          401,
        ])
      }
      // A key of our own is none of this client's.
      const ours = await keyOf('portal')
      expect(await redeem(assertion(ours.key, { alg: 'ES256', kid: ours.kid }))).toBe(401)
      expect(asked).toStrictEqual([])
    } finally {
      attacker.close()
    }
  })
})
