import * as contract from '@gatehouse/contract'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeMultiConnection } from '../../platform/db/testing/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Answering, Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson, otherPassword } from './testing/people.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('codes')
  pool = (await madeBiller(tenant, 'acme')).pool
})
afterAll(() => management.close())
beforeEach(() => {
  management.mails.length = 0
  management.warnings.length = 0
})

const post = <A extends TSchema>(operation: Answering<A>, body: object, id?: string, ipID = pool) =>
  tenant.call(operation, { params: { ipID, ...(id === undefined ? {} : { userID: id }) }, body })
const generate = async (id: string, body: object) => (await post(contract.generateCode, body, id)).body
const email = (address: string, verified: boolean) => ({ type: 'email', address, status: 'active', verified })
const addressesOf = async (id: string): Promise<contract.Address[]> =>
  (await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID: id } })).body.verifiable_addresses

async function eventsAbout(id: string): Promise<string[]> {
  const { body } = await tenant.call(contract.listAuditEvents, {
    params: { wid: 'portal' },
    query: { affected_user_id: id, order: 'asc', limit: '100' },
  })
  return body.audit_events.map((event: contract.AuditEvent) => `${event.event_subject} ${event.action}`)
}

const withoutRequestId = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/"request_id":"[^"]*"/g, '"request_id":""')

const types = ['reset_password', 'reset_totp', 'enroll_webauthn', 'challenge', 'authentication'] as const

describe('generating a code', () => {
  it.each(types)('of the type %s gives both forms, and the newest is the only one', async (type) => {
    const id = await madePerson(tenant, pool, `gen.${type.replace('_', '.')}`)
    const first = await generate(id, { type })
    const second = await generate(id, { type, address: `gen.${type.replace('_', '.')}@example.test` })
    const inspect = (code: string) => post(contract.inspectOTP, { code })
    expect(await inspect(second.extended_code)).toMatchObject({
      status: 200,
      body: { user_id: id, password_set: true, code_type: type },
    })
    expect((await inspect(first.extended_code)).status).toBe(401)
    // Inspecting spends nothing.
    expect((await inspect(second.extended_code)).status).toBe(200)
    expect((await inspect(second.code)).status).toBe(401)
    expect(management.mails).toEqual([])
  })

  it('has the length and the life that the pool says (otp_settings)', async () => {
    const own = `${pool}-settings`
    await tenant.call(contract.systemCreatePool, {
      body: {
        id: own,
        name: 'Settings',
        workspace_id: 'acme',
        otp_settings: { challenge: { length: 9, ttl: '1m0s' }, reset_password: { length: 11, ttl: '2m' } },
      },
    })
    const id = await madePerson(tenant, own, 'set.up')
    const made = async (type: string) => (await post(contract.generateCode, { type }, id, own)).body.code
    const challenge = await made('challenge')
    expect(challenge).toMatch(/^\d{9}$/)
    expect(await made('reset_password')).toMatch(/^\d{11}$/)
    await post(contract.requestResetPassword, { address: 'set.up@example.test' }, undefined, own)
    const { code } = await management.mailedCode(id)
    expect(code).toMatch(/^\d{11}$/)
    management.clock.move({ seconds: 60 })
    const verified = await post(contract.verifyOTP, { userID: id, code: challenge }, undefined, own)
    expect(verified.status).toBe(401)
    const reset = await post(
      contract.completeResetPassword,
      { code, userID: id, new_password: otherPassword },
      undefined,
      own,
    )
    expect(reset.status).toBe(204)
  })

  it('names the person by id, by identifier, or by a verified address where the type allows it', async () => {
    const id = await madePerson(tenant, pool, 'for.user')
    const by = (body: object) => post(contract.generateCodeForUser, body)
    expect((await by({ type: 'authentication', userID: id })).status).toBe(201)
    expect((await by({ type: 'authentication', identifier: 'For.User' })).status).toBe(201)
    expect((await by({ type: 'challenge', address: 'for.user@example.test' })).status).toBe(201)
    expect((await by({ type: 'authentication', address: 'for.user@example.test' })).status).toBe(422)
    expect((await by({ type: 'authentication', identifier: 'nobody.here' })).status).toBe(404)
    expect((await by({ type: 'challenge', address: 'nobody@example.test' })).status).toBe(404)
    expect((await by({ type: 'challenge', userID: id, identifier: 'for.user' })).status).toBe(422)
    expect((await by({ type: 'challenge', userID: id, address: 'not.theirs@example.test' })).status).toBe(422)
    expect((await by({ type: 'none', userID: id })).status).toBe(400)
  })

  it('wants an address to verify that is the person’s, not verified, and nobody else’s', async () => {
    await madePerson(tenant, pool, 'proud.owner')
    const id = await madePerson(tenant, pool, 'verifying', {
      verifiable_addresses: [
        email('done@example.test', true),
        email('open@example.test', false),
        email('proud.owner@example.test', false),
      ],
    })
    const of = (address?: string) => post(contract.generateCode, { type: 'verify_address', address }, id)
    expect((await of('open@example.test')).status).toBe(201)
    for (const address of [undefined, 'done@example.test', 'proud.owner@example.test', 'none@example.test']) {
      expect((await of(address)).status).toBe(422)
    }
  })

  it('is refused for somebody who is switched off', async () => {
    const id = await madePerson(tenant, pool, 'gen.off', { status: 'inactive' })
    expect((await post(contract.generateCode, { type: 'challenge' }, id)).status).toBe(422)
  })

  it('sets a password where it is for that, in the short and in the long form', async () => {
    const id = await madePerson(tenant, pool, 'gen.reset')
    const first = await generate(id, { type: 'reset_password' })
    const done = await post(contract.completeResetPassword, { code: first.extended_code, new_password: otherPassword })
    expect(done.status).toBe(204)
    const { code } = await generate(id, { type: 'reset_password' })
    const again = { userID: id, code, new_password: goodPassword }
    expect((await post(contract.completeResetPassword, again)).status).toBe(204)
  })
})

