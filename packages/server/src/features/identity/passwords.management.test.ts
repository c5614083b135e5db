import * as contract from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeMultiConnection } from '../../platform/db/testing/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { findUser, userId } from '../users/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Answering, Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson, otherPassword } from './testing/people.ts'
import { someText } from './testing/some.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('passwords')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())
beforeEach(() => {
  management.mails.length = 0
})

const post = <A extends TSchema>(operation: Answering<A>, body: object, id?: string) =>
  tenant.call(operation, { params: { ipID: pool, ...(id === undefined ? {} : { userID: id }) }, body })
const verify = async (body: object) => (await post(contract.verifyPasswordV2, body)).body
const setState = (id: string, state: string) => post(contract.setPasswordState, { state }, id)
const setStatus = (id: string, status: string) => post(contract.systemUpdateUser, { status }, id)
const change = (id: string, from: string, to: string) =>
  post(contract.changePassword, { old_password: from, new_password: to }, id)
const epochOf = async (id: string) =>
  (await findUser(management.db.reader, organizationId('acme'), userId(id)))?.sessionEpoch

async function lastEvent(id: string): Promise<string> {
  const { body } = await tenant.call(contract.listAuditEvents, {
    params: { wid: 'portal' },
    query: { affected_user_id: id, limit: '1' },
  })
  const [event] = body.audit_events
  return `${event?.event_subject} ${event?.action} ${event?.context['reason'] ?? ''}`.trim()
}

describe('verifying a password', () => {
  it('says in words what it found (v2)', async () => {
    const id = await madePerson(tenant, pool, 'verified')
    const without = await madePerson(tenant, pool, 'without', { credentials: [] })
    const right = { id, state: 'valid', result: 'password_correct' }
    expect(await verify({ userID: id, password: goodPassword })).toEqual(right)
    expect(await verify({ id, userID: 'ignored', password: goodPassword })).toEqual(right)
    expect(await verify({ identifier: 'VERIFIED', password: goodPassword })).toEqual(right)
    expect(await lastEvent(id)).toBe('password accepted')
    expect(await verify({ userID: id, password: 'wrong' })).toEqual({
      id,
      state: 'valid',
      result: 'password_incorrect',
    })
    expect(await lastEvent(id)).toBe('password rejected password.incorrect')
    expect(await verify({ userID: without, password: 'any' })).toEqual({
      id: without,
      state: 'must_be_reset',
      result: 'no_password',
    })
    expect(await verify({ identifier: 'nobody', password: 'any' })).toEqual({
      id: '',
      state: 'must_be_reset',
      result: 'user_not_found',
    })
  })

  it('answers the same to a wrong password, no password and nobody (v1)', async () => {
    const id = await madePerson(tenant, pool, 'verified.once')
    const without = await madePerson(tenant, pool, 'without.once', { credentials: [] })
    const ask = (body: object) => post(contract.verifyPassword, body)
    expect(await ask({ userID: id, password: goodPassword })).toMatchObject({
      status: 200,
      body: { id, state: 'valid' },
    })
    for (const body of [
      { userID: id, password: 'wrong' },
      { userID: without, password: 'any' },
      { identifier: 'nobody', password: 'any' },
    ]) {
      expect(await ask(body)).toMatchObject({
        status: 401,
        body: { error_code: 'password.incorrect', error: 'The password is not correct' },
      })
    }
  })

  it('does not call a right password right for somebody who is switched off', async () => {
    const id = await madePerson(tenant, pool, 'switched.off', { status: 'inactive' })
    expect(await verify({ userID: id, password: goodPassword })).toMatchObject({ result: 'password_incorrect' })
    expect(await lastEvent(id)).toBe('password rejected user.inactive')
  })

  it('counts tries under the username, whichever way the person is named, and makes the next one wait', async () => {
    const id = await madePerson(tenant, pool, 'guessed')
    for (const body of [
      { userID: id },
      { identifier: 'guessed' },
      { identifier: 'GUESSED' },
      { identifier: ' guessed ' },
    ]) {
      await verify({ ...body, password: 'wrong' })
    }
    await change(id, 'wrong', otherPassword)
    const locked = await post(contract.verifyPasswordV2, { userID: id, password: goodPassword })
    expect(locked).toMatchObject({
      status: 429,
      body: { error_code: 'request.throttled' },
      headers: { 'retry-after': '60' },
    })
    expect((await post(contract.verifyPassword, { identifier: 'guessed', password: goodPassword })).status).toBe(429)
    expect((await change(id, goodPassword, otherPassword)).status).toBe(429)
    expect(
      (await post(contract.completeResetPassword, { userID: id, code: '12345678', new_password: otherPassword }))
        .status,
    ).toBe(429)
    management.clock.move({ seconds: 61 })
    expect(await verify({ userID: id, password: goodPassword })).toMatchObject({ result: 'password_correct' })
  })

  it('are forgotten when an application says that the password is valid', async () => {
    const id = await madePerson(tenant, pool, 'guessed.too')
    for (let tried = 0; tried < 5; tried += 1) await verify({ userID: id, password: 'wrong' })
    expect((await post(contract.verifyPasswordV2, { userID: id, password: goodPassword })).status).toBe(429)
    expect((await setState(id, 'valid')).status).toBeLessThan(300)
    expect(await verify({ userID: id, password: goodPassword })).toMatchObject({ result: 'password_correct' })
  })

  it.each([
    [400, { password: ['a', 'b'], userID: 'x' }],
    [400, { password: { $ne: null }, userID: 'x' }],
    [400, { password: '', userID: 'x' }],
    [400, { userID: 'x' }],
    [422, { password: 'x' }],
    [422, { password: 'x', userID: 'a', identifier: 'b' }],
  ])('answers %i to %j', async (status, body) => {
    expect((await post(contract.verifyPasswordV2, body)).status).toBe(status)
    expect((await post(contract.verifyPassword, body)).status).toBe(status)
  })
})

