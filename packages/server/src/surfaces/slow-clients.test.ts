import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issuerPath } from '../testing/browser.ts'
import { openServer } from '../testing/open-server.ts'
import type { TestServer } from '../testing/open-server.ts'

let house: TestServer
let port: number

beforeAll(async () => {
  // The same limits as everywhere, only shorter.
  house = await openServer({
    environment: {
      GATEHOUSE_REQUEST_TIMEOUT_MS: '4500',
      GATEHOUSE_STALL_TIMEOUT_MS: '3000',
      GATEHOUSE_IDLE_TIMEOUT_MS: '500',
      GATEHOUSE_CONNECTIONS: '700',
    },
  })
  await house.server.app.listen({ host: '127.0.0.1', port: 0 })
  const address = house.server.app.server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => house.close())

interface Client {
  readonly socket: Socket
  /** All that came until the server closed. */
  readonly closed: Promise<string>
}

/** A client that says something at once, and then perhaps a byte at a time. */
async function client(bytes: string, drip?: string): Promise<Client> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(text))
  })
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve)
    socket.once('close', () => resolve())
  })
  socket.write(bytes)
  if (drip !== undefined) {
    const dripping = setInterval(() => socket.write(drip), 100)
    socket.once('close', () => clearInterval(dripping))
  }
  return { socket, closed }
}

const many = (count: number, bytes: string, drip?: string): Promise<Client[]> =>
  Promise.all(Array.from({ length: count }, () => client(bytes, drip)))

const open = (): Promise<number> =>
  new Promise((resolve, reject) => {
    house.server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })

async function isServed(): Promise<void> {
  for (const path of ['/health/ready', `${issuerPath}/.well-known/jwks.json`]) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
    expect([path, answer.status]).toStrictEqual([path, 200])
    await answer.arrayBuffer()
  }
}

const tokenHead = `POST ${issuerPath}/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n`
const pageHead = `POST ${issuerPath}/sign-in/x/username HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n`
const discovery = `GET ${issuerPath}/.well-known/openid-configuration HTTP/1.1\r\nHost: x\r\n\r\n`

describe('connections that are slow', { timeout: 60_000 }, () => {
  it.each([
    ['that say nothing', ''],
    ['whose head never ends', 'GET /health/live HTTP/1.1\r\nHost: x\r\n', 'x-a: b\r\n'],
    ['whose body never ends, at a page', `${pageHead}Content-Length: 5000\r\n\r\n`, 'a'],
    ['whose body never ends, at the engine', `${tokenHead}Content-Length: 5000\r\n\r\n`, 'a'],
    ['whose chunks never end', `${tokenHead}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
    ['whose body never begins', `${tokenHead}Content-Length: 5000\r\n\r\n`],
  ])('%s are ended, and others are served meanwhile (DO02)', async (_name, bytes, drip?: string) => {
    const clients = await many(200, bytes, drip)
    await isServed()
    const heard = await Promise.all(clients.map(({ closed }) => closed))
    expect(heard.filter((text) => text !== '' && !text.startsWith('HTTP/1.1 408 '))).toStrictEqual([])
    await isServed()
  })

  it('that ask and do not read are ended, and no more is made for them than they take (DO02)', async () => {
    const asked = 4000
    const before = process.memoryUsage()
    const clients = await many(5, discovery)
    for (const { socket } of clients) {
      socket.pause()
      socket.write(discovery.repeat(asked))
    }
    await isServed()
    await expect.poll(open, { timeout: 20_000 }).toBe(0)
    const after = process.memoryUsage()
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(300 * 1024 * 1024)
    for (const { socket } of clients) socket.destroy()
  })

  it('that idle after an answer are closed in their time, hundreds of them (DO02)', async () => {
    const clients = await many(500, 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
    await isServed()
    const heard = await Promise.all(clients.map(({ closed }) => closed))
    expect(heard.every((text) => text.startsWith('HTTP/1.1 200 '))).toBe(true)
    await expect.poll(open, { timeout: 20_000 }).toBe(0)
  })

  it('are no more than are allowed: one more is closed, and its place is free again (DO02)', async () => {
    const clients = await many(900, '')
    expect(await open()).toBeLessThanOrEqual(700)
    await Promise.all(clients.map(({ closed }) => closed))
    await isServed()
  })
})