describe('a challenge', () => {
  it('is sent to whom it concerns, and everybody is answered the same at the same moment', async () => {
    const id = await madePerson(tenant, pool, 'challenged')
    const before = management.doors.atDeadline
    const known = await post(contract.requestOTPChallenge, { address: 'CHALLENGED@example.test' })
    const unknown = await post(contract.requestOTPChallenge, { address: 'nobody@example.test' })
    const unnamed = await post(contract.requestOTPChallenge, { identifier: 'nobody.at.all' })
    expect([known.status, unknown.status, unnamed.status]).toEqual([204, 204, 204])
    expect(management.doors.atDeadline - before).toBe(3)
    expect(management.mails).toMatchObject([
      { userId: id, purpose: 'challenge', address: 'challenged@example.test', organizationId: 'acme' },
    ])
    expect((await post(contract.requestOTPChallenge, {})).status).toBe(422)
  })

  it('goes to an unverified address, or the only one, when the person is named', async () => {
    const id = await madePerson(tenant, pool, 'named.only', {
      verifiable_addresses: [email('only@example.test', false)],
    })
    await post(contract.requestOTPChallenge, { address: 'only@example.test' })
    expect(management.mails).toEqual([])
    await post(contract.requestOTPChallenge, { address: 'only@example.test', userID: id })
    await post(contract.requestOTPChallenge, { identifier: 'named.only' })
    await post(contract.requestOTPChallenge, { userID: id, address: 'attacker@example.test' })
    expect(management.mails.map(({ address }) => address)).toEqual(['only@example.test', 'only@example.test'])
  })

  it('to a telephone is answered the same and is not pretended to be sent (D-36)', async () => {
    const mobile = { type: 'mobile', address: '+15550100177', status: 'active', verified: true }
    const id = await madePerson(tenant, pool, 'phoned', { verifiable_addresses: [mobile] })
    expect((await post(contract.requestOTPChallenge, { address: '+15550100177' })).status).toBe(204)
    expect(management.mails).toEqual([])
    expect((await eventsAbout(id)).at(-1)).toBe('otp not_sent')
  })

  it('is right once, by the id, the identifier or the long form, for nobody else and nothing else', async () => {
    const [id, other] = [await madePerson(tenant, pool, 'proof'), await madePerson(tenant, pool, 'proof.other')]
    const verify = (body: object) => post(contract.verifyOTP, body)
    for (const named of [{ userID: id }, { id, userID: other }, { identifier: 'Proof' }, {}]) {
      await post(contract.requestOTPChallenge, { userID: id })
      const mailed = await management.mailedCode(id)
      const code = Object.keys(named).length === 0 ? mailed.extended : mailed.code
      expect(await verify({ userID: other, code: mailed.code })).toMatchObject({ status: 401 })
      expect(await verify({ userID: other, code: mailed.extended })).toMatchObject({ status: 401 })
      expect((await post(contract.verifyAuthenticationCode, { userID: id, code: mailed.code })).status).toBe(401)
      expect(await verify({ ...named, code })).toMatchObject({ status: 200, body: { id } })
      expect((await verify({ ...named, code })).status).toBe(401)
      management.clock.move({ seconds: 61 })
      management.mails.length = 0
    }
  })

  it('is refused in the same words and at the same moment whatever was wrong', async () => {
    const id = await madePerson(tenant, pool, 'same.words')
    const off = await madePerson(tenant, pool, 'same.off')
    const { code, extended_code: extended } = await generate(id, { type: 'challenge' })
    const ofOff = await generate(off, { type: 'challenge' })
    await tenant.call(contract.systemUpdateUser, { params: { ipID: pool, userID: off }, body: { status: 'inactive' } })
    const wrong = code === '000000' ? '000001' : '000000'
    const before = management.doors.atDeadline
    const bodies = [
      { userID: id, code: wrong },
      { identifier: 'nobody.here', code },
      { userID: management.needs.random.uuid(), code },
      { userID: off, code: ofOff.code },
      { code: ofOff.extended_code },
      { code: extended.replace('challenge', 'authentication') },
      { code: `${extended.slice(0, -3)}AAA` },
      { code: 'nonsense' },
      { code },
    ]
    const answers = new Set<string>()
    for (const body of bodies) {
      // Tries that name nobody share one count.
      management.clock.move({ seconds: 61 })
      answers.add(withoutRequestId((await post(contract.verifyOTP, body)).body))
    }
    expect(answers.size).toBe(1)
    expect([...answers][0]).toContain('code.refused')
    expect(management.doors.atDeadline - before).toBe(bodies.length)
    const fresh = await generate(id, { type: 'challenge' })
    management.clock.move({ seconds: 59 })
    expect((await post(contract.verifyOTP, { code: fresh.extended_code })).status).toBe(200)
  })

  it('waits after five wrong ones, and its code is void (429, D-37)', async () => {
    const id = await madePerson(tenant, pool, 'guessed')
    const { code } = await generate(id, { type: 'challenge' })
    const wrong = code === '000000' ? '000001' : '000000'
    for (let n = 0; n < 5; n += 1)
      expect((await post(contract.verifyOTP, { userID: id, code: wrong })).status).toBe(401)
    const waiting = await post(contract.verifyOTP, { userID: id, code })
    expect(waiting).toMatchObject({ status: 429, body: { error_code: 'request.throttled' } })
    expect(waiting.headers['retry-after']).toBeDefined()
    management.clock.move({ seconds: 61 })
    expect((await post(contract.verifyOTP, { userID: id, code })).status).toBe(401)
  })

  it('is proved once by 50 at the same time', async () => {
    expect(await parallelProofs('parallel')).toBe(1)
  })
})

