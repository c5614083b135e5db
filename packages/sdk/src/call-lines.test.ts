import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { operationCaller } from './call-operation.ts'
import type { Line } from './line.ts'
import { systemWorld } from './platform/world.ts'
import { SecureAuthError } from './secure-auth-error.ts'

const line: Line = {
  method: 'POST',
  path: '/api/identity/{tid}/pools/{ipID}/import',
  query: { offset: 'number' },
  isLines: true,
}
const closing: Server[] = []

afterEach(async () => {
  for (const server of closing.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function opened(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void) {
  const server = createServer((request, response) => void handle(request, response))
  closing.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const caller = operationCaller(systemWorld(), { baseUrl, tenant: 'acme', credentials: { token: () => 'token' } })
  return (lines: unknown, options: object = {}) =>
    caller.lines('identity.import', line, { ipID: 'staff', lines }, { idempotencyKey: 'file-1', ...options })
}

const all = async (lines: AsyncIterable<unknown>): Promise<unknown[]> => {
  const seen: unknown[] = []
  for await (const one of lines) seen.push(one)
  return seen
}

const answering = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  let number = 0
  for await (const text of createInterface(request)) {
    response.write(`${JSON.stringify({ line: (number += 1), was: JSON.parse(text) as unknown })}\n`)
  }
  response.end()
}

describe('sending many at once', () => {
  it('sends a line each and gives what came back for it, with the key of the file', async () => {
    const seen: unknown[] = []
    const send = await opened((request, response) => {
      seen.push(request.method, request.url, request.headers['idempotency-key'], request.headers['content-type'])
      return answering(request, response)
    })
    const given = Array.from({ length: 2000 }, (_, number) => ({ name: `é ${number}\n` }))
    expect(await all(send(given))).toStrictEqual(given.map((was, index) => ({ line: index + 1, was })))
    expect(seen).toStrictEqual(['POST', '/api/identity/acme/pools/staff/import', 'file-1', 'application/x-ndjson'])
  })

  it('gives the answer to a line before the next one is there', async () => {
    const send = await opened(answering)
    const answered = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    async function* coming() {
      yield { name: 'first' }
      await answered[0]!.promise
      yield { name: 'second' }
      await answered[1]!.promise
    }
    const seen: unknown[] = []
    for await (const one of send(coming())) {
      seen.push(one)
      answered[seen.length - 1]!.resolve()
    }
    expect(seen).toHaveLength(2)
  })

  it('fails like every call when it is refused before the first line', async () => {
    const send = await opened((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(
        '{"error":"Pool not found","error_code":"pool.not_found","status_code":404,"details":{"request_id":"r"}}',
      )
    })
    await expect(all(send([{ name: 'a' }]))).rejects.toMatchObject({
      code: 'pool.not_found',
      status: 404,
      requestId: 'r',
    })
  })

  it('fails after what was done when the last line is the error', async () => {
    const send = await opened((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.end(
        '{"line":1}\n{"error":"The server is busy","error_code":"server.busy","status_code":503,"details":{}}\n',
      )
    })
    const seen: unknown[] = []
    const failed: unknown = await (async () => {
      for await (const one of send([{}, {}])) seen.push(one)
    })().catch((error: unknown) => error)
    expect(seen).toStrictEqual([{ line: 1 }])
    expect(failed).toBeInstanceOf(SecureAuthError)
    expect(failed).toMatchObject({ code: 'server.busy', status: 503 })
  })

  it('fails when the connection ends in the middle', async () => {
    const send = await opened((request, response) => {
      response.writeHead(200)
      response.write('{"line":1}\n')
      request.on('data', () => response.destroy())
    })
    async function* endless() {
      for (let number = 0; ; number += 1) yield { number }
    }
    await expect(all(send(endless()))).rejects.toMatchObject({ code: 'sdk.network' })
  })

  it('passes on what reading the lines threw', async () => {
    const send = await opened(answering)
    async function* broken() {
      yield { name: 'a' }
      throw new RangeError('the file is torn')
    }
    await expect(all(send(broken()))).rejects.toThrow(new RangeError('the file is torn'))
  })

  it('stops reading and sending when whoever reads the answers leaves', async () => {
    const gone = Promise.withResolvers<void>()
    const send = await opened((request, response) => {
      request.on('close', () => gone.resolve())
      return answering(request, response).catch(() => {})
    })
    const closed = Promise.withResolvers<void>()
    async function* endless() {
      try {
        for (let number = 0; ; number += 1) yield { number }
      } finally {
        closed.resolve()
      }
    }
    for await (const one of send(endless())) if (one !== undefined) break
    await Promise.all([gone.promise, closed.promise])
    expect(closing).toHaveLength(1)
  })

  it('ends by its signal', async () => {
    const stop = new AbortController()
    const send = await opened(() => stop.abort(new Error('enough')))
    await expect(all(send([{}], { signal: stop.signal }))).rejects.toMatchObject({
      code: 'sdk.aborted',
      cause: { message: 'enough' },
    })
  })
})
