import * as contract from '@gatehouse/contract'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeMultiConnection } from '../../platform/db/testing/index.ts'
import { claimName, nameScope } from '../directory/index.ts'
import { openManagement } from './testing/open-management.ts'
import type { Answering, Management } from './testing/open-management.ts'
import { goodPassword, madeBiller, madePerson } from './testing/people.ts'
import { someId } from './testing/some.ts'
import { findWorkspace, organizationId } from '../tenancy/index.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
let closed: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('registration')
  closed = (await madeBiller(tenant, 'acme')).pool
  pool = `${closed}-open`
  await tenant.call(contract.systemCreatePool, {
    body: { id: pool, name: 'Open', workspace_id: 'acme', public_registration_allowed: true },
  })
})
afterAll(() => management.close())
beforeEach(() => {
  management.mails.length = 0
  management.warnings.length = 0
})

const post = <A extends TSchema>(operation: Answering<A>, body: object, id?: string, query = {}) =>
  tenant.call(operation, { params: { ipID: pool, ...(id === undefined ? {} : { userID: id }) }, body, query })
const register = (body: object, query = {}) => post(contract.selfRegisterUser, body, undefined, query)
const activate = (id: string, body: object) => post(contract.activateSelfRegisteredUser, body, id)
const send = (id: string, body: object = {}) => post(contract.selfSendActivationMessage, body, id)
const get = async (id: string) =>
  (await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID: id } })).body
const userCount = async () =>
  (await tenant.call(contract.systemGetPool, { params: { ipID: pool } })).body.number_of_users
const verify = async (identifier: string, password: string) =>
  (await post(contract.verifyPasswordV2, { identifier, password })).body.result
const verified = (address: string) => [{ type: 'email', address, status: 'active', verified: true }]