async function parallelProofs(username: string): Promise<number> {
  const id = await madePerson(tenant, pool, username)
  const { extended_code: code } = await generate(id, { type: 'authentication' })
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(contract.verifyAuthenticationCode, { code })))
  expect(answers.every(({ status }) => status === 200 || status === 401 || status === 429)).toBe(true)
  return answers.filter(({ status }) => status === 200).length
}

describeMultiConnection('codes on several connections', () => {
  it('are proved once by 50 at the same time, again and again', async () => {
    for (const name of ['par.a', 'par.b', 'par.c']) expect(await parallelProofs(name)).toBe(1)
  })
})

describe('verifying an address', () => {
  const ask = (id: string, address: string) => post(contract.requestAddressVerification, { address }, id)
  const complete = (id: string, address: string, code: string) =>
    post(contract.completeAddressVerification, { address, code }, id)

  it('takes the code that was sent there, once, and verifies that address and no other', async () => {
    const id = await madePerson(tenant, pool, 'prover', {
      verifiable_addresses: [email('one@prover.test', false), email('two@prover.test', false)],
    })
    expect((await ask(id, 'One@prover.test')).status).toBe(204)
    const one = await management.mailedCode(id)
    expect((await ask(id, 'two@prover.test')).status).toBe(204)
    const two = await management.mailedCode(id)
    expect(management.mails.map(({ address }) => address)).toEqual(['one@prover.test', 'two@prover.test'])
    if (one.code !== two.code) expect((await complete(id, 'two@prover.test', one.code)).status).toBe(401)
    expect((await complete(id, 'one@prover.test', one.code)).status).toBe(204)
    const [first, second] = await addressesOf(id)
    expect([first?.verified, second?.verified]).toEqual([true, false])
    expect(first?.verified_at).toBeDefined()
    expect(await complete(id, 'one@prover.test', one.code)).toMatchObject({
      status: 409,
      body: { error_code: 'address.verified' },
    })
    expect((await ask(id, 'one@prover.test')).status).toBe(409)
    expect((await complete(id, 'two@prover.test', two.extended)).status).toBe(204)
    expect(await eventsAbout(id)).toContain('otp accepted')
  })

  it('of an address that is not the person’s is answered as one that nobody has', async () => {
    const id = await madePerson(tenant, pool, 'not.mine')
    const [theirs, nobodys] = [await ask(id, 'prover@example.test'), await ask(id, 'nobody@example.test')]
    expect(theirs.status).toBe(404)
    expect(withoutRequestId(theirs.body)).toBe(withoutRequestId(nobodys.body))
    expect((await complete(id, 'nobody@example.test', '123456')).status).toBe(404)
  })

  it('of an address that somebody else has verified answers the same, and tells its owner', async () => {
    const owner = await madePerson(tenant, pool, 'holder')
    const id = await madePerson(tenant, pool, 'claimant', {
      verifiable_addresses: [email('holder@example.test', false)],
    })
    const before = management.doors.atDeadline
    expect((await ask(id, 'holder@example.test')).status).toBe(204)
    expect(management.doors.atDeadline - before).toBe(1)
    expect(management.mails).toEqual([])
    expect(management.warnings).toMatchObject([{ userId: owner, address: 'holder@example.test' }])
    expect((await complete(id, 'holder@example.test', '123456')).status).toBe(401)
  })

  it('fails when somebody else verified it first, or it was taken away meanwhile', async () => {
    const unverified = { verifiable_addresses: [email('race@example.test', false)] }
    const [slow, fast] = [
      await madePerson(tenant, pool, 'slow', unverified),
      await madePerson(tenant, pool, 'fast', unverified),
    ]
    await ask(slow, 'race@example.test')
    const { code } = await management.mailedCode(slow)
    const verified = { address: 'race@example.test', status: 'active', verified: true }
    await post(contract.systemUpdateVerifiableAddress, verified, fast)
    expect(await complete(slow, 'race@example.test', code)).toMatchObject({
      status: 409,
      body: { error_code: 'address.in_use' },
    })
    await post(contract.systemDeleteVerifiableAddress, { address: 'race@example.test' }, fast)
    await post(contract.systemDeleteVerifiableAddress, { address: 'race@example.test' }, slow)
    await post(
      contract.systemAddVerifiableAddress,
      { type: 'email', address: 'race@example.test', verified: false },
      slow,
    )
    expect((await complete(slow, 'race@example.test', code)).status).toBe(401)
    expect((await addressesOf(slow))[0]?.verified).toBe(false)
  })
})

describe('a code', () => {
  it('is in no event, no list, no log line and no job', async () => {
    const id = await madePerson(tenant, pool, 'discreet')
    const codes = await Promise.all(types.map((type) => generate(id, { type })))
    await post(contract.requestOTPChallenge, { userID: id })
    const mailed = await management.mailedCode(id)
    const { body: events } = await tenant.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { affected_user_id: id, limit: '100' },
    })
    const user = await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID: id } })
    const said = JSON.stringify([events, user.body, management.mails, management.lines])
    for (const secret of [...codes.map((one) => one.extended_code), mailed.extended]) {
      expect(said).not.toContain(secret.slice(-43))
    }
    // Long ones only: six digits may stand in a timestamp.
    for (const { code } of codes.filter((one) => one.code.length >= 8)) expect(said).not.toContain(code)
  })
})
