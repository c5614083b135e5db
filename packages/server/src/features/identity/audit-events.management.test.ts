import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordEvents } from '../audit/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson } from './testing/people.ts'
import { someText } from './testing/some.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
let id: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('audited')
  pool = (await madeBiller(tenant, 'acme')).pool
  id = await madePerson(tenant, pool, 'watched')
  management.clock.move({ seconds: 3600 })
  await tenant.call(contract.verifyPasswordV2, {
    params: { ipID: pool },
    body: { userID: id, password: goodPassword },
    headers: { 'user-agent': 'biller-portal/3' },
  })
  await madeBiller(tenant, 'other')
})
afterAll(() => management.close())

const list = async (query: Record<string, string | readonly string[]> = {}, wid = 'portal') => {
  const { body } = await tenant.call(contract.listAuditEvents, { params: { wid }, query: { limit: '100', ...query } })
  return body.audit_events
}
const words = (events: readonly contract.AuditEvent[]) =>
  events.map((event) => `${event.event_subject} ${event.action}`)

describe('audit events', () => {
  it('say who did what to whom, from where and when', async () => {
    const [event] = await list({ event_action: 'accepted' })
    expect(event).toEqual({
      event_id: someText,
      timestamp: '2026-11-21T09:00:00.000Z',
      tenant_id: 'audited',
      server_id: 'portal',
      event_subject: 'password',
      action: 'accepted',
      context: { door: 'management' },
      metadata: {
        affected_user_id: id,
        affected_user_pool_id: pool,
        client_id: 'client-of-audited',
        ip: '127.0.0.1',
        organization_id: 'acme',
        request_correlation_id: someText,
        user_agent: 'biller-portal/3',
      },
    })
  })

  it.each<[Record<string, string | readonly string[]>, string[]]>([
    [{ affected_user_id: '$id' }, ['user created', 'credential created', 'password accepted']],
    [{ event_subject: 'pool' }, ['pool created', 'pool created']],
    [{ event_subject: 'pool,user' }, ['pool created', 'user created', 'pool created']],
    [{ event_subject: ['user', 'credential'] }, ['user created', 'credential created']],
    [{ event_action: 'created', organization_id: 'other' }, ['organization created', 'pool created']],
    [{ timestamp_from: '2026-11-21T08:30:00Z', organization_id: 'acme' }, ['password accepted']],
    [{ timestamp_to: '2026-11-21T08:30:00Z', event_subject: 'user,password' }, ['user created']],
    [{ client_id: 'another' }, []],
    [{ ip: '192.0.2.1' }, []],
    [{ user_id: '$id' }, []],
    [{ subject: 'not-a-user' }, []],
    [{ idp_id: 'any' }, []],
  ])('are found by %j', async (query, expected) => {
    const filled = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, value === '$id' ? id : value]),
    )
    expect(words(await list({ ...filled, order: 'asc' }))).toEqual(expected)
  })

  it('of a group and of memberships in it are found by the group', async () => {
    const about = { tenantId: 'audited', workspaceId: 'portal', affectedUserPoolId: pool }
    const payload = (group: string) => ({ id: group, name: group, user_pool_id: pool })
    await management.db.transaction((tx) =>
      recordEvents(tx, management.needs, { requestId: 'r', ipAddress: '', userAgent: '' }, [
        { ...about, subject: 'group', action: 'created', payload: payload('g-1') },
        { ...about, subject: 'group', action: 'created', payload: payload('g-2') },
        { ...about, subject: 'user', action: 'updated', payload: { id: 'g-1', group_id: 'g-2' } },
      ]),
    )
    const found = await list({ group_id: 'g-2' })
    expect(words(found).toSorted()).toEqual(['group created', 'user updated'])
    expect(found.map(({ metadata }) => metadata.group_id)).toEqual(['g-2', 'g-2'])
    expect(words(await list({ group_id: 'g-1' }))).toEqual(['group created'])
    expect(await list({ group_id: "g-1' or true" })).toEqual([])
  })

  it('come newest first, in pages that neither lose nor repeat one', async () => {
    const all = (await list()).map((event) => event.event_id)
    const page = async (query: Record<string, string>) =>
      (await list({ limit: '2', ...query })).map((event) => event.event_id)
    expect(all).toEqual(all.toSorted().toReversed())
    expect(await page({})).toEqual(all.slice(0, 2))
    expect(await page({ after_event_id: all[1]! })).toEqual(all.slice(2, 4))
    expect(await page({ before_event_id: all[4]! })).toEqual(all.slice(2, 4))
  })

  it('are read for an organization as for a workspace, and for nothing else', async () => {
    expect(words(await list({ order: 'asc' }, 'other'))).toEqual(['organization created', 'pool created'])
    expect(await list({ organization_id: 'acme' }, 'other')).toEqual([])
    expect(await list({}, 'admin')).toEqual([])
    expect((await tenant.call(contract.listAuditEvents, { params: { wid: 'nowhere' } })).status).toBe(404)
  })
})
