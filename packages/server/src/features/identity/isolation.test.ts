import * as contract from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { exportedKey } from './testing/software-authenticator.ts'
import { madeClient } from './testing/made-client.ts'
import { goodPassword, madeBiller, madePerson, otherPassword, person } from './testing/people.ts'

/*
 * Every row of the contract against callers and ids that are not its own. A new row takes part by being in the contract:
 * it fails here until it has a body below, if it takes one.
 */

let management: Management
let ours: Awaited<ReturnType<Management['tenant']>>
let theirs: Awaited<ReturnType<Management['tenant']>>
type IdName = keyof typeof absentIds
const absentIds = {
  wid: 'no-such-biller',
  ipID: 'no-such-pool',
  userID: '01900000-0000-7000-8000-000000000000',
  cid: 'no-such-client',
  schID: 'no-such-schema',
  sid: 'no-such-secret',
  groupID: 'no-such-group',
  login: 'no-such-login',
  server: 'no-such-server',
  themeID: 'no-such-theme',
  webhookID: 'no-such-webhook',
  protectedType: 'nothing',
  webAuthnCredentialID: '01900000-0000-7000-8000-000000000001',
}
/** Ids of ours, of the other tenant, of another organization of ours, and of nothing. */
let ids: Record<'our' | 'their' | 'neighbour' | 'absent', Record<IdName, string>>

beforeAll(async () => {
  management = await openManagement()
  ours = await management.tenant('ours')
  theirs = await management.tenant('theirs')
  const made = async (tenant: typeof ours, name: string) => {
    const { organization, pool } = await madeBiller(tenant, name)
    const cid = await madeClient(management, tenant.id, `client-of-${name}`)
    const { body } = await tenant.call(contract.systemCreateSchema, {
      body: { tenant_id: tenant.id, id: `schema-of-${name}`, name, schema: { type: 'object' } },
    })
    const credentials = [
      { type: 'password', password: goodPassword },
      { type: 'webauthn', webauthn_credentials: [exportedKey()] },
    ]
    const userID = await madePerson(tenant, pool, `user.of.${name}`, { credentials })
    const { body: details } = await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID } })
    const webAuthnCredentialID = details.credentials.find(({ type }) => type === 'webauthn')?.id ?? ''
    const params = { ipID: pool, groupID: `group-of-${name}` }
    await tenant.call(contract.createGroup, { params, body: { id: params.groupID, user_pool_id: pool } })
    return {
      groupID: params.groupID,
      wid: organization,
      ipID: pool,
      userID,
      webAuthnCredentialID,
      cid,
      schID: body.id ?? '',
      ...(await madeServer(tenant, name)),
      sid: `secret-of-${name}`,
      login: `login-of-${name}`,
    }
  }
  ids = {
    our: await made(ours, 'our-biller'),
    their: await made(theirs, 'their-biller'),
    neighbour: await made(ours, 'neighbour'),
    absent: absentIds,
  }
})
afterAll(() => management.close())

/** A server with a theme and a webhook, and a limit of the tenant. */
async function madeServer(tenant: typeof ours, name: string) {
  const [server, themeID, webhookID] = [`server-of-${name}`, `theme-of-${name}`, `webhook-of-${name}`]
  const limit = { protected_type: tenant === ours ? 'password' : 'code', max_attempts: 3, block_duration: '1h0m0s' }
  const made = [
    await tenant.call(contract.createAuthorizationServer, { body: { tenant_id: tenant.id, id: server } }),
    await tenant.call(contract.createTheme, { body: { tenant_id: tenant.id, id: themeID } }),
    await tenant.call(contract.createWebhook, {
      params: { wid: server },
      body: { webhook_id: webhookID, url: 'https://news.example/here' },
    }),
    await tenant.call(contract.setBruteForceLimit, { body: { tenant_id: tenant.id, ...limit } }),
  ]
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  return { server, themeID, webhookID, protectedType: limit.protected_type }
}

/** On the admin surface, `wid` is a server where organizations have operations of their own. */
const paramsOf = (operation: Operation, whose: Readonly<Record<IdName, string>>): Record<IdName, string> =>
  operation.surface === 'hub' || (operation.surface === 'admin' && !operation.path.startsWith('/organizations'))
    ? { ...whose, wid: whose.server }
    : whose
const secretInput = (id: string) => ({ id, tenant_id: 'ours', server_id: 'our-biller', secret: 's' })