describe('the state of a password', () => {
  it('is set, shown and ends every session', async () => {
    const id = await madePerson(tenant, pool, 'stateful')
    const before = await epochOf(id)
    expect(await setState(id, 'must_be_reset')).toMatchObject({ status: 204, body: undefined })
    expect(await epochOf(id)).toBe(before! + 1)
    expect(await lastEvent(id)).toBe('credential updated password.set_by_client')
    expect((await post(contract.systemGetUser, {}, id)).body.credentials[0]?.state).toBe('must_be_reset')
    expect(await verify({ userID: id, password: goodPassword })).toEqual({
      id,
      state: 'must_be_reset',
      result: 'password_correct',
    })
    expect((await change(id, goodPassword, otherPassword)).status).toBe(401)
  })

  it('is no field of a general update, and neither is its state (PW06)', async () => {
    const id = await madePerson(tenant, pool, 'general.gil')
    for (const body of [
      { password: otherPassword },
      { hashed_password: { format: 'bcrypt', hash: 'x' } },
      { credentials: [{ type: 'password', password: otherPassword }] },
      { password_state: 'must_be_reset' },
      { credential: { password: otherPassword } },
    ]) {
      expect([body, (await post(contract.systemUpdateUser, body, id)).status]).toStrictEqual([body, 400])
    }
    expect(await verify({ userID: id, password: goodPassword })).toEqual({
      id,
      state: 'valid',
      result: 'password_correct',
    })
    expect((await verify({ userID: id, password: otherPassword })).result).toBe('password_incorrect')
  })

  it('cannot be set where there is no password, nor to nothing', async () => {
    const id = await madePerson(tenant, pool, 'stateless', { credentials: [] })
    expect(await setState(id, 'valid')).toMatchObject({ status: 422, body: { error_code: 'password.not_set' } })
    expect((await post(contract.setPasswordState, {}, id)).status).toBe(422)
    expect((await setState(id, 'expired')).status).toBe(400)
    expect((await setState(management.needs.random.uuid(), 'valid')).status).toBe(404)
  })
})

