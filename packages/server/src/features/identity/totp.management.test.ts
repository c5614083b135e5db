import { randomBytes } from 'node:crypto'
import * as contract from '@gatehouse/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeTotpStep } from '../credentials/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import { base32, shownCode } from './testing/authenticator-app.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson, person } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('north')
  pool = (await madeBiller(tenant, 'harbor')).pool
})
afterAll(() => management.close())

const now = () => management.clock.nowSeconds()
const made = async (username: string, key = randomBytes(20)) => ({
  key,
  userID: await madePerson(tenant, pool, username, { credentials: [{ type: 'totp', totp_secret: base32(key) }] }),
})
const change = (userID: string, totp: string, next: string = base32(randomBytes(20))) =>
  tenant.call(contract.changeTotpSecret, { params: { ipID: pool, userID }, body: { totp, new_totp_secret: next } })
const detailsOf = async (userID: string) =>
  (await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID } })).body
const eventsOf = async (userID: string) => {
  const { body } = await tenant.call(contract.listAuditEvents, {
    params: { wid: 'portal' },
    query: { affected_user_id: userID, limit: '100' },
  })
  return body.audit_events
    .filter((event: contract.AuditEvent) => event.event_subject === 'credential')
    .map((event: contract.AuditEvent) => event.action)
    .toReversed()
}

describe('a new user', () => {
  it('may have an authenticator’s secret beside a password; it is never shown again', async () => {
    const key = randomBytes(20)
    const credentials = [
      { type: 'password', password: 'quiet harbour lantern 47' },
      { type: 'totp', totp_secret: base32(key).toLowerCase() },
    ]
    const answer = await tenant.call(contract.systemCreateUser, {
      params: { ipID: pool },
      body: person('both.of.them', { credentials }),
    })
    expect(answer.status).toBe(201)
    expect(answer.body.credentials.map(({ type, payload }) => ({ type, payload }))).toEqual([
      { type: 'password', payload: { hashed_password: '###' } },
      { type: 'totp', payload: { totp_secret: '###' } },
    ])
    expect(await detailsOf(answer.body.id)).toEqual(answer.body)
    expect(JSON.stringify([answer.body, await eventsOf(answer.body.id), management.lines])).not.toContain(base32(key))
    const { rows } = await sql<{ sealed: Uint8Array }>`
      select sealed_secret as sealed from totp_secrets where user_id = ${answer.body.id}`.execute(management.db.reader)
    expect(rows).toHaveLength(1)
    expect(Buffer.from(rows[0]?.sealed ?? []).includes(base32(key))).toBe(false)
  })

  it.each([
    ['of fewer than 128 bits', [{ type: 'totp', totp_secret: 'GEZDGNBVGY3TQOJQ' }]],
    ['that is no base32', [{ type: 'totp', totp_secret: '0189'.repeat(8) }]],
    ['that is not there', [{ type: 'totp' }]],
    ['that is a password', [{ type: 'totp', totp_secret: 'A'.repeat(32), password: 'quiet harbour lantern 47' }]],
    ['of another type', [{ type: 'password', password: 'quiet harbour lantern 47', totp_secret: 'A'.repeat(32) }]],
    [
      'twice',
      [
        { type: 'totp', totp_secret: 'A'.repeat(32) },
        { type: 'totp', totp_secret: 'B'.repeat(32) },
      ],
    ],
  ])('with a secret %s is refused, and not made', async (_, credentials) => {
    const refused = await tenant.call(contract.systemCreateUser, {
      params: { ipID: pool },
      body: person('never.made', { credentials }),
    })
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'request.invalid' } })
    const found = await tenant.call(contract.systemGetUserByKey, {
      params: { ipID: pool },
      body: { identifier: 'never.made' },
    })
    expect(found.status).toBe(404)
  })
})

describe('changing the secret of an authenticator', () => {
  it('takes a code of the present one, and from then on codes of the new one', async () => {
    const { userID, key } = await made('changes.once')
    const next = randomBytes(32)
    expect((await change(userID, shownCode(key, now()), base32(next))).status).toBe(204)
    expect(await change(userID, shownCode(key, now() + 30))).toMatchObject({
      status: 401,
      body: { error_code: 'totp.incorrect' },
    })
    expect((await change(userID, shownCode(next, now()))).status).toBe(204)
    expect(await eventsOf(userID)).toEqual(['created', 'updated', 'rejected', 'updated'])
  })

  it('takes the codes of the step before and the step after, and of no other', async () => {
    for (const [seconds, status] of [
      [-60, 401],
      [-30, 204],
      [30, 204],
      [60, 401],
    ] as const) {
      const { userID, key } = await made(`clock.off.by${seconds}`)
      expect([seconds, (await change(userID, shownCode(key, now() + seconds))).status]).toEqual([seconds, status])
    }
  })

  it('takes a code once, however many show it at the same moment (MF03)', async () => {
    const { userID, key } = await made('many.at.once')
    const answers = await Promise.all([1, 2, 3, 4].map(() => change(userID, shownCode(key, now()))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 401, 401, 401])
  })

  it('takes no step a second time, and none before the last one taken (MF03, RFC 6238 §5.2)', async () => {
    const { userID } = await made('each.step.once')
    const owner = { organizationId: organizationId('harbor'), userId: userId(userID) }
    const take = (step: number) => management.db.transaction((tx) => takeTotpStep(tx, owner, { generation: 1 }, step))
    expect((await Promise.all([take(7), take(7), take(7)])).toSorted()).toEqual([false, false, true])
    expect([await take(6), await take(7), await take(8), await take(7)]).toEqual([false, false, true, false])
  })

  it('waits after wrong codes, though the right one is shown; codes of messages stay open', async () => {
    const { userID, key } = await made('guesses')
    const wrong = shownCode(randomBytes(20), now())
    for (let tries = 0; tries < 5; tries += 1) expect((await change(userID, wrong)).status).toBe(401)
    const waits = await change(userID, shownCode(key, now()))
    expect(waits).toMatchObject({ status: 429, body: { error_code: 'request.throttled' } })
    expect(Number(waits.headers['retry-after'])).toBeGreaterThan(0)
    const code = await tenant.call(contract.completeResetPassword, {
      params: { ipID: pool },
      body: { code: '12345678', userID, new_password: 'seven amber bicycles 12' },
    })
    expect(code.status).toBe(401)
    management.clock.move({ seconds: 60 })
    expect((await change(userID, shownCode(key, now()))).status).toBe(204)
  })

  it('is refused where there is none, where the new one is none, and for somebody switched off', async () => {
    const without = await madePerson(tenant, pool, 'without.any')
    expect(await change(without, '123456')).toMatchObject({ status: 422, body: { error_code: 'totp.not_set' } })
    const { userID, key } = await made('switched.off')
    expect(await change(userID, shownCode(key, now()), 'short')).toMatchObject({
      status: 422,
      body: { details: { fields: [{ field: 'new_totp_secret' }] } },
    })
    await tenant.call(contract.systemUpdateUser, { params: { ipID: pool, userID }, body: { status: 'inactive' } })
    expect((await change(userID, shownCode(key, now()))).status).toBe(401)
    await tenant.call(contract.systemUpdateUser, { params: { ipID: pool, userID }, body: { status: 'active' } })
    // Nothing of what was refused has used the code up.
    expect((await change(userID, shownCode(key, now()))).status).toBe(204)
  })
})