const bodies: Readonly<Record<string, () => unknown>> = {
  'system.createOrganization': () => ({ name: 'X' }),
  'system.updateOrganization': () => ({ name: 'X' }),
  'admin.createOrganization': () => ({ name: 'X' }),
  'admin.updateOrganization': () => ({ name: 'X' }),
  'admin.updateOrganizationMetadata': () => ({ payload: { a: 1 } }),
  'admin.createAuthorizationServer': () => ({ tenant_id: 'ours', name: 'X' }),
  'admin.updateAuthorizationServer': () => ({ tenant_id: 'ours', name: 'X' }),
  'hub.ImportTenantConfig': () => ({ servers: {} }),
  'hub.patchTenantConfigRfc6902': () => [{ op: 'test', path: '/servers/portal/name', value: 'portal' }],
  'hub.patchTenantConfigRfc7396': () => ({}),
  'hub.cloneWorkspace': () => ({ destination_id: 'a-copy' }),
  'hub.ImportWorkspaceConfig': () => ({ type: 'admin' }),
  'hub.patchWorkspaceConfigRfc6902': () => [],
  'hub.patchWorkspaceConfigRfc7396': () => ({}),
  'hub.ImportSystemConfig': () => ({ servers: {} }),
  'hub.patchSystemConfigRfc6902': () => [],
  'hub.patchSystemConfigRfc7396': () => ({}),
  'admin.createClient': () => ({
    tenant_id: 'ours',
    authorization_server_id: 'portal',
    redirect_uris: ['https://app.example/back'],
  }),
  'admin.updateClient': () => ({ tenant_id: 'ours', authorization_server_id: 'portal', client_name: 'X' }),
  'admin.setBruteForceLimit': () => ({
    tenant_id: 'ours',
    protected_type: 'password',
    max_attempts: 3,
    block_duration: '1h0m0s',
  }),
  'admin.createTheme': () => ({ tenant_id: 'ours', name: 'X' }),
  'admin.updateTheme': () => ({ tenant_id: 'ours', name: 'X' }),
  'admin.createWebhook': () => ({ url: 'https://news.example/x' }),
  'admin.updateWebhook': () => ({ url: 'https://news.example/x' }),
  'system.createSecret': () => secretInput('new'),
  'system.updateSecret': () => secretInput('secret-of-our-biller'),
  'system.revokeTokensByPool': () => ({ users: [ids.absent.userID] }),
  'system.revokeTokens': () => ({ subjects: [ids.absent.userID] }),
  'system.acceptLoginRequest': () => ({ subject: ids.absent.userID, login_state: 'x' }),
  'system.rejectLoginRequest': () => ({ login_state: 'x' }),
  'identity.systemCreatePool': () => ({ name: 'X', workspace_id: 'portal' }),
  'identity.systemUpdatePool': () => ({ name: 'X' }),
  'identity.systemCreateUser': () => person(`made.${management.needs.random.uuid()}`),
  'identity.importUsers': () => [person(`imported.${management.needs.random.uuid()}`, { credentials: [] })],
  'identity.systemUpdateUser': () => ({ metadata: { n: 1 } }),
  'identity.createGroup': () => ({ user_pool_id: 'ours-our-biller-staff' }),
  'identity.updateGroup': () => ({ user_pool_id: 'ours-our-biller-staff' }),
  'identity.systemCreateSchema': () => ({ tenant_id: 'ours', name: 'X', schema: { type: 'object' } }),
  'identity.systemUpdateSchema': () => ({ tenant_id: 'ours', name: 'X', schema: { type: 'object' } }),
  'identity.systemGetUserByKey': () => ({ identifier: 'user.of.our-biller' }),
  'identity.systemAddIdentifier': () => ({ type: 'external', identifier: management.needs.random.uuid() }),
  'identity.systemDeleteIdentifier': () => ({ identifier: 'user.of.our-biller' }),
  'identity.systemAddVerifiableAddress': () => ({ type: 'email', address: 'more@example.test', verified: false }),
  'identity.systemUpdateVerifiableAddress': () => ({
    address: 'user.of.our-biller@example.test',
    status: 'active',
    verified: true,
  }),
  'identity.systemDeleteVerifiableAddress': () => ({ address: 'nobodys@example.test' }),
  'identity.generateCode': () => ({ type: 'challenge' }),
  'identity.generateCodeForUser': () => ({ type: 'challenge', identifier: 'user.of.our-biller' }),
  'identity.requestOTPChallenge': () => ({ identifier: 'user.of.our-biller' }),
  'identity.verifyOTP': () => ({ code: '123456', identifier: 'user.of.our-biller' }),
  'identity.verifyAuthenticationCode': () => ({ code: '123456', identifier: 'user.of.our-biller' }),
  'identity.inspectOTP': () => ({ code: '123456' }),
  'identity.requestAddressVerification': () => ({ address: 'a@b.test' }),
  'identity.completeAddressVerification': () => ({ address: 'a@b.test', code: '123456' }),
  'identity.selfRegisterUser': () => ({ identifier: `self.${management.needs.random.uuid()}` }),
  'identity.activateSelfRegisteredUser': () => ({ code: '12345678' }),
  'identity.activateSelfRegisteredUserUsingExtendedCode': () => ({ code: '12345678' }),
  'identity.generateActivationCode': () => ({}),
  'identity.selfSendActivationMessage': () => ({}),
  'identity.verifyPassword': () => ({ identifier: 'user.of.our-biller', password: goodPassword }),
  'identity.verifyPasswordV2': () => ({ identifier: 'user.of.our-biller', password: goodPassword }),
  'identity.setPasswordState': () => ({ state: 'valid' }),
  'identity.changePassword': () => ({ old_password: goodPassword, new_password: otherPassword }),
  'identity.deprecatedChangePassword': () => ({ old_password: goodPassword, new_password: otherPassword }),
  'identity.changeTotpSecret': () => ({ totp: '123456', new_totp_secret: 'A'.repeat(32) }),
  'identity.completeWebAuthnCredentialsGeneration': () => ({ id: 'AA', type: 'public-key' }),
  'identity.requestResetTotp': () => ({ address: 'a@b.test' }),
  'identity.completeResetTotp': () => ({ code: '12345678', new_totp_secret: 'A'.repeat(32) }),
  'identity.requestAddWebAuthn': () => ({ address: 'a@b.test' }),
  'identity.completeAddWebAuthn': () => ({ code: '12345678', new_web_authn: exportedKey() }),
  'identity.nameWebAuthnKey': () => ({ name: 'X' }),
  'identity.requestResetPassword': () => ({ address: 'a@b.test' }),
  'identity.completeResetPassword': () => ({ code: '12345678', new_password: otherPassword }),
  'identity.confirmResetPassword': () => ({ code: '12345678', new_password: otherPassword }),
}

