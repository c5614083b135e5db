import { listScopesSystem, revokeTokens, revokeTokensByPool } from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertResource } from '../clients/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
let pool: string
let user: string
let neighbour: string
let foreign: string

beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
  const theirs = await management.tenant('theirs')
  pool = (await madeBiller(ours, 'a-biller')).pool
  user = await madePerson(ours, pool, 'token.tom')
  neighbour = await madePerson(ours, (await madeBiller(ours, 'b-biller')).pool, 'token.tina')
  foreign = await madePerson(theirs, (await madeBiller(theirs, 'a-biller')).pool, 'token.theo')
})
afterAll(() => management.close())

/** What each use of anything of a person compares; raised when everything of theirs ends. */
async function epochs(): Promise<Readonly<Record<string, number>>> {
  const rows = await management.db.reader.selectFrom('users').select(['user_id', 'session_epoch']).execute()
  return Object.fromEntries(rows.map((row) => [row.user_id, row.session_epoch]))
}

/** Whose epoch was raised by it. */
async function endedBy(call: () => Promise<{ readonly status: number }>): Promise<unknown> {
  const before = await epochs()
  const { status } = await call()
  const after = await epochs()
  return [status, Object.keys(after).filter((id) => after[id] !== before[id])]
}

const byPool = (users: unknown, ipID = pool) =>
  endedBy(() => ours.call(revokeTokensByPool, { params: { ipID }, body: { users } }))
const byWorkspace = (body: unknown, wid = 'portal', query = {}) =>
  endedBy(() => ours.call(revokeTokens, { params: { wid }, body, query }))
const nobody = '01890000-0000-7000-8000-000000000000'

describe('ending all that people hold', () => {
  it('ends it for those of the pool, and tells nobody else apart', async () => {
    expect(await byPool([user])).toEqual([204, [user]])
    expect(await byPool([nobody, neighbour, foreign, 'no id', user, user])).toEqual([204, [user]])
    expect(await byPool([neighbour])).toEqual([204, []])
    expect(await byPool([user], 'no-such-pool')).toEqual([404, []])
  })

  it('ends it for those of the workspace, or of the organization that is named as one', async () => {
    expect(await byWorkspace({ subjects: [neighbour, foreign], idp_id: 'any' })).toEqual([204, [neighbour]])
    expect(await byWorkspace({ subjects: [neighbour, user] }, 'a-biller')).toEqual([204, [user]])
    expect(await byWorkspace({ subjects: [user] }, 'admin')).toEqual([204, []])
    expect(await byWorkspace({ subjects: [user] }, 'nowhere')).toEqual([404, []])
  })

  it('by a consent finds none, and does not take the people in its place (D-53)', async () => {
    expect(await byWorkspace({ subjects: [user] }, 'portal', { consent_id: 'c-1' })).toEqual([404, []])
    expect(await byWorkspace(undefined, 'portal', { consent_id: 'c-1' })).toEqual([404, []])
  })

  it.each([
    ['nobody', () => []],
    ['nothing', () => undefined],
    ['a hundred and one people', () => Array.from({ length: 101 }, () => user)],
  ])('takes one to a hundred people, not %s', async (_, namePeople) => {
    const people = namePeople()
    expect(await byPool(people)).toEqual([422, []])
    expect(await byWorkspace({ subjects: people })).toEqual([422, []])
  })

  it('is not tried for ten thousand people, or for what is no list', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => String(at))
    expect(await byPool(many)).toEqual([400, []])
    expect(await byPool(user)).toEqual([400, []])
    expect(await byWorkspace({ subjects: { length: 1, 0: user } })).toEqual([400, []])
  })

  it('is written down with whom it happened to', async () => {
    const events = await management.db.reader
      .selectFrom('audit_events')
      .select(['affected_user_id', 'affected_user_pool_id', 'client_id'])
      .where('subject', '=', 'tokens')
      .where('action', '=', 'revoked')
      .where('affected_user_id', '=', user)
      .execute()
    expect(events[0]).toEqual({ affected_user_id: user, affected_user_pool_id: pool, client_id: 'client-of-ours' })
  })
})

describe('the scopes of a workspace', () => {
  it('are those about the person and those of its APIs, each with whose it is', async () => {
    const api = { audience: 'https://api.example', name: 'Invoices', scopes: ['invoices:read'], accessTokenSeconds: 60 }
    await management.db.transaction((tx) => insertResource(tx, 'ours', 'portal', api, management.clock.now()))
    const { body } = await ours.call(listScopesSystem, { params: { wid: 'portal' } })
    expect(body.scopes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['openid', 'email', 'offline_access', 'invoices:read']),
    )
    expect(body.scopes.find(({ name }) => name === 'invoices:read')).toMatchObject({
      id: 'invoices:read https://api.example',
      service: { name: 'Invoices', custom_audience: 'https://api.example', type: 'user', system: false },
    })
    expect(new Set(body.scopes.map(({ id }) => id)).size).toBe(body.scopes.length)
    const { body: ofOrganization } = await ours.call(listScopesSystem, { params: { wid: 'a-biller' } })
    expect(ofOrganization).toEqual(body)
  })
})
