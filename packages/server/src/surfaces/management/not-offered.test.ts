import { notOffered, systemScopes } from '@gatehouse/contract'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../platform/log/index.ts'
import { managementSurface } from './index.ts'

let app: FastifyInstance
const tokens: Readonly<Record<string, readonly string[]>> = { all: systemScopes, none: [] }
for (const scope of systemScopes)
  Object.assign(tokens, { [`not-${scope}`]: systemScopes.filter((one) => one !== scope) })

beforeAll(async () => {
  app = Fastify()
  await managementSurface(
    app,
    {
      log: createLog('error', () => {}),
      async verifySystemToken(token, tenantId) {
        const scopes = tenantId === 't' ? tokens[token] : undefined
        return scopes && { clientId: 'c', scopes: new Set(scopes) }
      },
    },
    () => {},
  )
})
afterAll(() => app.close())

describe.each(notOffered.map((row) => [row.operationId, row] as const))('%s', (_, row) => {
  const send = async (token?: string, payload?: string, type = 'application/json', tenant = 't') =>
    app.inject({
      method: row.method,
      url: `/api/${row.surface}/${tenant}${row.path.replaceAll(/\{\w+\}/g, 'x')}`,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': type }),
      },
      ...(payload === undefined ? {} : { payload }),
    })

  it('says that it is not offered, in the vendor’s words, to whoever has its scope', async () => {
    const response = await send('all')
    expect(response.statusCode).toBe(501)
    expect(response.json()).toEqual({
      error: 'This operation is not offered',
      error_code: 'server.not_implemented',
      status_code: 501,
      details: { request_id: response.headers['x-request-id'] },
    })
  })

  it('says the same whatever is sent', async () => {
    if (row.method === 'GET') return
    const sent = [
      await send('all', '{"a":1}'),
      await send('all', '{"a":1,"a":2'),
      await send('all', 'token=x', 'application/x-www-form-urlencoded'),
      await send('all', 'x'.repeat(1024 * 1024)),
    ]
    expect(sent.map(({ statusCode }) => statusCode)).toEqual([501, 501, 501, 501])
  })

  it('is closed without a token, to a token of another tenant, and without its scope', async () => {
    const [without, foreign, other] = [
      await send(),
      await send('all', undefined, '', 'u'),
      await send(`not-${row.scope}`),
    ]
    expect([without.statusCode, foreign.statusCode, other.statusCode]).toEqual([401, 401, 403])
    expect(without.headers['www-authenticate']).toBe('Bearer realm="management"')
    expect(other.headers['www-authenticate']).toContain(`scope="${row.scope}"`)
  })
})
