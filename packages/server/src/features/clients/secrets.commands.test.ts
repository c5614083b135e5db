import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorId } from '../../surfaces/command/index.ts'
import { tokenRequest } from '../../testing/browser.ts'
import { gateway, kiosk, openProtocol } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'

let protocol: Protocol
beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const place = `harbor/portal/${gateway.clientId}`
const type = (...words: readonly string[]) => protocol.house.type(...words)
const opens = async (secret: string): Promise<boolean> =>
  (
    await tokenRequest(
      protocol.house.server.app,
      { grant_type: 'client_credentials', scope: 'invoices:read' },
      { clientId: gateway.clientId, secret },
    )
  ).status === 200

describe('an operator', () => {
  it('gives a client a new secret, shown once; the old one goes on for as long as was said, or until it is revoked', async () => {
    const { code, lines } = await type('secret', 'rotate', place, '--overlap', '2')
    const [first = '', until] = lines
    expect(code).toBe(0)
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(until).toMatch(/^The secret before goes on until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/)
    expect([await opens(gateway.secret), await opens(first)]).toStrictEqual([true, true])
    protocol.passTime(2 * 3600)
    expect([await opens(gateway.secret), await opens(first)]).toStrictEqual([false, true])

    const second = (await type('secret', 'rotate', place)).lines[0] ?? ''
    expect([await opens(first), await opens(second)]).toStrictEqual([true, true])
    expect((await type('secret', 'revoke', place)).code).toBe(0)
    expect([await opens(first), await opens(second)]).toStrictEqual([false, true])

    const third = (await type('secret', 'rotate', place, '--overlap', '0')).lines[0] ?? ''
    expect([await opens(second), await opens(third)]).toStrictEqual([false, true])

    const events = await protocol.house.db.reader
      .selectFrom('audit_events')
      .selectAll()
      .where('reason', 'in', ['secret.rotated', 'secret.rotated_revoked'])
      .execute()
    expect(events).toHaveLength(4)
    for (const event of events) {
      expect(event).toMatchObject({ client_id: gateway.clientId, context: { by: operatorId } })
    }
    const kept = JSON.stringify(events) + protocol.house.logLines.join('\n')
    for (const secret of [first, second, third]) expect(kept).not.toContain(secret)
  })

  it.each([
    [[`harbor/portal/nobody`], 1, 'Client not found.'],
    [[`harbor/system/${gateway.clientId}`], 1, 'Client not found.'],
    [[`harbor/portal/${kiosk.clientId}`], 1, 'This client has no secret.'],
    [[gateway.clientId], 2, '"gateway" is not of the form tenant/workspace/client.'],
    [[place, '--overlap', 'long'], 2, '--overlap: "long" is not a whole number of hours from 0 to 8760.'],
    [[place, '--overlap', '9999'], 2, '--overlap: "9999" is not a whole number of hours from 0 to 8760.'],
  ])('who types %j is told why, and no secret is changed', async (typed, code, line) => {
    const before = await protocol.house.db.reader.selectFrom('clients').selectAll().orderBy('client_id').execute()
    expect(await type('secret', 'rotate', ...typed)).toStrictEqual({ code, lines: [line] })
    const after = await protocol.house.db.reader.selectFrom('clients').selectAll().orderBy('client_id').execute()
    expect(after).toStrictEqual(before)
  })
})
