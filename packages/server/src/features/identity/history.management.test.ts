import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventActions, eventSubjects } from '../audit/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson, otherPassword } from './testing/people.ts'
import { tellEvent } from './tell-event.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('prod')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())

const history = async (userID: string, query = {}) =>
  (await tenant.call(contract.listUserHistory, { params: { ipID: pool, userID }, query })).body.history

describe('the history of a person', () => {
  it('tells what happened, by whom and from where, newest first', async () => {
    const id = await madePerson(tenant, pool, 'told.one')
    const params = { ipID: pool, userID: id }
    await madePerson(tenant, pool, 'another.one')
    await tenant.call(contract.createGroup, {
      params,
      body: { id: 'money', name: 'Money', user_pool_id: pool },
    })
    await tenant.call(contract.addUserToGroup, { params: { ...params, groupID: 'money' } })
    await tenant.call(contract.verifyPassword, { params, body: { identifier: 'told.one', password: 'wrong' } })
    await tenant.call(contract.changePassword, {
      params,
      body: { old_password: goodPassword, new_password: otherPassword },
    })
    await tenant.call(contract.systemUpdateUser, { params, body: { status: 'inactive', metadata: { a: 1 } } })
    const entries = await history(id)
    const by = 'by the application “client-of-prod”, from 127.0.0.1.'
    expect(entries.map(({ text }: contract.HistoryEntry) => text)).toEqual(
      expect.arrayContaining([
        `The user was changed (status, metadata), ${by}`,
        `The user was put into the group “Money”, ${by}`,
        `The user was created, ${by}`,
      ]),
    )
    expect(entries[0]).toMatchObject({ event_subject: 'user', action: 'updated', client_id: 'client-of-prod' })
    const failed = entries.find(({ reason }: contract.HistoryEntry) => reason === 'password.incorrect')
    expect(failed?.text).toMatch(/^A password was refused, .*\. The password is not the one on record\.$/)
    const ids = entries.map(({ event_id }: contract.HistoryEntry) => event_id)
    expect(ids).toEqual(ids.toSorted().toReversed())
    const all = JSON.stringify(entries)
    expect(all).not.toContain(goodPassword)
    expect(all).not.toContain('another')
  })

  it('goes on where the page before ended, whatever happens meanwhile', async () => {
    const id = await madePerson(tenant, pool, 'paged.one', { credentials: [] })
    const params = { ipID: pool, userID: id }
    for (let n = 0; n < 5; n += 1) {
      await tenant.call(contract.systemUpdateUser, { params, body: { metadata: { n } } })
    }
    const whole = (await history(id)).map(({ event_id }: contract.HistoryEntry) => event_id)
    const seen: string[] = []
    for (;;) {
      const after = seen.at(-1)
      const page = await history(id, { limit: '2', ...(after === undefined ? {} : { after_event_id: after }) })
      seen.push(...page.map(({ event_id }: contract.HistoryEntry) => event_id))
      if (page.length < 2) break
      await tenant.call(contract.systemUpdateUser, { params, body: { metadata: { n: `later ${seen.length}` } } })
    }
    expect(seen).toEqual(whole)
  })

  it.each([{ limit: '0' }, { limit: '101' }, { after_event_id: "' or 1=1" }, { order: 'asc' }])(
    'is refused with %j',
    async (query) => {
      const id = await madePerson(tenant, pool, `refused.${management.needs.random.uuid()}`, { credentials: [] })
      const asked = tenant.call(contract.listUserHistory, { params: { ipID: pool, userID: id }, query })
      expect(await asked).toMatchObject({ status: 400 })
    },
  )

  it('has words for every event there can be', () => {
    const event = {
      eventId: 'e',
      occurredAt: new Date(0),
      tenantId: 't',
      workspaceId: 'w',
      userId: 'u',
      affectedUserId: 'u',
      requestId: undefined,
      ipAddress: undefined,
      userAgent: undefined,
    } as const
    for (const subject of eventSubjects) {
      for (const action of eventActions) {
        const text = tellEvent({ ...event, subject, action })
        expect(text).toMatch(/^[A-Z][^_]+, by (the user|somebody who gave this user’s name)\.$/)
        expect(text).not.toMatch(/undefined|null|object/)
      }
    }
    expect(tellEvent({ ...event, userId: 'staff', subject: 'user', action: 'deleted' })).toBe(
      'The user was deleted, by user staff.',
    )
  })
})
