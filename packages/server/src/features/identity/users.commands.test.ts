import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from '../../testing/browser.ts'
import { openProtocol, username } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { operatorId } from '../../surfaces/command/index.ts'

let protocol: Protocol
beforeAll(async () => {
  protocol = await openProtocol({ backchannelLogoutUri: 'http://portal.localhost:1/logout' })
})
afterAll(() => protocol.close())

const pool = 'harbor/newtown-staff'
const type = (...words: readonly string[]) => protocol.house.type(...words)

describe('an operator', () => {
  it('stops a person and lets them in again, by name or by id; every session ends with it, and applications are told (SE09)', async () => {
    const tokens = await protocol.tokensFor(new Browser(protocol.house.server.app))
    const { userId } = protocol.user
    expect(await type('user', 'deactivate', pool, username.toUpperCase())).toStrictEqual({
      code: 0,
      lines: [`${userId} is inactive from now on.`],
    })
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    expect((await protocol.userinfo(tokens['access_token'])).statusCode).toBe(401)
    const { reader } = protocol.house.db
    expect(await reader.selectFrom('session_clients').select('client_id').execute()).toStrictEqual([])
    expect((await type('user', 'deactivate', pool, userId)).lines).toStrictEqual([
      `${userId} is inactive already: nothing was changed.`,
    ])
    expect((await type('user', 'activate', pool, userId)).code).toBe(0)
    expect((await protocol.refresh(tokens['refresh_token'])).status).toBe(400)
    await protocol.tokensFor(new Browser(protocol.house.server.app))
    const events = await reader
      .selectFrom('audit_events')
      .select(['client_id', 'user_agent', 'affected_user_id', 'reason'])
      .where('client_id', '=', operatorId)
      .where('subject', 'in', ['user', 'session'])
      .orderBy('event_id')
      .execute()
    expect(events).toHaveLength(3)
    for (const event of events) expect(event.affected_user_id).toBe(userId)
    expect(new Set(events.map((event) => event.user_agent))).toStrictEqual(
      new Set(['gatehouse user deactivate', 'gatehouse user activate']),
    )
  })

  it.each([
    [[pool, 'nobody.here'], 1, 'User not found.'],
    [['harbor/nowhere', username], 1, 'Pool not found.'],
    [['elsewhere/newtown-staff', username], 1, 'Pool not found.'],
    [['newtown-staff', username], 2, '"newtown-staff" is not of the form tenant/pool.'],
  ])('who types %j is told why', async (typed, code, line) => {
    expect(await type('user', 'deactivate', ...typed)).toStrictEqual({ code, lines: [line] })
  })
})