describe('registering', () => {
  it('by e-mail makes somebody new, who is activated by the code and is named by the address from then on', async () => {
    const made = await register({
      identifier: 'Jo@new.test',
      password: goodPassword,
      payload: { name: 'Jo' },
    })
    expect(made).toMatchObject({ status: 201, body: { id: someId } })
    const { id } = made.body
    expect(await get(id)).toMatchObject({
      status: 'new',
      payload: { name: 'Jo' },
      identifiers: [],
      verifiable_addresses: [{ address: 'Jo@new.test', verified: false }],
    })
    expect(management.mails).toMatchObject([{ userId: id, purpose: 'activation', address: 'Jo@new.test' }])
    const { code } = await management.mailedCode(id)
    const activated = await activate(id, { code })
    expect(activated).toMatchObject({
      status: 201,
      body: {
        id,
        status: 'active',
        identifiers: [{ type: 'email', identifier: 'Jo@new.test', identifier_lc: 'jo@new.test' }],
        verifiable_addresses: [{ verified: true }],
      },
    })
    expect(await verify('jo@new.test', goodPassword)).toBe('password_correct')
    expect(await activate(id, { code })).toMatchObject({ status: 401, body: { error_code: 'code.refused' } })
  })

  it('by a username takes it, and the code goes to the address that was given beside it', async () => {
    const { body } = await register({ identifier: 'new.name', otp_address: 'name@new.test' })
    expect(management.mails).toMatchObject([{ userId: body.id, address: 'name@new.test' }])
    const { extended } = await management.mailedCode(body.id)
    const activated = await post(contract.activateSelfRegisteredUserUsingExtendedCode, {
      code: extended,
      password: goodPassword,
    })
    expect(activated.status).toBe(201)
    expect(activated.body.identifiers.map(({ type }: contract.Identifier) => type).toSorted()).toEqual(['email', 'uid'])
    expect(await verify('new.name', goodPassword)).toBe('password_correct')
  })

  it('sends nothing where that is not wanted, or there is no address', async () => {
    expect((await register({ identifier: 'quiet@new.test' }, { send_activation_message: 'false' })).status).toBe(201)
    expect((await register({ identifier: 'quiet.name' })).status).toBe(201)
    expect(management.mails).toEqual([])
  })

  it('is refused where the pool takes nobody, and makes nobody', async () => {
    const refused = await tenant.call(contract.selfRegisterUser, {
      params: { ipID: closed },
      body: { identifier: 'x@new.test' },
    })
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'pool.registration_closed' } })
  })

  it('with what is taken is answered the same at the same moment; nothing is made and the owner is told', async () => {
    const owner = await madePerson(tenant, pool, 'taken.name')
    const before = [await userCount(), management.doors.atDeadline] as const
    const password = 'another quiet lantern 9'
    const byName = await register({ identifier: 'Taken.Name', password, otp_address: 'thief@new.test' })
    const byAddress = await register({ identifier: 'taken.name@example.test', password })
    expect([byName, byAddress]).toMatchObject([
      { status: 201, body: { id: owner } },
      { status: 201, body: { id: owner } },
    ])
    expect(await userCount()).toBe(before[0])
    expect(management.doors.atDeadline - before[1]).toBe(2)
    expect(management.mails).toEqual([])
    expect(management.warnings.map(({ userId, address }) => [userId, address])).toEqual([
      [owner, 'taken.name@example.test'],
      [owner, 'taken.name@example.test'],
    ])
    expect(await verify('taken.name', password)).toBe('password_incorrect')
    // A password that is not acceptable says nothing about the name either.
    const weak = { password: 'password' }
    const [known, unknown] = [
      await register({ identifier: 'taken.name', ...weak }),
      await register({ identifier: 'free.name', ...weak }),
    ]
    expect([known.status, unknown.status]).toEqual([422, 422])
    const shown = (body: unknown) => JSON.stringify(body).replace(/"request_id":"[^"]*"/, '')
    expect(shown(known.body)).toBe(shown(unknown.body))
  })

  it('never becomes a person whom only an earlier user store knows, nor names one of another organization', async () => {
    const other = (await madeBiller(tenant, 'other')).pool
    const elsewhere = await madePerson(tenant, other, 'of.another')
    const workspace = await findWorkspace(management.db.reader, 'registration', 'portal')
    await management.db.transaction((tx) =>
      claimName(tx, {
        keys: management.needs.nameKeys.inIndex(workspace!, 'from.legacy'),
        scope: nameScope(workspace!, organizationId('acme')),
        tenantId: 'registration',
        workspaceId: 'portal',
        organizationId: organizationId('acme'),
        userId: management.needs.random.uuid(),
        legacyStoreId: 'shard-1',
        legacyId: '77',
      }),
    )
    const before = await userCount()
    for (const identifier of ['from.legacy', 'of.another']) {
      const answered = await register({ identifier, password: goodPassword })
      expect(answered).toMatchObject({ status: 201, body: { id: someId } })
      expect(answered.body.id).not.toBe(elsewhere)
    }
    expect(await userCount()).toBe(before)
  })

  it('does not keep an address that its owner has not proved: whoever proves it first has it', async () => {
    const [thief, owner] = [
      (await register({ identifier: 'wanted@new.test' })).body.id,
      (await register({ identifier: 'wanted@new.test' })).body.id,
    ]
    expect(thief).not.toBe(owner)
    const [late, first] = [await management.mailedCode(thief), await management.mailedCode(owner)]
    expect((await activate(owner, { code: first.code })).status).toBe(201)
    expect(await activate(thief, { code: late.code })).toMatchObject({ status: 422 })
    expect((await get(thief)).status).toBe('new')
  })

  it.each([
    { identifier: 'same@new.test', otp_address: 'other@new.test' },
    { identifier: 'factor@new.test', totp_secret: 'JBSWY3DPEHPK3PXP' },
    { identifier: 'factor@new.test', webauthn_credentials: [{ id: {} }] },
    { identifier: 'some.name', otp_address: 'no address' },
    { identifier: 'a b\u0007' },
  ])('is refused, and makes nobody: %j', async (body) => {
    const before = await userCount()
    expect((await register(body)).status).toBe(422)
    expect(await userCount()).toBe(before)
  })
})