describe('changing a password', () => {
  it.each([contract.changePassword, contract.deprecatedChangePassword])(
    'takes the old one, keeps the new one and ends every session ($operationId)',
    async (operation) => {
      const id = await madePerson(tenant, pool, `changer.${operation.operationId}`)
      await setState(id, 'must_be_changed')
      const before = await epochOf(id)
      const changed = await post(operation, { old_password: goodPassword, new_password: otherPassword }, id)
      expect(changed.status).toBe(204)
      expect(await epochOf(id)).toBe(before! + 1)
      expect(await lastEvent(id)).toBe('password updated password.changed_by_user')
      expect(await verify({ userID: id, password: goodPassword })).toMatchObject({ result: 'password_incorrect' })
      expect(await verify({ userID: id, password: otherPassword })).toMatchObject({
        result: 'password_correct',
        state: 'valid',
      })
    },
  )

  it('refuses a wrong old one, a poor new one, and somebody without one', async () => {
    const id = await madePerson(tenant, pool, 'refused.change')
    const without = await madePerson(tenant, pool, 'nothing.to.change', { credentials: [] })
    expect(await change(id, 'wrong', otherPassword)).toMatchObject({
      status: 401,
      body: { error_code: 'password.incorrect' },
    })
    expect(await change(id, goodPassword, 'password')).toMatchObject({
      status: 422,
      body: { error_code: 'password.refused' },
    })
    expect(await change(without, 'any', otherPassword)).toMatchObject({
      status: 422,
      body: { error_code: 'password.not_set' },
    })
    expect(await verify({ userID: id, password: goodPassword })).toMatchObject({ result: 'password_correct' })
  })

  it('lets one of many changes from the same old password win', async () => {
    const id = await madePerson(tenant, pool, 'raced.change')
    const wanted = Array.from({ length: 4 }, (_, n) => `${otherPassword} number ${n}`)
    const answers = await Promise.all(wanted.map((to) => change(id, goodPassword, to)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    // Late ones find another password than the one they proved, or cannot prove the old one any more.
    expect(statuses.every((status) => status === 204 || status === 412 || status === 401)).toBe(true)
    const winner = wanted[answers.findIndex(({ status }) => status === 204)]
    expect(await verify({ userID: id, password: winner })).toMatchObject({ result: 'password_correct' })
  })

  it('refuses passwords that the pool remembers', async () => {
    const remembering = `${pool}-remembering`
    await tenant.call(contract.systemCreatePool, {
      body: { id: remembering, name: 'Remembering', workspace_id: 'acme', password_policy: { not_used_since: 2 } },
    })
    const id = await madePerson(tenant, remembering, 'remembered')
    const there = (from: string, to: string) =>
      tenant.call(contract.changePassword, {
        params: { ipID: remembering, userID: id },
        body: { old_password: from, new_password: to },
      })
    expect((await there(goodPassword, goodPassword)).status).toBe(422)
    expect((await there(goodPassword, otherPassword)).status).toBe(204)
    expect((await there(otherPassword, goodPassword)).status).toBe(422)
    expect((await there(otherPassword, 'third lantern harbour 9')).status).toBe(204)
    expect((await there('third lantern harbour 9', goodPassword)).status).toBe(204)
  })
})

const codeFor = async (id: string): Promise<string> => (await management.mailedCode(id)).code

const request = (body: object) => post(contract.requestResetPassword, body)
const complete = (body: object) => post(contract.completeResetPassword, { new_password: otherPassword, ...body })

describe('asking for a reset', () => {
  it('answers anybody the same and writes to those whom it concerns', async () => {
    const id = await madePerson(tenant, pool, 'forgetful')
    const known = await request({ address: 'FORGETFUL@example.test' })
    const unknown = await request({ address: 'nobody@example.test' })
    expect([known.status, unknown.status]).toEqual([204, 204])
    expect(known.body).toBe(unknown.body)
    expect(management.mails).toMatchObject([
      { userId: id, organizationId: 'acme', address: 'forgetful@example.test', purpose: 'password_reset' },
    ])
    expect(await lastEvent(id)).toBe('password requested')
  })

  it('writes to an unverified address only when the person is named too, and never to one that is not theirs', async () => {
    const unverified = {
      verifiable_addresses: [{ type: 'email', address: 'new@example.test', status: 'active', verified: false }],
    }
    const id = await madePerson(tenant, pool, 'unverified', unverified)
    await request({ address: 'new@example.test' })
    await request({ address: 'attacker@example.test', userID: id })
    expect(management.mails).toEqual([])
    await request({ address: 'new@example.test', identifier: 'unverified' })
    expect(management.mails).toMatchObject([{ userId: id, address: 'new@example.test' }])
  })

  it('writes to nobody more often than is allowed, and still answers the same (RS11)', async () => {
    await madePerson(tenant, pool, 'bombed')
    for (let n = 0; n < 8; n += 1) expect((await request({ address: 'bombed@example.test' })).status).toBe(204)
    expect(management.mails).toHaveLength(5)
  })

  it('writes to nobody who is switched off', async () => {
    const id = await madePerson(tenant, pool, 'off', { status: 'inactive' })
    await request({ address: 'off@example.test' })
    await request({ address: 'off@example.test', userID: id })
    expect(management.mails).toEqual([])
  })
})

describe('resetting a password', () => {
  it.each<[string, string, (id: string, code: string, extended: string) => [Operation, object]]>([
    ['the user id', 'named.a', (userID, code) => [contract.completeResetPassword, { userID, code }]],
    ['the username', 'named.b', (_, code) => [contract.completeResetPassword, { identifier: 'Named.B', code }]],
    [
      'the address',
      'named.c',
      (_, code) => [contract.completeResetPassword, { address: 'named.c@example.test', code }],
    ],
    [
      'the longer code of a link',
      'named.d',
      (_id, _code, extended) => [contract.completeResetPassword, { code: extended }],
    ],
    [
      'the address, in the older operation',
      'named.e',
      (_, code) => [contract.confirmResetPassword, { identifier: 'named.e@example.test', code }],
    ],
    [
      'the user id, in the older operation',
      'named.f',
      (userID, code) => [contract.confirmResetPassword, { userID, code }],
    ],
  ])('works once with the code and %s', async (_, username, proof) => {
    const id = await madePerson(tenant, pool, username)
    await request({ address: `${username}@example.test` })
    const before = await epochOf(id)
    const mailed = await management.mailedCode(id)
    const [operation, body] = proof(id, mailed.code, mailed.extended)
    expect((await post(operation, { ...body, new_password: otherPassword })).status).toBe(204)
    expect(await epochOf(id)).toBe(before! + 1)
    expect(await lastEvent(id)).toBe('password updated password.reset_by_code')
    expect(await verify({ userID: id, password: otherPassword })).toMatchObject({
      result: 'password_correct',
      state: 'valid',
    })
    expect(await post(operation, { ...body, new_password: goodPassword })).toMatchObject({
      status: 401,
      body: { error_code: 'code.refused' },
    })
  })

  it('answers every bad proof the same', async () => {
    const id = await madePerson(tenant, pool, 'proving')
    const another = await madePerson(tenant, pool, 'another')
    await request({ address: 'proving@example.test' })
    const { code, extended } = await management.mailedCode(id)
    const wrong = code === '00000000' ? '00000001' : '00000000'
    for (const body of [
      { userID: id, code: wrong },
      { userID: id, code: 'abc' },
      { userID: another, code },
      { userID: another, code: extended },
      { identifier: 'nobody', code },
      { code },
    ]) {
      expect(await complete(body)).toMatchObject({
        status: 401,
        body: {
          error: 'The code is wrong, used or too old',
          error_code: 'code.refused',
          details: { request_id: someText },
        },
      })
    }
    expect((await complete({ userID: id, code })).status).toBe(204)
  })

  it('keeps the code good when only the new password was refused', async () => {
    const id = await madePerson(tenant, pool, 'second.thought')
    await request({ address: 'second.thought@example.test' })
    const code = await codeFor(id)
    expect(await complete({ userID: id, code, new_password: 'password' })).toMatchObject({
      status: 422,
      body: { error_code: 'password.refused' },
    })
    expect((await complete({ userID: id, code })).status).toBe(204)
  })

  it('refuses a code that is too old, that two newer ones followed, or whose owner was switched off (RS02)', async () => {
    const id = await madePerson(tenant, pool, 'late')
    await request({ address: 'late@example.test' })
    const old = await codeFor(id)
    management.clock.move({ seconds: 15 * 60 })
    expect((await complete({ userID: id, code: old })).status).toBe(401)
    await request({ address: 'late@example.test' })
    const followed = await codeFor(id)
    management.clock.move({ seconds: 1 })
    await request({ address: 'late@example.test' })
    const previous = await codeFor(id)
    management.clock.move({ seconds: 1 })
    await request({ address: 'late@example.test' })
    const newest = await codeFor(id)
    // Eight random digits: the same twice once in a hundred million runs.
    expect((await complete({ userID: id, code: followed })).status).toBe(401)
    await setStatus(id, 'inactive')
    expect((await complete({ userID: id, code: newest })).status).toBe(401)
    await setStatus(id, 'active')
    expect((await complete({ userID: id, code: previous })).status).toBe(204)
    expect((await complete({ userID: id, code: newest })).status).toBe(401)
  })

  it('gives a code five tries and no more', async () => {
    const id = await madePerson(tenant, pool, 'tried', { identifiers: [] })
    await request({ address: 'tried@example.test' })
    const code = await codeFor(id)
    const wrong = code === '00000000' ? '00000001' : '00000000'
    for (let n = 0; n < 5; n += 1) {
      expect((await complete({ userID: id, code: wrong })).status).toBe(401)
    }
    management.clock.move({ seconds: 61 })
    expect((await complete({ userID: id, code })).status).toBe(401)
  })

  it('lets exactly one of 50 at the same time through (RS02)', async () => {
    await expect(parallelConfirmations('parallel', 50)).resolves.toBe(1)
  })
})

describeMultiConnection('resetting a password on several connections', () => {
  it('lets exactly one of 50 at the same time through, again and again', async () => {
    for (const name of ['parallel.a', 'parallel.b', 'parallel.c']) {
      expect(await parallelConfirmations(name, 50)).toBe(1)
    }
  })
})

async function parallelConfirmations(username: string, count: number): Promise<number> {
  const id = await madePerson(tenant, pool, username)
  await request({ address: `${username}@example.test` })
  const code = await codeFor(id)
  const answers = await Promise.all(
    Array.from({ length: count }, (_, n) => complete({ userID: id, code, new_password: `${otherPassword} ${n}` })),
  )
  const refusals = answers.filter(({ status }) => status !== 204)
  // Refused by the code, or by the count of tries before the code was looked at.
  expect(refusals.every(({ status }) => status === 401 || status === 429)).toBe(true)
  return answers.filter(({ status }) => status === 204).length
}
