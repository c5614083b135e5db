import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

/** A server under load, and the connections to it, which stay open. */
export interface Door {
  readonly port: number
  readonly host: string
  readonly agent: Agent
}

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** @param origin what the server calls itself; it listens on this port of 127.0.0.1 */
export const openDoor = (port: number, origin: string): Door => ({
  port,
  host: new URL(origin).host,
  // As many as a browser population would open at our rates; a request beyond them waits, and the wait counts.
  agent: new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256 }),
})

/** The server said that it has no room now, and when to come again (RFC 9110 §10.2.3). */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway'
  /** From sending the request to its whole answer. */
  readonly afterMilliseconds: number

  constructor(afterMilliseconds: number) {
    super('turned away')
    this.afterMilliseconds = afterMilliseconds
  }
}

/** Asks again at once when turned away: a closed loop is about what can be served. */
export async function untilServed<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof TurnedAway)) throw error
    }
  }
}

/** One request; redirects are answers. */
export function send(door: Door, { method, path, headers = {}, body }: Sent): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: door.port,
        agent: door.agent,
        method,
        path,
        headers: { host: door.host, ...headers, ...length },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', reject)
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

/** RFC 6749 §2.3.1, for ids and secrets that need no escaping. */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

/** @throws Error for any other status than the one expected, or when the body is no JSON object */
export function jsonOf(answer: Answer, status: number): Readonly<Record<string, unknown>> {
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${answer.body.slice(0, 200)}`)
  const read: unknown = JSON.parse(answer.body)
  if (typeof read !== 'object' || read === null) throw new Error('the answer is no object')
  return read as Readonly<Record<string, unknown>>
}

export function textOf(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = body[field]
  if (typeof value !== 'string') throw new Error(`the answer has no ${field}`)
  return value
}
