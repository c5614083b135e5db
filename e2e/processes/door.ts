import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { origin } from './installation.ts'

/** One node, with connections to it that stay open. */
export interface Door {
  readonly port: number
  readonly agent: Agent
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const openDoor = ({ port }: { readonly port: number }, connections = 50): Door => ({
  port,
  agent: new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections }),
})

/** Resolves when nobody waits for an answer of this node: a balancer that has taken it out of turn stops it then. */
export async function isQuiet({ agent }: Door): Promise<void> {
  while (Object.values(agent.sockets).some((used) => (used?.length ?? 0) > 0)) await pause(5)
}

/** Rejects when the connection breaks before the whole answer was read: then nobody knows what became of it. */
export function send(door: Door, { method, path, headers = {}, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: door.port,
        agent: door.agent,
        method,
        path,
        headers: {
          host: new URL(origin).host,
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
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

/** Sends one wish many times at once, in turn to each door, on connections that are open already. */
export async function race<T>(
  doors: readonly Door[],
  times: number,
  wish: (door: Door, at: number) => Promise<T>,
): Promise<readonly T[]> {
  const all = Array.from({ length: times }, (_, at) => ({ door: doors[at % doors.length] as Door, at }))
  await Promise.all(all.map(({ door }) => send(door, { method: 'GET', path: '/health/live' })))
  return Promise.all(all.map(({ door, at }) => wish(door, at)))
}