describe('activating', () => {
  const pending = (username: string, more: object = {}) =>
    madePerson(tenant, pool, username, { status: 'new', credentials: [], ...more })

  it('works for whoever an administrator has made, with a code that the application asked for', async () => {
    const id = await pending('made.by.admin')
    const { body } = await post(contract.generateCode, { type: 'activation' }, id)
    expect((await activate(id, { code: body.code, password: goodPassword })).status).toBe(201)
    expect((await post(contract.generateCode, { type: 'activation' }, id)).status).toBe(422)
  })

  it('takes the newest code only, and ends with another one that is made', async () => {
    const id = await pending('newest.only')
    await send(id)
    const { extended } = await management.mailedCode(id)
    const made = await post(contract.generateActivationCode, {}, id)
    expect(made).toMatchObject({ status: 201, body: { code_id: someId } })
    expect((await activate(id, { code: extended })).status).toBe(401)
    expect((await get(id)).status).toBe('new')
  })

  it('refuses a wrong code, another address, and an address that was taken away, in the same words', async () => {
    const id = await pending('careful')
    const other = await pending('careless')
    await send(id)
    const { code, extended } = await management.mailedCode(id)
    const wrong = code === '00000000' ? '00000001' : '00000000'
    for (const [who, body] of [
      [id, { code: wrong }],
      [other, { code }],
      [other, { code: extended }],
      [id, { code: extended, otp_address: 'elsewhere@example.test' }],
    ] as const) {
      expect(await activate(who, body)).toMatchObject({ status: 401, body: { error_code: 'code.refused' } })
    }
    await post(contract.systemDeleteVerifiableAddress, { address: 'careful@example.test' }, id)
    expect((await activate(id, { code: extended })).status).toBe(401)
    expect((await get(id)).status).toBe('new')
  })

  it('keeps the first password: a second one is refused, and nothing changes', async () => {
    const id = await madePerson(tenant, pool, 'has.password', { status: 'new' })
    const { body } = await post(contract.generateCode, { type: 'activation' }, id)
    const refused = await activate(id, { code: body.code, password: 'another quiet lantern 9' })
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'request.invalid' } })
    expect((await get(id)).status).toBe('new')
    expect((await activate(id, { code: body.code })).status).toBe(201)
    expect(await verify('has.password', goodPassword)).toBe('password_correct')
  })

  it('of somebody who is active already is refused like a wrong code', async () => {
    const id = await pending('soon.active')
    const { body } = await post(contract.generateCode, { type: 'activation' }, id)
    await tenant.call(contract.systemUpdateUser, { params: { ipID: pool, userID: id }, body: { status: 'active' } })
    expect((await activate(id, { code: body.extended_code })).status).toBe(401)
  })

  it('is done once by 50 at the same time', async () => {
    expect(await parallelActivations('parallel')).toBe(1)
  })

  async function parallelActivations(username: string): Promise<number> {
    const id = await pending(username)
    const { body } = await post(contract.generateCode, { type: 'activation' }, id)
    const answers = await Promise.all(Array.from({ length: 50 }, () => activate(id, { code: body.extended_code })))
    expect(answers.every(({ status }) => status === 201 || status === 401 || status === 429)).toBe(true)
    return answers.filter(({ status }) => status === 201).length
  }

  describeMultiConnection('on several connections', () => {
    it('is done once by 50 at the same time, again and again', async () => {
      for (const name of ['par.a', 'par.b', 'par.c']) expect(await parallelActivations(name)).toBe(1)
    })
  })
})

describe('the message with an activation code', () => {
  it('goes to the address that was named or the only one, of somebody new, and is answered the same otherwise', async () => {
    const two = [
      ...verified('one@two.test'),
      { type: 'email', address: 'two@two.test', status: 'active', verified: false },
    ]
    const of = (name: string, more: object) => madePerson(tenant, pool, name, { status: 'new', ...more })
    const [single, several, none] = [
      await of('send.single', {}),
      await of('send.several', { verifiable_addresses: two }),
      await of('send.none', { verifiable_addresses: [] }),
    ]
    const active = await madePerson(tenant, pool, 'send.active')
    const before = management.doors.atDeadline
    expect((await send(single)).status).toBe(204)
    expect((await send(several)).status).toBe(204)
    expect((await send(several, { address: 'one@two.test', identifier: 'TWO@two.test' })).status).toBe(204)
    expect((await send(several, { address: 'attacker@two.test' })).status).toBe(204)
    expect((await send(none)).status).toBe(204)
    expect((await send(active)).status).toBe(204)
    expect(management.doors.atDeadline - before).toBe(6)
    expect(management.mails.map(({ address }) => address)).toEqual(['send.single@example.test', 'two@two.test'])
  })

  it('does not go to what is somebody else’s: its owner is told', async () => {
    const owner = await madePerson(tenant, pool, 'send.owner')
    const id = await madePerson(tenant, pool, 'send.claimant', {
      status: 'new',
      verifiable_addresses: [{ type: 'email', address: 'send.owner@example.test', status: 'active', verified: false }],
    })
    expect((await send(id)).status).toBe(204)
    expect(management.mails).toEqual([])
    expect(management.warnings).toMatchObject([{ userId: owner }])
  })

  it('is not sent more often than is allowed, and the answer is the same', async () => {
    const id = await madePerson(tenant, pool, 'send.bombed', { status: 'new' })
    for (let n = 0; n < 8; n += 1) expect((await send(id)).status).toBe(204)
    expect(management.mails).toHaveLength(5)
  })
})
