import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '../../compose.ts'
import type { Server } from '../../compose.ts'
import { systemClock } from '../../platform/clock/index.ts'
import { readConfig } from '../../platform/config/index.ts'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { createJobs } from '../../platform/jobs/index.ts'
import { silentLog } from '../../platform/log/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { openFileVault } from '../../platform/vault/index.ts'
import { make, toColumns } from '../../protocol/password-hash/index.ts'
import { authorization } from '../../testing/browser.ts'
import { makeShard } from '../../testing/legacy-shard.ts'
import { portal, provisioned, tenantId } from '../../testing/open-server.ts'

const origin = 'https://id.example.com'
const issuer = `${origin}/${tenantId}/portal`

let server: Server
let database: TestDatabase
let folder: string

/** The server as it stands behind one proxy, under its public name. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-secure-'))
  database = await testDatabase()
  const columns = toColumns(await make({ format: 'aspnet-identity' }, 'secure-sue-password', systemRandom.bytes))
  const { file: _file, ...shard } = makeShard(folder, 'shard', [
    { id: 's1', biller: '1', username: 'secure.sue', format: 'aspnet-identity', hash: columns?.hash ?? '' },
  ])
  server = await compose({
    config: {
      ...readConfig({ GATEHOUSE_URL: origin, GATEHOUSE_TRUSTED_HOPS: '1', GATEHOUSE_HASH_THREADS: '1' }),
      refusalMilliseconds: 0,
    },
    db: database.db,
    clock: systemClock,
    aheadSeconds: () => 0,
    random: systemRandom,
    vault: await openFileVault({ folder, secret: undefined }),
    log: silentLog,
    jobs: await createJobs(database.storage, silentLog),
    mail: undefined,
    legacyStores: [shard],
    provision: provisioned,
  })
  await server.app.ready()
  await server.scan(0)
})

afterAll(async () => {
  await server.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const jar = new Map<string, string>()
const setCookies: string[] = []

/** One request of one browser, as the proxy passes it on. */
async function visit(
  url: string,
  form?: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await server.app.inject({
    method: form === undefined ? 'GET' : 'POST',
    url: url.replace(origin, ''),
    remoteAddress: '10.0.0.1',
    headers: {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form === undefined
        ? {}
        : { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(form === undefined ? {} : { payload: new URLSearchParams(form).toString() }),
  })
  for (const cookie of [response.headers['set-cookie'] ?? []].flat()) setCookies.push(cookie)
  for (const { name, value } of response.cookies) jar.set(name, value)
  return response
}

async function enter(headers: Readonly<Record<string, string>>): Promise<LightMyRequestResponse> {
  const begun = await visit(authorization().url, undefined, headers)
  const flow = String(begun.headers.location)
  await visit(`${flow}/username`, { username: 'secure.sue' }, headers)
  const proved = await visit(`${flow}/password`, { password: 'secure-sue-password' }, headers)
  const step = proved.statusCode === 303 ? await visit(String(proved.headers.location), undefined, headers) : proved
  return visit(String(step.headers.location), undefined, headers)
}

const hostile = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-for': '203.0.113.9, 198.51.100.7',
  forwarded: 'for=203.0.113.9;host=evil.example;proto=http',
}

describe('a server on an https origin behind one proxy', () => {
  it('signs a person in under hostile headers, and none of them is in an address or a cookie (HD02)', async () => {
    const done = await enter(hostile)
    expect(done.statusCode).toBe(303)
    const target = new URL(String(done.headers.location))
    expect(target.origin + target.pathname).toBe(portal.redirectUri)
    expect(target.searchParams.get('iss')).toBe(issuer)
    expect(target.searchParams.get('code')).not.toBeNull()
    expect(setCookies.join('\n')).not.toContain('evil')
    const discovery = await visit(`${issuer}/.well-known/openid-configuration`, undefined, hostile)
    expect(discovery.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth2/token` })
    expect(discovery.body).not.toContain('evil')
    const logout = await visit(`${issuer}/oidc/logout`, undefined, hostile)
    expect(logout.body).not.toContain('evil')
    expect(logout.body).toContain(`${issuer}/oidc/logout/confirm`)
  })

  it('sets cookies that belong to this host alone (SE05, RFC 6265bis §4.1.3.2)', () => {
    const named = (name: string) => setCookies.filter((cookie) => cookie.startsWith(`${name}=`))
    for (const name of ['session', 'browser'].map((part) => `__Host-${tenantId}.portal.${part}`)) {
      expect(named(name).length).toBeGreaterThan(0)
      for (const cookie of named(name)) expect(cookie).toMatch(/; path=\/(;|$)/i)
    }
    for (const name of ['interaction', 'resume'].map((part) => `${tenantId}.portal.${part}`)) {
      for (const cookie of named(name)) expect(cookie).toMatch(new RegExp(`; path=/${tenantId}/portal/`, 'i'))
    }
    for (const cookie of setCookies) {
      expect(cookie).toMatch(/; secure/i)
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=lax/i)
      expect(cookie).not.toMatch(/; domain=/i)
    }
  })

  it('tells browsers to come by https only', async () => {
    const page = await visit(`${issuer}/oidc/logout/success`)
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  })

  it('believes one entry of X-Forwarded-For, the one its own proxy added (HD03)', async () => {
    const sessions = await database.db.reader.selectFrom('sessions').select('ip_address').execute()
    expect(sessions).toStrictEqual([{ ip_address: '198.51.100.7' }])
  })
})
