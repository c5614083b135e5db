import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, Browser, issuerPath, tokenRequest } from '../testing/browser.ts'
import { crm, openServer, origin, tenantId } from '../testing/open-server.ts'
import type { TestServer } from '../testing/open-server.ts'

let house: TestServer
let base: string
let token: string

beforeAll(async () => {
  house = await openServer()
  await house.server.app.listen({ host: '127.0.0.1', port: 0 })
  const address = house.server.app.server.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const answer = await tokenRequest(
    house.server.app,
    { grant_type: 'client_credentials', scope: 'identity' },
    crm,
    `/${tenantId}/system`,
  )
  token = String(answer.body['access_token'])
})
afterAll(() => house.close())

const mebibyte = 1024 * 1024
const form = 'application/x-www-form-urlencoded'

/** A post to a real socket. A server that has heard enough may close before it was told everything: that is a refusal too. */
async function post(path: string, type: string, body: string): Promise<number | 'closed'> {
  try {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${token}`, origin },
      body,
      redirect: 'manual',
    })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 'closed'
  }
}

const users = `/api/identity/${tenantId}/system/pools/newtown-staff/users`
const tokens = `${issuerPath}/oauth2/token`

async function isServed(): Promise<void> {
  expect((await fetch(`${base}/health/ready`)).status).toBe(200)
}

describe('a body that is too large', () => {
  it.each([
    ['JSON to the management API', users, 'application/json', `{"a":"${'x'.repeat(mebibyte)}"}`],
    ['a form to a page', `${issuerPath}/sign-in/x/username`, form, `username=${'x'.repeat(mebibyte)}`],
    ['ten thousand fields', `${issuerPath}/sign-in/x/username`, form, 'abcdef=x&'.repeat(10_000)],
  ])('is 413, whatever reads it: %s (DO01)', async (_name, path, type, body) => {
    expect([413, 'closed']).toContain(await post(path, type, body))
    await isServed()
  })

  it('is invalid_request at the token endpoint, whose errors have one status (DO01, RFC 6749 §5.2)', async () => {
    expect([400, 'closed']).toContain(await post(tokens, form, `grant_type=${'x'.repeat(mebibyte)}`))
    await isServed()
  })

  it('is not gathered: two hundred of 4 MiB at once leave memory as it was (DO01)', async () => {
    const body = 'x'.repeat(4 * mebibyte)
    const before = process.memoryUsage()
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(users, 'application/json', body)))
      expect(answers.filter((answer) => answer !== 413 && answer !== 'closed')).toStrictEqual([])
    }
    const after = process.memoryUsage()
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(200 * mebibyte)
    await isServed()
  })
})

describe('a body that is too deep or of another kind', () => {
  it.each([
    ['ten thousand brackets', '['.repeat(10_000)],
    ['ten thousand objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['ten thousand of them closed', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ])('is 400 before it is read: %s (DO01)', async (_name, body) => {
    expect(await post(users, 'application/json', body)).toBe(400)
    await isServed()
  })

  it('in many parts is read by nobody (DO01)', async () => {
    const parts = Array.from(
      { length: 3000 },
      (_, at) => `--x\r\nContent-Disposition: form-data; name="f${at}"; filename="f"\r\n\r\n1\r\n`,
    ).join('')
    for (const path of [users, `${issuerPath}/sign-in/x/password`, tokens]) {
      expect([400, 401, 413, 'closed']).toContain(await post(path, 'multipart/form-data; boundary=x', `${parts}--x--`))
    }
    await isServed()
  })
})

describe('a head that is too large', () => {
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<number | 'closed'> => {
    try {
      const answer = await fetch(`${base}${path}`, { headers, redirect: 'manual' })
      await answer.arrayBuffer()
      return answer.status
    } catch {
      return 'closed'
    }
  }

  it.each([
    ['a long header', '/health/live', { 'x-long': 'x'.repeat(20_000) }],
    [
      'ten thousand cookies',
      '/health/live',
      { cookie: Array.from({ length: 10_000 }, (_, at) => `c${at}=1`).join('; ') },
    ],
    ['many headers', '/health/live', Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`x-${at}`, '1']))],
    ['a long address', `/${'x'.repeat(20_000)}`, {}],
    ['ten thousand query keys', `/health/live?${Array.from({ length: 10_000 }, (_, at) => `q${at}=1`).join('&')}`, {}],
  ])('is 431: %s (DO01)', async (_name, path, headers) => {
    expect(await ask(path, headers)).toBe(431)
    await isServed()
  })

  it('just within the limit is read like any other: a thousand cookies and query keys find the page (DO01)', async () => {
    const browser = new Browser(house.server.app)
    const page = await browser.get(authorization().url)
    const own = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const junk = Array.from({ length: 1000 }, (_, at) => `c${at}=1`).join('; ')
    const query = Array.from({ length: 1000 }, (_, at) => `q${at}=1`).join('&')
    const { pathname } = new URL(page.url)
    expect(await ask(`${pathname}?${query}`, { cookie: own })).toBe(200)
    expect(await ask(pathname, { cookie: `${own}; ${junk}` })).toBe(200)
  })
})
