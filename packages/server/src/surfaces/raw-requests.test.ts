import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorization, issuerPath } from '../testing/browser.ts'
import { openServer, origin, tenantId } from '../testing/open-server.ts'
import type { TestServer } from '../testing/open-server.ts'

let house: TestServer
let port: number

beforeAll(async () => {
  house = await openServer()
  await house.server.app.listen({ host: '127.0.0.1', port: 0 })
  const address = house.server.app.server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => house.close())

interface Heard {
  /** Everything that came until the server closed, or was quiet after an answer. */
  readonly text: string
  readonly statuses: readonly number[]
  readonly isClosed: boolean
}

/** Writes these bytes and listens until the server closes the connection, or the marker was answered. */
function speak(bytes: string, isWhole: (text: string) => boolean = () => false): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')))
    let text = ''
    const end = (isClosed: boolean) => {
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
      resolve({ text, statuses, isClosed })
      socket.destroy()
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (isWhole(text)) end(false)
    })
    socket.on('close', () => end(true))
    socket.on('error', (error) => (text === '' ? reject(error) : end(true)))
  })
}

const lines = (...all: string[]): string => all.join('\r\n')
const inner = lines('GET /health/ready HTTP/1.1', 'Host: localhost', '', '')
const post = `POST ${issuerPath}/oauth2/token HTTP/1.1`

