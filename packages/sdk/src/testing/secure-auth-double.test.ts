import { describe, expect, it } from 'vitest'
import { SecureAuthError } from '../secure-auth-error.ts'
import { secureAuth } from '../secure-auth.ts'
import type { Line } from '../line.ts'
import { lines } from '../made/operations.ts'
import { answer, Refusal, secureAuthDouble } from './index.ts'

const pool = {
  id: 'staff',
  name: 'Staff',
  description: '',
  tenant_id: 't',
  workspace_id: 'w',
  deleted: false,
  system: false,
}

describe('the double', () => {
  it('answers by operation, through the sdk as an application uses it', async () => {
    const { api } = secureAuthDouble({
      identity: { systemGetPool: ({ ipID }) => answer({ ...pool, id: ipID }, { etag: '"1"' }) },
    })
    const { body, etag } = await api.identity.systemGetPool({ ipID: 'a/b' })
    expect([body.id, etag]).toStrictEqual(['a/b', '"1"'])
  })

  it('records what came, as the values they were', async () => {
    const { api, calls } = secureAuthDouble({
      identity: { systemListPools: () => ({ pools: [] }), systemDeletePool: () => undefined },
      system: { listAuditEvents: () => ({ audit_events: [] }) },
    })
    await api.identity.systemListPools({ search_phrase: '12', limit: 5 })
    await api.identity.systemDeletePool({ ipID: 'staff', with_idp: true }, { ifMatch: '"3"' })
    await api.system.listAuditEvents({ wid: 'w', event_subject: ['user', 'session'] })
    expect(calls).toStrictEqual([
      {
        surface: 'identity',
        operation: 'systemListPools',
        input: { search_phrase: '12', limit: 5 },
        ifMatch: undefined,
        idempotencyKey: undefined,
      },
      {
        surface: 'identity',
        operation: 'systemDeletePool',
        input: { ipID: 'staff', with_idp: true },
        ifMatch: '"3"',
        idempotencyKey: undefined,
      },
      {
        surface: 'system',
        operation: 'listAuditEvents',
        input: { wid: 'w', event_subject: ['user', 'session'] },
        ifMatch: undefined,
        idempotencyKey: undefined,
      },
    ])
  })

  it('refuses as a server does', async () => {
    const { api } = secureAuthDouble({
      identity: {
        systemGetPool() {
          throw new Refusal(429, 'request.throttled', { details: { field: 'x' }, retryAfterSeconds: 9 })
        },
      },
    })
    const refused: unknown = await api.identity.systemGetPool({ ipID: 'staff' }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(SecureAuthError)
    expect(refused).toMatchObject({
      code: 'request.throttled',
      status: 429,
      retryAfterSeconds: 9,
      details: { field: 'x' },
    })
  })

  it('says which operation nothing answers for', async () => {
    const { api } = secureAuthDouble()
    await expect(api.identity.systemGetPool({ ipID: 'staff' })).rejects.toMatchObject({
      code: 'double.nothing_answers',
      details: { operation: 'identity.systemGetPool' },
    })
  })

  it('may be walked like a server', async () => {
    const { api } = secureAuthDouble({
      identity: {
        systemListPools: ({ after_pool_id: after }) => ({
          pools: after === undefined ? [pool, { ...pool, id: 'b' }] : [],
        }),
      },
    })
    const ids: string[] = []
    for await (const { id } of api.identity.systemListPools.each()) ids.push(id)
    expect(ids).toStrictEqual(['staff', 'b'])
  })

  it('stands in for the network of an application that makes its own sdk, tokens included', async () => {
    const { fetch, calls } = secureAuthDouble({ identity: { systemListPools: () => ({ pools: [] }) } })
    const credentials = { clientId: 'crm', clientSecret: 'secret' }
    const api = secureAuth({ baseUrl: 'https://id.example', tenant: 'acme', credentials, fetch })
    await api.identity.systemListPools()
    expect(calls).toHaveLength(1)
  })

  const every = Object.entries(lines).flatMap(([surface, rows]) =>
    Object.entries(rows as Readonly<Record<string, Line>>)
      .filter(([, { isLines }]) => !isLines)
      .map(([operation]) => ({ surface, operation })),
  )

  it.each(every)(
    'knows $surface.$operation from the request that the sdk makes of it',
    async ({ surface, operation }) => {
      const { api, calls } = secureAuthDouble()
      const rows = lines as Readonly<Record<string, Readonly<Record<string, { readonly path: string }>>>>
      const ids = [...(rows[surface]?.[operation]?.path ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
      const input = Object.fromEntries(ids.filter((name) => name !== 'tid').map((name) => [name, `${name}-1`]))
      const all = api as unknown as Record<string, Record<string, (input: object) => Promise<unknown>>>
      await expect(all[surface]?.[operation]?.(input)).rejects.toMatchObject({ code: 'double.nothing_answers' })
      expect(calls).toStrictEqual([{ surface, operation, input, ifMatch: undefined, idempotencyKey: undefined }])
    },
  )
})
