import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, authorization } from '../../testing/browser.ts'
import { openProtocol } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { tenantId } from '../../testing/open-server.ts'
import { operatorId } from '../../surfaces/command/index.ts'
import { findOrganization, findWorkspace } from '../tenancy/index.ts'
import { policyOf } from './session-policy.ts'

let protocol: Protocol
const type = (...words: readonly string[]) => protocol.house.type(...words)

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const eventsOf = (reason: string) =>
  protocol.house.db.reader
    .selectFrom('audit_events')
    .select(['subject', 'action', 'client_id', 'user_agent', 'organization_id', 'payload'])
    .where('reason', '=', reason)
    .where('subject', '=', 'organization')
    .orderBy('occurred_at')
    .orderBy('event_id')
    .execute()

const own = async (id: string) => (await findOrganization(protocol.house.db.reader, tenantId, id))?.sessionSettings

async function signedIn() {
  const browser = new Browser(protocol.house.server.app)
  const tokens = await protocol.tokensFor(browser)
  return {
    refreshes: async () => (await protocol.refresh(tokens['refresh_token'])).status,
    reads: async () => (await protocol.userinfo(tokens['access_token'])).statusCode,
    stays: async () => new URL((await browser.get(authorization({ prompt: 'none' }).url)).url).searchParams.has('code'),
  }
}

describe('an operator', () => {
  it('suspends an organization and lifts it again: nobody of it stays signed in, and both are in the audit once (SE09)', async () => {
    const person = await signedIn()
    expect(await type('organization', 'suspend', `${tenantId}/newtown`)).toStrictEqual({
      code: 0,
      lines: ['harbor/newtown is suspended from now on.'],
    })
    expect([await person.refreshes(), await person.reads(), await person.stays()]).toStrictEqual([400, 401, false])
    expect((await type('organization', 'suspend', `${tenantId}/newtown`)).lines).toStrictEqual([
      'harbor/newtown is suspended already: nothing was changed.',
    ])
    await expect(signedIn()).rejects.toThrow('no code')
    expect((await type('organization', 'resume', `${tenantId}/newtown`)).code).toBe(0)
    expect(await (await signedIn()).refreshes()).toBe(200)
    for (const reason of ['organization.suspended', 'organization.resumed']) {
      expect(await eventsOf(reason)).toMatchObject([
        {
          client_id: operatorId,
          user_agent: `gatehouse organization ${reason === 'organization.suspended' ? 'suspend' : 'resume'}`,
          organization_id: 'newtown',
        },
      ])
    }
  })

  it('reads a policy, changes it, and takes an own word back, word by word', async () => {
    const place = `${tenantId}/newtown`
    const usual = [
      'idle           4h     inherited',
      'absolute       12h    inherited',
      'stay           no     inherited',
      'stay-idle      14d    inherited',
      'stay-absolute  30d    inherited',
      'offline        12h    inherited',
      'most           100    inherited',
    ]
    expect((await type('sessions', 'policy', place)).lines).toStrictEqual(usual)
    const changed = await type('sessions', 'policy', place, '--idle', '90m', '--stay', 'yes', '--most', '3')
    expect(changed.lines).toStrictEqual([
      'idle           90m    its own word',
      usual[1],
      'stay           yes    its own word',
      usual[3],
      usual[4],
      'offline        30d    inherited',
      'most           3      its own word',
    ])
    expect(await own('newtown')).toStrictEqual({ idleSeconds: 5400, mayStaySignedIn: true, mostSessions: 3 })
    await type('sessions', 'policy', place, '--idle', '90m')
    await type('sessions', 'policy', place, '--idle', 'none', '--stay', 'none', '--most', 'none')
    expect(await own('newtown')).toBeUndefined()
    expect(await eventsOf('sessions.policy_changed')).toMatchObject([
      { client_id: operatorId, subject: 'organization', payload: { before: {}, after: { idleSeconds: 5400 } } },
      { payload: { before: { idleSeconds: 5400 }, after: {} } },
    ])
  })

  it.each([
    [['harbor/newtown', '--idle', '20'], 2, '--idle: "20" cannot be read. See gatehouse help sessions policy.'],
    [['harbor/newtown', '--idle', '60s'], 1, 'idleSeconds must be a whole number from 300 to 43200.'],
    [['harbor/newtown', '--idle', '1h', '--most', '0'], 1, 'mostSessions must be a whole number from 1 to 200.'],
    [['harbor/newtown', '--idle', '1h', '--stay', 'perhaps'], 2, /^--stay: "perhaps" cannot be read\./],
    [['harbor/nowhere', '--idle', '1h'], 1, 'There is no such workspace or organization.'],
    [['elsewhere/newtown', '--idle', '1h'], 1, 'There is no such workspace or organization.'],
    [['newtown', '--idle', '1h'], 2, '"newtown" is not of the form tenant/name.'],
  ])('who types %j is told why, and nothing is changed', async (typed, code, line) => {
    const answer = await type('sessions', 'policy', ...typed)
    expect(answer.code).toBe(code)
    expect(answer.lines).toHaveLength(1)
    if (typeof line === 'string') expect(answer.lines[0]).toBe(line)
    else expect(answer.lines[0]).toMatch(line)
    expect(await own('newtown')).toBeUndefined()
  })

  it('is told of an organization that is not there, and nothing is changed', async () => {
    for (const command of ['suspend', 'resume']) {
      expect(await type('organization', command, `${tenantId}/nowhere`)).toStrictEqual({
        code: 1,
        lines: ['Organization not found.'],
      })
    }
  })

  it('shortens sessions that are under way, of one organization or a whole workspace, and histories learn of it at the next tidying', async () => {
    const { reader } = protocol.house.db
    for (const place of ['newtown', 'portal']) {
      const person = await signedIn()
      protocol.passTime(301)
      expect(await person.stays()).toBe(true)
      protocol.passTime(301)
      expect((await type('sessions', 'policy', `${tenantId}/${place}`, '--idle', '5m')).code).toBe(0)
      expect([await person.refreshes(), await person.stays()]).toStrictEqual([400, false])
      const open = () => reader.selectFrom('sessions').select('session_uid').where('ended_at', 'is', null).execute()
      expect(await open()).not.toHaveLength(0)
      await protocol.house.server.tidy()
      expect(await open()).toHaveLength(0)
      await type('sessions', 'policy', `${tenantId}/${place}`, '--idle', 'none')
    }
    const workspace = await findWorkspace(reader, tenantId, 'portal')
    expect(policyOf(workspace?.sessionSettings)).toStrictEqual(policyOf())
  })
})