describe('bytes that two servers could read differently (HD07)', () => {
  it.each([
    [
      'a length and chunks',
      lines(post, 'Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked', '', `0\r\n\r\n${inner}`),
    ],
    [
      'chunks and a length',
      lines(post, 'Host: x', 'Transfer-Encoding: chunked', 'Content-Length: 5', '', `0\r\n\r\n${inner}`),
    ],
    ['two lengths', lines(post, 'Host: x', 'Content-Length: 0', 'Content-Length: 40', '', inner)],
    ['a list of lengths', lines(post, 'Host: x', 'Content-Length: 0, 40', '', inner)],
    ['a signed length', lines(post, 'Host: x', 'Content-Length: +0', '', inner)],
    ['a length in hexadecimal', lines(post, 'Host: x', 'Content-Length: 0x0', '', inner)],
    ['a length that is too large', lines(post, 'Host: x', 'Content-Length: 99999999999999999999', '', inner)],
    ['an unknown coding', lines(post, 'Host: x', 'Transfer-Encoding: xchunked', '', `0\r\n\r\n${inner}`)],
    [
      'chunks that are not last',
      lines(post, 'Host: x', 'Transfer-Encoding: chunked, identity', '', `0\r\n\r\n${inner}`),
    ],
    ['a space before the colon', lines(post, 'Host: x', 'Transfer-Encoding : chunked', '', `0\r\n\r\n${inner}`)],
    ['a folded header', lines(post, 'Host: x', 'Transfer-Encoding:', ' chunked', '', `0\r\n\r\n${inner}`)],
    ['bare line feeds', lines(post, 'Host: x', 'A: b\nTransfer-Encoding: chunked', '', `0\r\n\r\n${inner}`)],
    ['a bare carriage return', lines(post, 'Host: x', 'A: b\rContent-Length: 40', '', inner)],
    ['a NUL in a header', lines(post, 'Host: x', 'A: b\0c', '', inner)],
    ['a chunk size that is no number', lines(post, 'Host: x', 'Transfer-Encoding: chunked', '', `zz\r\n\r\n${inner}`)],
    ['no host', lines(post, 'Content-Length: 0', '', inner)],
    ['an unknown protocol', lines(`GET /health/ready HTTP/9.9`, 'Host: x', '', inner)],
  ])('%s: refused, and what follows is not read (HD07)', async (_name, bytes) => {
    const heard = await speak(bytes)
    expect(heard.isClosed).toBe(true)
    expect(heard.statuses).toStrictEqual([400])
    expect(heard.text).not.toContain('ready')
  })

  it('are told from two requests that follow each other as they should (HD07)', async () => {
    const heard = await speak(inner + inner.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    expect(heard.statuses).toStrictEqual([200, 200])
  })
})

describe('a request with two hosts', () => {
  it('is refused, whatever they are (HD01, HD07)', async () => {
    for (const path of ['/health/ready', authorization().url, `/api/system/${tenantId}/organizations`, '/nowhere']) {
      const heard = await speak(
        lines(`GET ${path} HTTP/1.1`, 'Host: localhost', 'hOsT: evil.example', 'Connection: close', '', ''),
      )
      expect([path, heard.statuses]).toStrictEqual([path, [400]])
    }
  })
})

describe('a request line', () => {
  it('with a whole address changes no host: discovery, cookies and redirects are ours (HD01, HD02)', async () => {
    const { url } = authorization()
    for (const target of [`http://evil.example${url}`, `https://evil.example${url}`]) {
      const heard = await speak(lines(`GET ${target} HTTP/1.1`, 'Host: evil.example', 'Connection: close', '', ''))
      const [head = ''] = heard.text.split('\r\n\r\n')
      expect(head).not.toMatch(/evil\.example/)
      expect(heard.statuses[0]).toBeLessThan(500)
    }
    const discovery = `http://evil.example${issuerPath}/.well-known/openid-configuration`
    const heard = await speak(lines(`GET ${discovery} HTTP/1.1`, 'Host: evil.example', 'Connection: close', '', ''))
    expect(heard.text).not.toContain('evil.example')
  })

  it.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'DEBUG', 'PATCH', 'PUT', 'DELETE'])(
    'of method %s reaches nothing (HD12)',
    async (method) => {
      for (const path of [
        '/health/ready',
        `${issuerPath}/oauth2/token`,
        `${issuerPath}/.well-known/openid-configuration`,
      ]) {
        const heard = await speak(
          lines(
            `${method} ${path} HTTP/1.1`,
            'Host: localhost',
            'X-Echo: canary',
            'Connection: close',
            'Content-Length: 0',
            '',
            '',
          ),
        )
        expect(heard.text).not.toContain('canary')
        expect(heard.text).not.toMatch(/^HTTP\/1\.1 [23]/)
      }
    },
  )

  it.each([
    '//health/ready',
    '/health//ready',
    '/./health/ready',
    '/x/../health/ready',
    '/%2e/health/ready',
    '/health%2fready',
    '/health;x/ready',
    '/HEALTH/ready',
    '/health/ready/',
    '/health/ready.css',
    String.raw`/health\ready`,
  ])('to %s is another path than the one it resembles (HD12)', async (path) => {
    const heard = await speak(lines(`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', ''))
    expect(heard.text).not.toContain('"ready"')
    expect(heard.statuses[0]).toBeGreaterThanOrEqual(400)
  })

  it('is not overridden by headers or fields that name another method (HD12)', async () => {
    for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      const response = await house.server.app.inject({
        method: 'POST',
        url: `/${tenantId}/portal/.well-known/openid-configuration?_method=GET`,
        headers: { [header]: 'GET', 'content-type': 'application/x-www-form-urlencoded', origin },
        payload: '_method=GET',
      })
      expect(response.statusCode).toBe(404)
    }
  })

  it('asking for the head of a page or its options takes no step and sets no cookie (HD12)', async () => {
    const { url } = authorization()
    const count = async () => (await house.db.reader.selectFrom('sign_in_flows').select('flow_id').execute()).length
    const before = await count()
    for (const method of ['HEAD', 'OPTIONS'] as const) {
      const response = await house.server.app.inject({ method, url })
      expect([method, response.headers['set-cookie']]).toStrictEqual([method, undefined])
    }
    expect(await count()).toBe(before)
  })
})

describe('a path made to be kept by a cache', () => {
  it('is not there, and no page or answer may be kept (HD05)', async () => {
    const flow = await house.server.app.inject(authorization().url)
    const path = String(flow.headers.location)
    expect(path).toContain('/sign-in/')
    const cookie = [flow.headers['set-cookie']]
      .flat()
      .map((one) => String(one).split(';')[0])
      .join('; ')
    const page = await house.server.app.inject({ url: path, headers: { cookie } })
    expect([page.statusCode, page.headers['cache-control']]).toStrictEqual([200, 'no-store'])
    for (const trick of [
      `${path}/x.css`,
      `${path}.css`,
      `${path};x.js`,
      `${path}%2fx.css`,
      `${path}/%2e%2e/x.js`,
      `${path}/username/x.png`,
      `${issuerPath}/userinfo/x.css`,
      `${issuerPath}/userinfo;x.js`,
    ]) {
      const response = await house.server.app.inject({ url: trick, headers: { cookie } })
      expect([trick, response.statusCode, response.headers['cache-control']]).toStrictEqual([trick, 404, 'no-store'])
      expect(response.headers['set-cookie']).toBeUndefined()
    }
  })
})

describe('query and form names with brackets', () => {
  it('build no list and no object, however large their number is (DO06)', async () => {
    const before = process.memoryUsage().heapUsed
    const flow = await house.server.app.inject(`${authorization().url}&a[999999999]=1&b[c][d]=1&__proto__[x]=1`)
    expect(flow.statusCode).toBe(303)
    const names = Array.from({ length: 5000 }, (_, at) => `a[${at * 1000}]=1`).join('&')
    for (const payload of [names, 'username[999999999]=a', 'username[__proto__]=a', 'constructor[prototype][x]=1']) {
      const path = String(flow.headers.location)
      const cookie = [flow.headers['set-cookie']]
        .flat()
        .map((one) => String(one).split(';')[0])
        .join('; ')
      const response = await house.server.app.inject({
        method: 'POST',
        url: `${path}/username`,
        headers: { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      })
      // No username was given, in any of these.
      expect(response.statusCode).toBe(422)
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024)
  })
})
