import { systemScopes } from '@gatehouse/contract'
import { heldFetch } from '@gatehouse/contract/testing'
import { secureAuth } from '@gatehouse/sdk'
import type { TokenCredentials } from '@gatehouse/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../../problem/index.ts'
import type { ProblemCode } from '../../problem/index.ts'
import { findCode } from '../credentials/index.ts'
import { poolId } from '../pools/index.ts'
import { userId } from '../users/index.ts'
import { cloudBackend } from './cloud-backend.ts'
import type { Caller, IdentityBackend, NewUserInput, Page } from './identity-backend.ts'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { goodPassword, otherPassword } from './testing/people.ts'

/** A home of people, and the Gatehouse that keeps them: itself, or the one that plays the cloud. */
interface Home {
  readonly backend: IdentityBackend
  readonly keeper: Management
  /** Operations that went over the wire, each held against its row and the vendor's description. */
  readonly held: readonly string[]
}

async function localHome(): Promise<Home> {
  const keeper = await openManagement()
  await keeper.tenant('harbor')
  return { backend: keeper.backend, keeper, held: [] }
}

/** The cloud is a second Gatehouse with a database of its own; the tenant has another name there. */
async function cloudHome(): Promise<Home> {
  const keeper = await openManagement()
  const { token } = await keeper.tenant('harbor-in-the-cloud')
  const baseUrl = await keeper.app.listen({ host: '127.0.0.1', port: 0 })
  const { fetch, held } = heldFetch(globalThis.fetch)
  const credentials: TokenCredentials = { token: () => token }
  const api = secureAuth({ baseUrl, tenant: 'harbor-in-the-cloud', credentials, fetch, retries: 0 })
  const cloud = { api, tenant: 'harbor-in-the-cloud' }
  return { backend: cloudBackend((tenantId) => (tenantId === 'harbor' ? cloud : undefined)), keeper, held }
}

const facts = { requestId: 'r', ipAddress: '192.0.2.1', userAgent: 'test', clientId: 'crm' }
const caller: Caller = { tenantId: 'harbor', clientId: 'crm', scopes: new Set(systemScopes), facts }
const stranger: Caller = { ...caller, tenantId: 'elsewhere' }
const page: Page = { descending: false, limit: 20 }

const codeOf = async (promise: Promise<unknown>): Promise<ProblemCode | 'nothing'> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown === undefined) return 'nothing'
  if (thrown instanceof Problem) return thrown.code
  throw new Error('no Problem', { cause: thrown })
}

const anybody = userId('0190a000-0000-7000-8000-000000000000')

const person = (username: string, more: Partial<NewUserInput> = {}): NewUserInput => ({
  status: 'active',
  payload: { name: 'Robin Doe' },
  metadata: {},
  businessMetadata: {},
  identifiers: [{ type: 'uid', identifier: username, metadata: { source: 'crm' } }],
  addresses: [{ type: 'email', address: `${username}@example.test`, status: 'active', isVerified: true }],
  password: { kind: 'plain', password: goodPassword, state: 'valid' },
  ...more,
})

