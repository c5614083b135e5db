import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { authorization, Browser, issuerPath, redeem, tokenRequest } from '../../testing/browser.ts'
import { basic, portalApi } from '../../testing/open-protocol.ts'
import { crm, openServer, portal } from '../../testing/open-server.ts'
import type { TestServer } from '../../testing/open-server.ts'

const username = 'counted.kim'
const password = 'counted-kim-password'

let house: TestServer
beforeAll(async () => {
  // What is remembered stays so for the whole test, however slow the machine is.
  vi.useFakeTimers({ toFake: ['performance'] })
  house = await openServer()
  await house.addPoolUser({ biller: 'newtown', username, password })
})
afterAll(async () => {
  vi.useRealTimers()
  await house.close()
})

interface Cost {
  readonly statements: number
  readonly transactions: number
  readonly writes: number
}

/** The application, which notes what each of its requests asks of the database. */
function counting(): { readonly app: FastifyInstance; readonly costs: Cost[] } {
  const costs: Cost[] = []
  const inject = async (asked: InjectOptions) => {
    const before = { ...house.db.counts }
    const answer = await house.server.app.inject(asked)
    const { statements, transactions, writes } = house.db.counts
    costs.push({
      statements: statements - before.statements,
      transactions: transactions - before.transactions,
      writes: writes - before.writes,
    })
    return answer
  }
  return { app: { inject } as unknown as FastifyInstance, costs }
}

async function signInAndRedeem(app: FastifyInstance) {
  const browser = new Browser(app)
  const { url, verifier } = authorization({ resource: portalApi, scope: 'openid profile invoices:read' })
  const first = await browser.get(url)
  const second = await browser.submit(first, { username }, '/username')
  const page = await browser.submit(second, { password }, '/password')
  return redeem(app, new URL(page.url).searchParams.get('code') ?? '', verifier)
}

/**
 * The most statements, transactions and (on PostgreSQL) writes to connections that each step may take, in the order of the
 * test. More is slower for everybody: whoever raises a number says in the change why it is worth it.
 */
const most = [
  ['authorize', 2, 1, 1],
  ['username page', 1, 0, 1],
  ['username post', 2, 0, 2],
  ['password page', 1, 0, 1],
  ['credential post', 12, 1, 9],
  ['complete', 5, 1, 4],
  // Its grant and its session go on apart: a write for both when their answers arrive together, one each when not.
  ['resume', 14, 1, 6],
  ['code exchange', 10, 1, 4],
  ['refresh', 10, 1, 4],
  ['client credentials', 1, 1, 1],
  ['userinfo', 7, 0, 3],
  ['introspection', 4, 0, 1],
] as const

describe('what is asked of the database', () => {
  it('by each step from the sign-in to the tokens, and by what applications do with them', async () => {
    // The first sign-in of a process makes engines and reads what is remembered.
    await signInAndRedeem(house.server.app)
    const { app, costs } = counting()
    const { status, body } = await signInAndRedeem(app)
    expect(status).toBe(200)
    const bearer = { authorization: `Bearer ${String(body['access_token'])}` }
    const refreshed = await tokenRequest(app, {
      grant_type: 'refresh_token',
      refresh_token: String(body['refresh_token']),
    })
    const machine = { grant_type: 'client_credentials', scope: 'identity' }
    await tokenRequest(house.server.app, machine, crm, '/harbor/system')
    const issued = await tokenRequest(app, machine, crm, '/harbor/system')
    const userinfo = await app.inject({ method: 'GET', url: `${issuerPath}/userinfo`, headers: bearer })
    const introspected = await app.inject({
      method: 'POST',
      url: `${issuerPath}/oauth2/introspect`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(portal) },
      payload: new URLSearchParams({ token: String(body['access_token']) }).toString(),
    })
    expect([refreshed.status, issued.status, userinfo.statusCode]).toStrictEqual([200, 200, 200])
    expect(introspected.json()).toMatchObject({ active: true })
    expect(costs).toHaveLength(most.length)
    const over = most.flatMap(([step, statements, transactions, writes], index) => {
      const cost = costs[index]
      const isOver = !cost || cost.statements > statements || cost.transactions > transactions || cost.writes > writes
      return isOver ? [{ step, ...cost }] : []
    })
    expect(over).toStrictEqual([])
  })
})
