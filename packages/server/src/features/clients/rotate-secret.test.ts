import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenRequest } from '../../testing/browser.ts'
import { tenantId } from '../../testing/open-server.ts'
import { gateway, kiosk, ledger, openProtocol } from '../../testing/open-protocol.ts'
import type { Protocol } from '../../testing/open-protocol.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { findClient, revokeRotatedSecrets, rotateClientSecret } from './index.ts'

let protocol: Protocol
const place = { tenantId, workspaceId: 'portal', clientId: gateway.clientId }
const facts = { requestId: 'r', ipAddress: '', userAgent: '' }
const needs = () => ({ db: protocol.house.db, clock: protocol.house.clock, random: systemRandom })

beforeAll(async () => {
  protocol = await openProtocol()
})
afterAll(() => protocol.close())

const statusWith = async (secret: string) =>
  (
    await tokenRequest(
      protocol.house.server.app,
      { grant_type: 'client_credentials', scope: 'invoices:read' },
      { clientId: gateway.clientId, secret },
    )
  ).status

describe('the secret of a client', () => {
  it('is rotated while the old one goes on to its end, and not a second longer', async () => {
    const { secret, oldEndsAt } = await rotateClientSecret(needs(), place, 3600, facts)
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(oldEndsAt.getTime()).toBe(protocol.house.clock.now().getTime() + 3_600_000)
    expect([await statusWith(secret), await statusWith(gateway.secret)]).toStrictEqual([200, 200])
    protocol.passTime(3599)
    expect(await statusWith(gateway.secret)).toBe(200)
    protocol.passTime(1)
    expect([await statusWith(secret), await statusWith(gateway.secret)]).toStrictEqual([200, 401])
    const [event] = await protocol.house.db.reader
      .selectFrom('audit_events')
      .select(['subject', 'action', 'client_id', 'payload'])
      .where('reason', '=', 'secret.rotated')
      .execute()
    expect(event).toMatchObject({ subject: 'client', action: 'updated', client_id: gateway.clientId })
    expect(JSON.stringify(event)).not.toContain(secret)
    const row = await findClient(protocol.house.db.reader, tenantId, 'portal', gateway.clientId)
    expect(JSON.stringify(row)).not.toContain(secret)
  })

  it('goes at once where no overlap is wanted, and rotated ones go together when they are revoked', async () => {
    const first = await rotateClientSecret(needs(), place, undefined, facts)
    const second = await rotateClientSecret(needs(), place, undefined, facts)
    expect([await statusWith(first.secret), await statusWith(second.secret)]).toStrictEqual([200, 200])
    await revokeRotatedSecrets(needs(), place, facts)
    await revokeRotatedSecrets(needs(), place, facts)
    expect([await statusWith(first.secret), await statusWith(second.secret)]).toStrictEqual([401, 200])
    const third = await rotateClientSecret(needs(), place, 0, facts)
    expect([await statusWith(second.secret), await statusWith(third.secret)]).toStrictEqual([401, 200])
  })

  it('has two rotated ones at most beside it, and the end of an old one is not moved by a new rotation', async () => {
    const secrets = [await rotateClientSecret(needs(), place, 60, facts)]
    for (let n = 0; n < 3; n += 1) secrets.push(await rotateClientSecret(needs(), place, 7200, facts))
    const statuses = () => Promise.all(secrets.map(({ secret }) => statusWith(secret)))
    expect(await statuses()).toStrictEqual([401, 200, 200, 200])
    protocol.passTime(7200)
    expect(await statuses()).toStrictEqual([401, 401, 401, 200])
    const keep = await rotateClientSecret(needs(), place, 60, facts)
    const next = await rotateClientSecret(needs(), place, 7200, facts)
    protocol.passTime(60)
    expect([
      await statusWith(secrets[3]?.secret ?? ''),
      await statusWith(keep.secret),
      await statusWith(next.secret),
    ]).toStrictEqual([401, 200, 200])
  })

  it('is not given to a client that has none, of another workspace, or that is not there (TK10)', async () => {
    for (const clientId of [kiosk.clientId, ledger.clientId]) {
      await expect(rotateClientSecret(needs(), { ...place, clientId }, 60, facts)).rejects.toMatchObject({
        code: 'request.invalid',
      })
    }
    for (const wrong of [{ clientId: 'nobody' }, { workspaceId: 'system' }, { tenantId: 'other' }]) {
      await expect(rotateClientSecret(needs(), { ...place, ...wrong }, 60, facts)).rejects.toMatchObject({
        code: 'client.not_found',
      })
    }
  })
})