describe.each([
  ['local', localHome],
  ['cloud', cloudHome],
] as const)('the %s home of people', (name, open) => {
  let home: Home
  let backend: IdentityBackend
  const staff = poolId('river-staff')

  beforeAll(async () => {
    home = await open()
    ;({ backend } = home)
    await backend.createOrganization(caller, { organizationId: 'river', parentId: 'portal', name: 'River' })
    await backend.createPool(caller, { poolId: staff, parentId: 'river', name: 'Staff' })
  })

  afterAll(async () => {
    await home.keeper.close()
  })

  const make = async (username: string, more: Partial<NewUserInput> = {}) =>
    (await backend.createUser(caller, staff, person(username, more))).user.userId

  it('keeps an organization, and changes of it only what is named', async () => {
    const made = await backend.createOrganization(caller, {
      organizationId: 'hill',
      parentId: 'portal',
      name: 'Hill Gas',
      description: 'gas',
      domains: ['hill.example'],
      metadata: { payload: { size: 3 }, color: '#aabbcc' },
    })
    expect(made).toMatchObject({
      tenantId: 'harbor',
      organizationId: 'hill',
      workspaceId: 'portal',
      name: 'Hill Gas',
      domains: ['hill.example'],
      metadata: { payload: { size: 3 }, color: '#aabbcc' },
      isTemplate: false,
    })
    const changed = await backend.updateOrganization(caller, 'hill', { description: 'gas and heat' }, [made.revision])
    expect(changed).toMatchObject({ name: 'Hill Gas', description: 'gas and heat', metadata: { payload: { size: 3 } } })
    expect(changed.revision).not.toBe(made.revision)
    expect(await backend.getOrganization(caller, 'hill')).toMatchObject({ description: 'gas and heat' })
    expect(await codeOf(backend.updateOrganization(caller, 'hill', { name: 'x' }, [made.revision]))).toBe(
      'request.conflict',
    )
    expect(await codeOf(backend.deleteOrganization(caller, 'hill', [made.revision]))).toBe('request.conflict')
    await backend.deleteOrganization(caller, 'hill', [changed.revision])
    expect(await codeOf(backend.getOrganization(caller, 'hill'))).toBe('organization.not_found')
  })

  it('lists organizations page after page, both ways', async () => {
    for (const id of ['list-a', 'list-b', 'list-c']) {
      await backend.createOrganization(caller, { organizationId: id, parentId: 'portal', name: `Listed ${id}` })
    }
    const ids = async (more: Partial<Page>) =>
      (await backend.listOrganizations(caller, { ...page, searchPhrase: 'LISTED', ...more })).map(
        ({ organizationId }) => organizationId,
      )
    expect(await ids({})).toStrictEqual(['list-a', 'list-b', 'list-c'])
    expect(await ids({ afterId: 'list-a', limit: 1 })).toStrictEqual(['list-b'])
    expect(await ids({ beforeId: 'list-c', limit: 1 })).toStrictEqual(['list-b'])
    expect(await ids({ descending: true })).toStrictEqual(['list-c', 'list-b', 'list-a'])
  })

  it('says what stands in the way of an organization', async () => {
    const create = (organizationId: string, more: object = {}) =>
      codeOf(backend.createOrganization(caller, { organizationId, parentId: 'portal', name: 'x', ...more }))
    expect(await create('river')).toBe('organization.id_taken')
    expect(await create('new', { parentId: 'nowhere' })).toBe('workspace.not_found')
    expect(await create('new', { domains: ['no domain'] })).toBe('request.invalid')
    expect(await codeOf(backend.deleteOrganization(caller, 'river', undefined))).toBe('organization.not_empty')
  })

  it('keeps a pool, and changes of it only what is named', async () => {
    const made = await backend.createPool(caller, {
      poolId: 'kept',
      parentId: 'river',
      name: 'Kept',
      policy: { minLength: 12 },
      wire: { badge_color: 'red', mfa_session_ttl: '1h0m0s' },
    })
    expect(made).toMatchObject({
      tenantId: 'harbor',
      poolId: 'kept',
      organizationId: 'river',
      policy: { minLength: 12 },
    })
    const changed = await backend.updatePool(
      caller,
      made.poolId,
      { policy: { history: 2 }, wire: { badge_color: 'blue' } },
      [made.revision],
    )
    expect(changed).toMatchObject({
      name: 'Kept',
      policy: { minLength: 12, history: 2 },
      wire: { badge_color: 'blue', mfa_session_ttl: '1h0m0s' },
    })
    expect(await codeOf(backend.updatePool(caller, made.poolId, { name: 'x' }, [made.revision]))).toBe(
      'request.conflict',
    )
    expect((await backend.getPool(caller, made.poolId)).users).toBe(0)
    expect((await backend.listPools(caller, { ...page, parentId: 'river' })).map((one) => one.poolId)).toContain('kept')
    await backend.deletePool(caller, made.poolId, undefined)
    expect(await codeOf(backend.getPool(caller, made.poolId))).toBe('pool.not_found')
  })

  it('says what stands in the way of a pool', async () => {
    await make('pool.keeper')
    const create = (id: string, parentId: string) =>
      codeOf(backend.createPool(caller, { poolId: id, parentId, name: 'x' }))
    expect(await create(staff, 'river')).toBe('pool.id_taken')
    expect(await create('new', 'nowhere')).toBe('workspace.not_found')
    expect(await codeOf(backend.deletePool(caller, staff, undefined))).toBe('pool.not_empty')
  })

  it('keeps a person with everything that belongs to them', async () => {
    const made = await backend.createUser(
      caller,
      staff,
      person('kept.person', { metadata: { a: 1 }, businessMetadata: { b: [2] } }),
    )
    expect(made).toMatchObject({
      user: { tenantId: 'harbor', poolId: staff, status: 'active', metadata: { a: 1 }, businessMetadata: { b: [2] } },
      identifiers: [{ type: 'uid', identifier: 'kept.person', metadata: { source: 'crm' } }],
      addresses: [{ type: 'email', address: 'kept.person@example.test', status: 'active', isVerified: true }],
      password: { state: 'valid' },
      totp: undefined,
    })
    expect(made.user.createdAt).toBeInstanceOf(Date)
    const id = made.user.userId
    expect(await backend.getUser(caller, staff, id)).toStrictEqual(
      await backend.getUserByKey(caller, staff, { kind: 'id', userId: id }),
    )
    for (const key of [
      { kind: 'identifier', identifier: 'KEPT.person' },
      { kind: 'address', address: 'kept.person@example.test' },
    ] as const) {
      expect((await backend.getUserByKey(caller, staff, key)).user).toMatchObject({
        userId: id,
        revision: made.user.revision,
      })
    }
  })

  it('changes of a person only what is named, and nothing newer than was seen', async () => {
    const id = await make('changed.person')
    const before = await backend.getUser(caller, staff, id)
    const changed = await backend.updateUser(caller, staff, id, { status: 'inactive' }, [before.user.revision])
    expect(changed.user).toMatchObject({ status: 'inactive', payload: { name: 'Robin Doe' } })
    const late = backend.updateUser(caller, staff, id, { payload: {} }, [before.user.revision])
    expect(await codeOf(late)).toBe('request.conflict')
    expect(await codeOf(backend.deleteUser(caller, staff, id, [before.user.revision]))).toBe('request.conflict')
  })

  it('loses no change of several that come at the same time', async () => {
    const id = await make('busy.person')
    await Promise.all([
      backend.updateUser(caller, staff, id, { payload: { name: 'New' } }, undefined),
      backend.updateUser(caller, staff, id, { metadata: { seen: true } }, undefined),
      backend.updateUser(caller, staff, id, { businessMetadata: { plan: 'b' } }, undefined),
    ])
    expect((await backend.getUser(caller, staff, id)).user).toMatchObject({
      payload: { name: 'New' },
      metadata: { seen: true },
      businessMetadata: { plan: 'b' },
    })
  })

  it('finds people by the beginning of a name and by what is kept about them', async () => {
    const id = await make('findable.one', { payload: { ward: 'east' } })
    await make('findable.two')
    const found = async (filter: object) =>
      (await backend.listUsers(caller, staff, { ...page, ...filter })).map(({ user }) => user.userId)
    expect(await found({ userKey: 'findable.' })).toHaveLength(2)
    expect(await found({ userKey: 'findable.', payload: { ward: 'east' } })).toStrictEqual([id])
    const [one] = await backend.listUsers(caller, staff, { ...page, userKey: 'findable.one' })
    expect(one).toMatchObject({
      user: { tenantId: 'harbor', userId: id },
      identifiers: [{ type: 'uid', identifier: 'findable.one' }],
      addresses: [{ address: 'findable.one@example.test', isVerified: true }],
    })
  })

  it('gives a name and an id to one person only, for ever', async () => {
    const id = await make('only.one')
    expect(await codeOf(backend.createUser(caller, staff, person('Only.One')))).toBe('user.identifier_taken')
    await backend.deleteUser(caller, staff, id, undefined)
    expect(await codeOf(backend.getUser(caller, staff, id))).toBe('user.not_found')
    expect(await codeOf(backend.createUser(caller, staff, person('only.one', { userId: id })))).toBe('user.id_taken')
    await make('only.one')
  })

  it('refuses a password that the policy does not allow, and says why', async () => {
    const refused: unknown = await backend
      .createUser(caller, staff, person('weak', { password: { kind: 'plain', password: 'short', state: 'valid' } }))
      .catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({ code: 'password.refused' })
    expect((refused as Problem).details?.['reasons']).toBeInstanceOf(Array)
  })

  it('judges passwords', async () => {
    const id = await make('judged.person')
    const unset = await make('unset.person', { password: undefined })
    const judge = (identifier: string, password: string) =>
      backend.verifyPassword(caller, staff, { kind: 'identifier', identifier }, password)
    expect(await judge('judged.person', goodPassword)).toStrictEqual({ kind: 'correct', userId: id, state: 'valid' })
    expect(await judge('judged.person', otherPassword)).toStrictEqual({ kind: 'incorrect', userId: id, state: 'valid' })
    expect(await judge('unset.person', goodPassword)).toStrictEqual({ kind: 'not_set', userId: unset })
    expect(await judge('nobody', goodPassword)).toStrictEqual({ kind: 'unknown_user' })
    const byAddress = { kind: 'address', address: 'judged.person@example.test' } as const
    expect(await backend.verifyPassword(caller, staff, byAddress, goodPassword)).toMatchObject({ kind: 'correct' })
    expect(
      await backend.verifyPassword(caller, staff, { kind: 'address', address: 'nobody@example.test' }, goodPassword),
    ).toStrictEqual({ kind: 'unknown_user' })
    await backend.setPasswordState(caller, staff, id, 'must_be_changed')
    expect(await judge('judged.person', goodPassword)).toMatchObject({ kind: 'correct', state: 'must_be_changed' })
    expect(await codeOf(backend.setPasswordState(caller, staff, unset, 'valid'))).toBe('password.not_set')
  })

  it('counts each wrong password once, and says how long to wait after too many', async () => {
    await make('guessed.person')
    const guess = () =>
      backend.verifyPassword(caller, staff, { kind: 'identifier', identifier: 'guessed.person' }, otherPassword)
    for (let tries = 0; tries < 5; tries += 1) expect(await guess()).toMatchObject({ kind: 'incorrect' })
    const refused: unknown = await guess().catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({ code: 'request.throttled', retryAfterSeconds: 60 })
  })

  it('changes a password for who knows it, and counts a wrong one once', async () => {
    const id = await make('changing.person')
    const sum = () => [...home.keeper.attempts.failures.values()].reduce((all, one) => all + one, 0)
    const failures = sum()
    expect(await codeOf(backend.changePassword(caller, staff, id, otherPassword, goodPassword))).toBe(
      'password.incorrect',
    )
    expect(sum()).toBe(failures + 1)
    expect(await codeOf(backend.changePassword(caller, staff, id, goodPassword, 'short'))).toBe('password.refused')
    await backend.changePassword(caller, staff, id, goodPassword, otherPassword)
    const who = { kind: 'id', userId: id } as const
    expect(await backend.verifyPassword(caller, staff, who, otherPassword)).toMatchObject({ kind: 'correct' })
    expect(await codeOf(backend.changePassword(caller, staff, anybody, 'a', 'b'))).toBe('user.not_found')
  })

  it('sets a password for who has the code that was sent, once', async () => {
    const id = await make('reset.person')
    await backend.requestPasswordReset(caller, staff, { address: 'reset.person@example.test', form: 'code' })
    const { keeper } = home
    const mail = keeper.mails.findLast((message) => message.userId === id)
    const code =
      mail && (await findCode(keeper.db.reader, keeper.needs.vault, mail.codeId, 'password_reset', keeper.clock.now()))
    const proof = { who: { kind: 'identifier', identifier: 'reset.person' }, newPassword: otherPassword } as const
    expect(await codeOf(backend.resetPassword(caller, staff, { ...proof, code: '00000000' }))).toBe('code.refused')
    await backend.resetPassword(caller, staff, { ...proof, code: code ?? '' })
    expect(await codeOf(backend.resetPassword(caller, staff, { ...proof, code: code ?? '' }))).toBe('code.refused')
    const who = { kind: 'id', userId: id } as const
    expect(await backend.verifyPassword(caller, staff, who, otherPassword)).toMatchObject({ kind: 'correct' })
  })

  it('says nothing about whether there is anybody to send a code to', async () => {
    const request = { address: 'nobody.at.all@example.test', form: 'link' } as const
    expect(await codeOf(backend.requestPasswordReset(caller, staff, request))).toBe('nothing')
  })

  it('changes the secret of an authenticator only where there is one', async () => {
    const id = await make('no.authenticator')
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    expect(await codeOf(backend.changeTotpSecret(caller, staff, id, '123456', secret))).toBe('totp.not_set')
    const other = await make('authenticator', { totpSecret: secret })
    expect((await backend.getUser(caller, staff, other)).totp).toMatchObject({
      credentialId: expect.any(String) as string,
    })
    expect(await codeOf(backend.changeTotpSecret(caller, staff, other, '000000', secret))).toBe('totp.incorrect')
  })

  it('has nothing for another tenant, and says so as if it were not there', async () => {
    const id = await make('not.yours')
    expect(await codeOf(backend.getOrganization(stranger, 'river'))).toBe('organization.not_found')
    expect(await codeOf(backend.getPool(stranger, staff))).toBe('pool.not_found')
    expect(await codeOf(backend.getUser(stranger, staff, id))).toBe('pool.not_found')
    expect(await codeOf(backend.createUser(stranger, staff, person('x')))).toBe('pool.not_found')
    expect(await backend.listOrganizations(stranger, page)).toStrictEqual([])
    expect(await backend.listPools(stranger, page)).toStrictEqual([])
    expect(await codeOf(backend.getUser(caller, staff, anybody))).toBe('user.not_found')
    expect(await codeOf(backend.getUser(caller, poolId('no-pool'), id))).toBe('pool.not_found')
  })

  it('does nothing for a caller without the scope', async () => {
    const bare: Caller = { ...caller, scopes: new Set(['view_audit_events']) }
    const id = anybody
    for (const refused of [
      () => backend.listOrganizations(bare, page),
      () => backend.createOrganization(bare, { name: 'x' }),
      () => backend.deleteOrganization(bare, 'river', undefined),
      () => backend.listPools(bare, page),
      () => backend.createPool(bare, { parentId: 'river', name: 'x' }),
      () => backend.deletePool(bare, staff, undefined),
      () => backend.listUsers(bare, staff, page),
      () => backend.createUser(bare, staff, person('x')),
      () => backend.updateUser(bare, staff, id, {}, undefined),
      () => backend.deleteUser(bare, staff, id, undefined),
      () => backend.verifyPassword(bare, staff, { kind: 'id', userId: id }, 'x'),
      () => backend.changePassword(bare, staff, id, 'a', 'b'),
      () => backend.setPasswordState(bare, staff, id, 'valid'),
      () => backend.requestPasswordReset(bare, staff, { address: 'x', form: 'code' }),
      () => backend.resetPassword(bare, staff, { code: 'x', newPassword: 'y' }),
    ]) {
      expect(await codeOf(refused())).toBe('caller.forbidden')
    }
  })

  it('is reached as the vendor describes it, where it is elsewhere', () => {
    expect(new Set(home.held).size > 15).toBe(name === 'cloud')
  })
})
