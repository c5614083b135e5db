import { noBody, operation } from '@gatehouse/contract'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../../platform/log/index.ts'
import { Problem } from '../../problem/index.ts'
import { managementSurface } from './management-surface.ts'
import type { Mount } from './mount.ts'

const common = { surface: 'identity', scope: 'identity', params: Type.Object({ id: Type.String() }) } as const
const put = operation({
  ...common,
  operationId: 'putThing',
  method: 'PUT',
  path: '/things/{id}',
  query: Type.Object({}, { additionalProperties: false }),
  body: Type.Object({ name: Type.String(), meta: Type.Optional(Type.Unknown()) }, { additionalProperties: false }),
  status: 200,
  answer: Type.Unknown(),
  refusals: [404],
})
const read = operation({
  ...common,
  operationId: 'getThing',
  method: 'GET',
  path: '/things/{id}',
  query: Type.Object(
    {
      n: Type.Optional(Type.Integer()),
      on: Type.Optional(Type.Boolean()),
      list: Type.Optional(Type.Array(Type.String())),
    },
    { additionalProperties: false },
  ),
  body: noBody,
  status: 200,
  answer: Type.Unknown(),
  refusals: [404],
})

let app = Fastify()
const lines: string[] = []
afterEach(async () => {
  await app.close()
  lines.length = 0
})

async function opened(mountAll: (mount: Mount) => void) {
  app = Fastify()
  const needs = {
    log: createLog('error', (line) => lines.push(line)),
    verifySystemToken: async (token: string, tenantId: string) =>
      token === 'good' && tenantId === 't' ? { clientId: 'c', scopes: new Set(['identity']) } : undefined,
  }
  await managementSurface(app, needs, mountAll)
  return app
}

const someText: unknown = expect.any(String)
const proof = { authorization: 'Bearer good' }
const json = { ...proof, 'content-type': 'application/json' }
const echo = () => opened((mount) => mount(put, async ({ body }) => ({ body, revision: 3 })))
const sent = async (payload: string | Buffer, headers: Record<string, string> = json) =>
  (await echo()).inject({ method: 'PUT', url: '/api/identity/t/things/1', headers, payload })

describe('a request to the management API', () => {
  it('reaches its handler with a token, and answers with an entity tag', async () => {
    const response = await sent('{"name":"x","meta":{"deep":[1]}}')
    expect([response.statusCode, response.json()]).toEqual([200, { name: 'x', meta: { deep: [1] } }])
    expect(response.headers).toMatchObject({
      etag: '"3"',
      'cache-control': 'no-store',
      'x-request-id': someText,
    })
  })

  it.each([
    ['an unknown field', '{"name":"x","admin":true}', '"field":"body"'],
    ['a field of another type', '{"name":["x"]}', '"field":"body/name"'],
    ['a missing field', '{}', '"field":"body"'],
    ['no body', '', '"field":"body"'],
    ['a name twice', '{"name":"x","name":"y"}', 'The body cannot be read'],
    ['too many levels', `{"name":"x","meta":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'The body cannot be read'],
    ['a number beyond 2^53', '{"name":"x","meta":90071992547409930}', 'The body cannot be read'],
    ['something after the end', '{"name":"x"}{}', 'The body cannot be read'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'The body cannot be read'],
  ])('is refused with %s, and the value is not repeated', async (_, payload, field) => {
    const response = await sent(payload)
    expect(response.json()).toMatchObject({ error_code: 'request.malformed', status_code: 400 })
    expect(response.body).toContain(field)
    expect(lines).toEqual([])
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'is refused as %s',
    async (type) => {
      expect((await sent('{"name":"x"}', { ...proof, 'content-type': type })).statusCode).toBe(400)
    },
  )

  it('is refused when it is larger than any body here', async () => {
    const response = await sent(JSON.stringify({ name: 'x'.repeat(300_000) }))
    expect(response.json()).toMatchObject({ error_code: 'request.too_large', status_code: 413 })
  })

  it('is refused before its body is read when nobody proved themselves', async () => {
    const response = await sent('{not json', { 'content-type': 'application/json' })
    expect(response.json()).toMatchObject({
      error_code: 'caller.unauthenticated',
      details: { request_id: someText },
    })
  })

  it.each([
    ['', 'Bearer realm="management"'],
    ['Bearer bad', 'Bearer realm="management", error="invalid_token"'],
    ['Basic Z29vZDo=', 'Bearer realm="management"'],
    ['Bearer good, Bearer bad', 'Bearer realm="management", error="invalid_token"'],
  ])('with authorization "%s" is told how to prove itself (RFC 6750 §3)', async (authorization, challenge) => {
    const response = await sent('{"name":"x"}', { ...json, authorization })
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, challenge])
  })

  it('does not take its token from the address or the body (RFC 6750 §2.2, §2.3)', async () => {
    await echo()
    const url = '/api/identity/t/things/1?access_token=good'
    const response = await app.inject({ method: 'PUT', url, payload: { name: 'x', access_token: 'good' } })
    expect(response.statusCode).toBe(401)
  })

  it('has its query read as numbers, truth values and lists, and nothing guessed', async () => {
    await opened((mount) => mount(read, async ({ query }) => ({ body: query })))
    const ask = async (query: string): Promise<unknown> => {
      const response = await app.inject({ url: `/api/identity/t/things/1?${query}`, headers: proof })
      return response.statusCode === 200 ? response.json() : response.statusCode
    }
    expect(await ask('n=5&on=false&list=a,b')).toEqual({ n: 5, on: false, list: ['a', 'b'] })
    expect(await ask('list=a&list=b')).toEqual({ list: ['a', 'b'] })
    for (const query of ['n=5.5', 'n=0x10', 'n=', 'n=1&n=2', 'on=1', 'on=TRUE', 'other=1', '__proto__=1']) {
      expect(await ask(query)).toBe(400)
    }
  })

  it('to an address that is no operation finds nothing, in the vendor’s words', async () => {
    await echo()
    for (const url of ['/api/identity/t/other', '/api/system/t', '/api/identity/t/things/1/more']) {
      expect((await app.inject({ url, headers: proof })).json()).toMatchObject({
        error_code: 'request.not_found',
        status_code: 404,
      })
    }
    expect((await app.inject({ method: 'HEAD', url: '/api/identity/t/things/1', headers: proof })).statusCode).toBe(404)
  })

  it('that meets a problem hears it; one that meets a broken promise of ours hears only its own id', async () => {
    await opened((mount) => {
      mount(read, async ({ params }) => {
        if (params.id === 'busy') throw new Problem('server.busy', undefined, { retryAfterSeconds: 2 })
        throw new Error('select * from passwords failed')
      })
    })
    const busy = await app.inject({ url: '/api/identity/t/things/busy', headers: proof })
    expect([busy.statusCode, busy.headers['retry-after'], busy.json()]).toMatchObject([
      503,
      '2',
      { error_code: 'server.busy' },
    ])
    const broken = await app.inject({ url: '/api/identity/t/things/1', headers: proof })
    expect(broken.json()).toEqual({
      error: 'Server error',
      error_code: 'server.error',
      status_code: 500,
      details: { request_id: broken.headers['x-request-id'] },
    })
    expect(lines.join('\n')).toContain('select * from passwords failed')
  })

  it('leaves routes beside the surface as they are', async () => {
    await echo()
    app.post('/form', (request, reply) => reply.send(request.body))
    const response = await app.inject({ method: 'POST', url: '/form', payload: { a: 1 } })
    expect(response.json()).toEqual({ a: 1 })
  })
})