const rows = contract.secureAuthOperations.map((operation) => ({ operation, name: contract.nameOf(operation) }))
const takesBody = (operation: Operation): boolean => operation.body !== contract.noBody
/** The tenant is tried by the tests of tokens. */
const parametersOf = (operation: Operation): string[] =>
  [...operation.path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').filter((name) => name !== 'tid')
const withoutRequestId = (text: string): string => text.replaceAll(/"request_id":"[^"]*"/g, '"request_id":""')

function send(operation: Operation, token: string | undefined, tid: string, params: Readonly<Record<string, string>>) {
  const body = bodies[contract.nameOf(operation)]?.()
  return management.call(operation, { ...(token === undefined ? {} : { token }), params: { tid, ...params }, body })
}

/** Status and body, the request's own id aside. */
async function answer(...args: Parameters<typeof send>): Promise<string> {
  const { status, body } = await send(...args)
  return withoutRequestId(JSON.stringify([status, body]))
}

describe.each(rows)('$name', ({ operation }) => {
  it('has a body in this test if it takes one', () => {
    expect(contract.nameOf(operation) in bodies).toBe(takesBody(operation))
  })

  it('is closed without a token, and says how to open it (EN07)', async () => {
    const refused = await send(operation, undefined, 'ours', ids.our)
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="management"' } })
  })

  it('is as closed to a token of another tenant, an unknown one and a tenant that is none', async () => {
    const closed = await answer(operation, undefined, 'ours', ids.our)
    expect(await answer(operation, theirs.token, 'ours', ids.our)).toBe(closed)
    expect(await answer(operation, 'unknown', 'ours', ids.our)).toBe(closed)
    expect(await answer(operation, ours.token, 'no-such-tenant', ids.our)).toBe(closed)
  })

  it('wants its scope, whatever else the token may (API2)', async () => {
    const others = contract.systemScopes.filter((scope) => scope !== operation.scope)
    const refused = await send(operation, management.issueToken('ours', others), 'ours', ids.our)
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'caller.forbidden' } })
    expect(refused.headers['www-authenticate']).toContain(`scope="${operation.scope}"`)
  })
})

/** `wid` of a list of pools or secrets answers with an empty list, as the description has no 404 there. */
const hidden: Readonly<Record<string, number>> = {
  // What is not there would be made, but not of this type.
  'hub.ImportWorkspaceConfig': 422,
  'identity.listWorkspacePools': 200,
  'system.listSecrets': 200,
}

describe.each(rows.filter(({ operation }) => parametersOf(operation).length > 0))('$name', ({ operation }) => {
  it.each(parametersOf(operation))('answers another tenant’s %s as one that is not there (API2)', async (name) => {
    const whose = (who: keyof typeof ids) => paramsOf(operation, ids[who])
    const mixed = (who: keyof typeof ids) => ({ ...whose('our'), [name]: whose(who)[name as 'wid'] })
    const absent = await answer(operation, ours.token, 'ours', mixed('absent'))
    const foreign = await answer(operation, ours.token, 'ours', mixed('their'))
    expect(foreign).toBe(absent)
    expect(foreign).toMatch(new RegExp(`^\\[${hidden[contract.nameOf(operation)] ?? 404},`))
  })
})

describe.each(rows.filter(({ operation }) => parametersOf(operation).includes('userID')))('$name', ({ operation }) => {
  it('answers a user of a neighbouring organization as one that is not there (API2)', async () => {
    const absent = await answer(operation, ours.token, 'ours', { ...ids.our, userID: ids.absent.userID })
    expect(await answer(operation, ours.token, 'ours', { ...ids.our, userID: ids.neighbour.userID })).toBe(absent)
    expect(await answer(operation, ours.token, 'ours', { ...ids.our, userID: 'not-an-id' })).toBe(absent)
  })
})

describe('a list', () => {
  it('goes nowhere with a cursor of another tenant, and begins where its own rows begin (API4)', async () => {
    const at = { params: { ipID: ids.our.ipID } }
    const all = await ours.call(contract.systemListUsers, at)
    const after = await ours.call(contract.systemListUsers, { ...at, query: { after_user_id: ids.their.userID } })
    const before = await ours.call(contract.systemListUsers, { ...at, query: { before_user_id: ids.their.userID } })
    const found = [...after.body.users, ...before.body.users].map(({ id }) => id)
    expect(found.toSorted()).toEqual(all.body.users.map(({ id }) => id).toSorted())
  })

  it.each(['%', '_', "' or true --", '\\', '$1', '*'])('takes %s for what it is (API4)', async (phrase) => {
    const organizations = await ours.call(contract.listOrganizations, { query: { search_phrase: phrase } })
    const pools = await ours.call(contract.systemListPools, { query: { search_phrase: phrase } })
    expect([organizations.body.organizations, pools.body.pools]).toEqual([[], []])
    const query = JSON.stringify({ user_key: `x${phrase}` })
    const users = await ours.call(contract.systemListUsers, { params: { ipID: ids.our.ipID }, query: { query } })
    expect(users.body.users).toEqual([])
  })
})

describe('the other tenant', () => {
  it('is as it was after all of this', async () => {
    const { body } = await theirs.call(contract.systemListUsers, { params: { ipID: ids.their.ipID } })
    expect(body.users).toMatchObject([{ id: ids.their.userID, status: 'active', metadata: {} }])
    const { body: events } = await theirs.call(contract.listAuditEvents, {
      params: { wid: 'portal' },
      query: { limit: '100' },
    })
    expect(new Set(events.audit_events.map((event: contract.AuditEvent) => event.metadata.client_id))).toEqual(
      new Set(['client-of-theirs']),
    )
  })
})

describe('an answer about people', () => {
  it('never holds a password or a verifier (API5)', async () => {
    const user = await ours.call(contract.systemGetUser, { params: ids.our })
    const list = await ours.call(contract.systemListUsers, { params: ids.our })
    const events = await ours.call(contract.listAuditEvents, { params: { wid: 'portal' }, query: { limit: '100' } })
    const all = JSON.stringify([user.body, list.body, events.body])
    expect(all).not.toContain(goodPassword)
    expect(all).not.toContain('$argon2')
    expect(all).not.toMatch(/verifier|session_epoch|sealed/)
  })
})

describe('the port itself', () => {
  const operations = [
    'changePassword',
    'changeTotpSecret',
    'createOrganization',
    'createPool',
    'createUser',
    'deleteOrganization',
    'deletePool',
    'deleteUser',
    'getOrganization',
    'getPool',
    'getUser',
    'getUserByKey',
    'listOrganizations',
    'listPools',
    'listUsers',
    'requestPasswordReset',
    'resetPassword',
    'setPasswordState',
    'updateOrganization',
    'updatePool',
    'updateUser',
    'verifyPassword',
  ]

  it('has exactly these operations', () => {
    expect(Object.keys(management.backend).toSorted()).toEqual(operations)
  })

  it.each(operations)('asks for the scope of %s, whoever checked before', async (name) => {
    const caller = {
      tenantId: 'ours',
      scopes: new Set(['view_audit_events']),
      clientId: 'c',
      facts: { requestId: 'r', ipAddress: '::1', userAgent: '' },
    }
    const backend = management.backend as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
    const call = backend[name]?.(caller, ids.our.ipID, {
      name: 'x',
      descending: false,
      limit: 1,
      kind: 'id',
      userId: ids.our.userID,
    })
    await expect(call).rejects.toMatchObject({ code: 'caller.forbidden' })
  })
})
