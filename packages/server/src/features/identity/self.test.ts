import * as contract from '@gatehouse/contract'
import type { SelfOperation } from '@gatehouse/contract'
import { faultsOfExchange } from '@gatehouse/contract/testing'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser, authorization, issuerPath, tokenRequest } from '../../testing/browser.ts'
import { crm, origin, tenantId } from '../../testing/open-server.ts'
import { openProtocol, password, portalApi, username } from '../../testing/open-protocol.ts'
import type { Protocol, TestClient } from '../../testing/open-protocol.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { listEvents } from '../audit/index.ts'
import type { EventSubject } from '../audit/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { findUser, updateUser } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { base32, shownCode } from './testing/authenticator-app.ts'
import { exportedKey, registration } from './testing/software-authenticator.ts'

const app = { clientId: 'own-profile', secret: 'o'.repeat(40), redirectUri: 'http://own.localhost:4600/callback' }
const viewer = { clientId: 'viewer', secret: 'v'.repeat(40), redirectUri: 'http://viewer.localhost:4610/callback' }
const stranger = {
  clientId: 'stranger',
  secret: 'q'.repeat(40),
  redirectUri: 'http://stranger.localhost:4620/callback',
}
const everything = 'openid view_ss_profile manage_ss_profile'
const nextPassword = 'seven amber bicycles 12'

let protocol: Protocol
let browser: Browser
let token: string

beforeAll(async () => {
  const usual = { workspace: 'portal', grantTypes: ['authorization_code'] } as const
  const client = (one: TestClient, scopes: string[], isFirstParty: boolean) => ({
    ...usual,
    id: one.clientId,
    name: one.clientId,
    secret: one.secret,
    authentication: 'client_secret_basic' as const,
    grantTypes: [...usual.grantTypes],
    redirectUris: [one.redirectUri],
    scopes,
    isFirstParty,
  })
  protocol = await openProtocol({
    clients: [
      client(app, [...everything.split(' '), 'invoices:read'], true),
      client(viewer, ['openid', 'view_ss_profile'], true),
      client(stranger, everything.split(' '), false),
    ],
  })
  browser = new Browser(protocol.house.server.app)
  token = await tokenFor(browser)
})
afterAll(() => protocol.close())

async function tokenFor(
  where: Browser,
  client: TestClient = app,
  scope = everything,
  extra: Readonly<Record<string, string>> = {},
  who = username,
): Promise<string> {
  const asked = { client_id: client.clientId, redirect_uri: client.redirectUri, scope, ...extra }
  const { url, verifier } = authorization(asked)
  let page = await where.get(url)
  if (page.status === 200) page = await where.submit(page, { username: who }, '/username')
  if (page.status === 200) page = await where.submit(page, { password }, '/password')
  const code = new URL(page.url).searchParams.get('code') ?? ''
  const answer = await protocol.post(
    `${issuerPath}/oauth2/token`,
    { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: client.redirectUri },
    client,
  )
  if (answer.statusCode !== 200) throw new Error(`${page.url} ${answer.body}`)
  return String(answer.json<Record<string, unknown>>()['access_token'])
}

const others = new Map<string, User>()

/** A token of another person of the same workspace. */
async function somebodyElse(name: string): Promise<string> {
  const { house } = protocol
  const user = await house.addPoolUser({ biller: 'newtown', username: name, password, email: `${name}@new.example` })
  others.set(name, user)
  return tokenFor(new Browser(house.server.app), app, everything, {}, name)
}

const userOf = (name: string): User => {
  const user = others.get(name)
  if (!user) throw new Error(`there is no ${name}`)
  return user
}

async function lastEvent(subject: EventSubject) {
  const { tenantId: tenant, organizationId } = protocol.user
  const [event] = await listEvents(protocol.house.db.reader, {
    tenantId: tenant,
    workspaceId: 'portal',
    organizationId,
    affectedUserId: protocol.user.userId,
    subjects: [subject],
    newestFirst: true,
    limit: 1,
  })
  return event
}

const optionsOf = (body: Record<string, unknown>) =>
  body['publicKey'] as { readonly challenge: readonly number[]; readonly rp: { readonly id: string } }

type Row = SelfOperation
interface Sent {
  readonly with?: string | undefined
  readonly params?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends one request and holds it against its row and against the vendor's description. */
async function call(row: Row, { body, params = {}, path = issuerPath, ...sent }: Sent = {}) {
  const given = 'with' in sent ? sent.with : token
  const response = await protocol.house.server.app.inject({
    method: row.method,
    url: `${path}/identity${row.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'missing')}`,
    headers: { ...(given === undefined ? {} : { authorization: `Bearer ${given}` }), ...sent.headers },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  const { statusCode: status } = response
  const answer: unknown = response.body === '' ? undefined : response.json()
  expect([...contract.statusesOf(row)]).toContain(status)
  const shape: TSchema = status === row.status ? row.answer : contract.errorAnswer
  if (!(shape === contract.noBody && answer === undefined)) expect(Value.Check(shape, answer)).toBe(true)
  expect(faultsOfExchange(row, { body, status, answer })).toEqual([])
  return { status, body: answer as Record<string, unknown>, headers: response.headers }
}

const bodies: Readonly<Record<string, unknown>> = {
  'self.changePassword': { old_password: password, new_password: nextPassword },
  'self.changePasswordV2': { old_password: password, new_password: nextPassword },
  'self.updateUserProfile': { payload: { name: 'Mallory' } },
  'self.updateUserProfileV2': { payload: { name: 'Mallory' } },
  'self.changeTotpSecret': { totp: '123456', new_totp_secret: 'A'.repeat(32) },
  'self.setPassword': { new_password: nextPassword },
  'self.setTotpSecret': { new_totp_secret: 'A'.repeat(32) },
  'self.setWebAuthn': { new_webauthn: exportedKey() },
  'self.nameWebAuthnKey': { name: 'X' },
  'self.completeWebAuthnCredentialsGeneration': { id: 'AA', type: 'public-key' },
  'self.resetPasswordConfirm': { code: '12345678', new_password: nextPassword, identifier: username },
}
const params = {
  webAuthnCredentialID: '01900000-0000-7000-8000-000000000001',
  mfaSessionID: 'no-such-session',
  ipID: 'no-such-pool',
}
const send = (row: Row, sent: Sent = {}) => call(row, { params, body: bodies[contract.nameOf(row)], ...sent })
const rows = contract.selfOperations.map((row) => ({ row, name: contract.nameOf(row) }))
const ofPeople = rows.filter(({ row }) => row.access !== 'none')
const withoutRequestId = ({ status, body }: { status: number; body: unknown }) =>
  JSON.stringify([status, body]).replaceAll(/"request_id":"[^"]*"/g, '')

describe.each(rows)('$name', ({ name, row }) => {
  it('has a body in this test if it takes one', () => {
    expect(name in bodies).toBe(row.body !== contract.noBody)
  })
})

describe.each(ofPeople)('$name', ({ row }) => {
  it('is closed without a token, and says how to open it', async () => {
    const refused = await send(row, { with: undefined })
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="identity"' } })
  })

  it('is as closed to every token that is not this person’s for this issuer', async () => {
    const closed = withoutRequestId(await send(row, { with: undefined }))
    const machine = await tokenRequest(
      protocol.house.server.app,
      { grant_type: 'client_credentials' },
      crm,
      `/${tenantId}/system`,
    )
    const forAnApi = await tokenFor(browser, app, 'openid invoices:read', { resource: portalApi })
    // In a browser of its own: what was granted there goes with it.
    const revoked = await tokenFor(new Browser(protocol.house.server.app))
    await protocol.post(`${issuerPath}/oauth2/revoke`, { token: revoked }, app)
    for (const bad of ['unknown', String(machine.body['access_token']), forAnApi, revoked, `${token}A`]) {
      expect(withoutRequestId(await send(row, { with: bad }))).toBe(closed)
    }
    for (const path of [`/${tenantId}/admin`, `/${tenantId}/system`, `/${tenantId}/nowhere`, '/other/portal']) {
      expect(withoutRequestId(await send(row, { path }))).toBe(closed)
    }
  })

  it('wants its scope, and an application of another company is never given it', async () => {
    if (row.access === 'any') return
    const plain = await tokenFor(browser, app, 'openid')
    const refused = await send(row, { with: plain })
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'caller.forbidden' } })
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="identity", error="insufficient_scope", scope="${row.access}"`,
    )
    if (row.access === 'manage_ss_profile') {
      expect((await send(row, { with: await tokenFor(browser, viewer, 'openid view_ss_profile') })).status).toBe(403)
    }
  })
})

describe('an application of another company', () => {
  it('is not given the scopes of the self-service API, however it is registered', async () => {
    const { url } = await browser.get(
      `${issuerPath}/oauth2/authorize?${new URLSearchParams({
        client_id: stranger.clientId,
        redirect_uri: stranger.redirectUri,
        response_type: 'code',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        scope: everything,
        state: 's',
      }).toString()}`,
    )
    expect(new URL(url).searchParams.get('error')).toBe('invalid_scope')
  })
})

describe('what a person sees of themselves', () => {
  it('is their names, addresses and data, and with the newer operation that they have a password', async () => {
    const older = await call(contract.selfGetUserProfile)
    expect(older).toMatchObject({
      status: 200,
      body: {
        id: protocol.user.userId,
        identifiers: [{ type: 'uid', identifier: username }],
        verifiable_addresses: [{ address: 'pat@new.example' }],
      },
    })
    expect(older.headers['etag']).toBeDefined()
    const newer = await call(contract.selfGetUserProfileV2)
    expect(newer.body['credentials']).toMatchObject([{ type: 'password', state: 'valid' }])
    expect(JSON.stringify([older.body, newer.body])).not.toMatch(/business|argon2|verifier|sealed|epoch/)
  })

  it('is changed by themselves, under the entity tag they have seen, and the audit says who did it', async () => {
    const seen = await call(contract.selfGetUserProfileV2)
    const etag = String(seen.headers['etag'])
    const changed = await call(contract.selfUpdateUserProfileV2, {
      body: { payload: { ...(seen.body['payload'] as object), nickname: 'Patty' } },
      headers: { 'if-match': etag },
    })
    expect(changed).toMatchObject({ status: 200, body: { payload: { nickname: 'Patty' } } })
    const late = await call(contract.selfUpdateUserProfile, {
      body: { payload: {} },
      headers: { 'if-match': etag },
    })
    expect(late.status).toBe(412)
    expect(await lastEvent('user')).toMatchObject({
      action: 'updated',
      userId: protocol.user.userId,
      affectedUserId: protocol.user.userId,
      clientId: app.clientId,
    })
  })

  it('holds nothing that only others may set', async () => {
    for (const extra of [{ status: 'inactive' }, { metadata: {} }, { business_metadata: {} }, { id: 'x' }]) {
      expect((await call(contract.selfUpdateUserProfileV2, { body: { payload: {}, ...extra } })).status).toBe(400)
    }
  })
})

describe('a factor of a person', () => {
  const changing = ofPeople.filter(({ row }) => row.maxAgeSeconds !== undefined)

  it('is changed by seven operations that want a proof of the last five minutes (RFC 9470)', async () => {
    expect(changing).toHaveLength(7)
    const old = await tokenFor(browser)
    protocol.passTime(299)
    const inTime = await tokenFor(browser)
    protocol.passTime(2)
    for (const { row } of changing) {
      for (const shown of [await tokenFor(browser), inTime]) {
        const refused = await send(row, { with: shown })
        expect(refused).toMatchObject({ status: 401, body: { error_code: 'caller.proof_too_old' } })
        expect(refused.headers['www-authenticate']).toBe(
          'Bearer realm="identity", error="insufficient_user_authentication", max_age="300"',
        )
      }
    }
    expect((await call(contract.selfGetUserProfileV2, { with: old })).status).toBe(401)
    browser = new Browser(protocol.house.server.app)
    token = await tokenFor(browser)
    expect((await call(contract.selfBeginWebAuthnCredentialsGeneration)).status).toBe(200)
  })

  it('is set once by themselves: a secret for an authenticator, then changed for a code of it', async () => {
    const key = Buffer.alloc(20, 5)
    const now = () => protocol.house.clock.nowSeconds()
    const set = (secret: string) => call(contract.selfSetTotpSecret, { body: { new_totp_secret: secret } })
    expect((await set('nothing')).status).toBe(422)
    expect((await set(base32(key))).status).toBe(204)
    expect(await set(base32(key))).toMatchObject({ status: 422, body: { error_code: 'totp.already_set' } })
    const next = base32(Buffer.alloc(20, 6))
    const change = (totp: string) => call(contract.selfChangeTotpSecret, { body: { totp, new_totp_secret: next } })
    expect((await change(shownCode(Buffer.alloc(20, 7), now()))).status).toBe(401)
    expect((await change(shownCode(key, now()))).status).toBe(204)
    expect(await lastEvent('credential')).toMatchObject({ action: 'updated', userId: protocol.user.userId })
    const shown = JSON.stringify(await call(contract.selfGetUserProfileV2))
    expect(shown).toContain('"totp"')
    expect(shown).not.toContain(next)
  })

  it('is a key of an authenticator, made, named and deleted by themselves, but never the last one', async () => {
    const make = async () => {
      const { body } = await call(contract.selfBeginWebAuthnCredentialsGeneration)
      const made = registration(optionsOf(body), origin)
      return { made, answer: await call(contract.selfCompleteWebAuthnCredentialsGeneration, { body: made }) }
    }
    const keys = async () => {
      const { body } = await call(contract.selfGetUserProfileV2)
      return (body['credentials'] as { id: string; type: string; name?: string }[]).filter(
        ({ type }) => type === 'webauthn',
      )
    }
    const first = await make()
    expect(first.answer.status).toBe(200)
    const [kept] = await keys()
    // Code that sets what it has completed is answered well, and nothing is there twice.
    const set = { new_webauthn: (first.answer.body['credentials'] as object[])[0] }
    expect((await call(contract.selfSetWebAuthn, { body: set })).status).toBe(204)
    expect(await keys()).toHaveLength(1)
    expect(await call(contract.selfSetWebAuthn, { body: { new_webauthn: exportedKey() } })).toMatchObject({
      status: 422,
      body: { error_code: 'webauthn.refused' },
    })
    const place = { webAuthnCredentialID: kept?.id ?? '' }
    expect((await call(contract.selfNameWebAuthnKey, { params: place, body: { name: 'Phone' } })).status).toBe(204)
    expect(await keys()).toMatchObject([{ name: 'Phone' }])
    expect(await call(contract.selfDeleteWebAuthnKey, { params: place })).toMatchObject({
      status: 422,
      body: { error_code: 'webauthn.last_key' },
    })
    expect((await make()).answer.status).toBe(200)
    expect((await call(contract.selfDeleteWebAuthnKey, { params: place })).status).toBe(204)
    expect((await call(contract.selfDeleteWebAuthnKey, { params: place })).status).toBe(404)
    expect(await keys()).toHaveLength(1)
  })

  it('of somebody else answers as one that is not there', async () => {
    const other = await somebodyElse('else.key')
    const owned = await call(contract.selfBeginWebAuthnCredentialsGeneration, { with: other })
    const made = registration(optionsOf(owned.body), origin)
    expect((await call(contract.selfCompleteWebAuthnCredentialsGeneration, { body: made })).status).toBe(422)
    expect((await call(contract.selfCompleteWebAuthnCredentialsGeneration, { with: other, body: made })).status).toBe(
      200,
    )
    const profile = await call(contract.selfGetUserProfileV2, { with: other })
    const theirs = (profile.body['credentials'] as { id: string; type: string }[]).find(
      ({ type }) => type === 'webauthn',
    )
    for (const row of [contract.selfDeleteWebAuthnKey, contract.selfNameWebAuthnKey]) {
      const foreign = await send(row, { params: { webAuthnCredentialID: theirs?.id ?? '' } })
      expect(foreign.status).toBe(404)
      expect(withoutRequestId(foreign)).toBe(withoutRequestId(await send(row)))
    }
  })
})

describe('the sessions of a person', () => {
  it('are listed and ended by themselves; those of others are not there', async () => {
    const other = await somebodyElse('else.session')
    const idsOf = async (shown: string) =>
      ((await call(contract.selfListUserMfaSessions, { with: shown })).body['sessions'] as { id: string }[]).map(
        ({ id }) => id,
      )
    const before = new Set(await idsOf(token))
    const there = await tokenFor(new Browser(protocol.house.server.app))
    const [own, foreign] = [(await idsOf(token)).filter((id) => !before.has(id)), await idsOf(other)]
    expect(own).toHaveLength(1)
    expect(own.filter((id) => foreign.includes(id))).toEqual([])
    const end = (id: string) => call(contract.selfDeleteMfaSession, { params: { mfaSessionID: id } })
    const absent = withoutRequestId(await end('no-such-session'))
    expect(withoutRequestId(await end(foreign[0] ?? ''))).toBe(absent)
    expect(await idsOf(other)).toEqual(foreign)
    expect((await end(own[0] ?? '')).status).toBe(204)
    expect((await call(contract.selfGetUserProfile, { with: there })).status).toBe(401)
    expect(await lastEvent('session')).toMatchObject({ action: 'revoked', userId: protocol.user.userId })
    expect(withoutRequestId(await end(own[0] ?? ''))).toBe(absent)
    expect((await call(contract.selfGetUserProfile)).status).toBe(200)
  })
})

describe('a password of a person', () => {
  it('is changed for the old one, ends the other sessions and leaves this one', async () => {
    const elsewhere = await tokenFor(new Browser(protocol.house.server.app))
    const change = (old: string, next: string, row: Row = contract.selfChangePasswordV2) =>
      call(row, { body: { old_password: old, new_password: next } })
    expect(await change('not the one at all', nextPassword)).toMatchObject({
      status: 401,
      body: { error_code: 'password.incorrect' },
    })
    expect((await change(password, '1234')).status).toBe(422)
    expect((await change(password, nextPassword)).status).toBe(204)
    expect((await call(contract.selfGetUserProfile, { with: elsewhere })).status).toBe(401)
    expect((await call(contract.selfGetUserProfile)).status).toBe(200)
    expect((await change(nextPassword, password, contract.selfChangePassword)).status).toBe(204)
    expect(await lastEvent('password')).toMatchObject({ action: 'updated', userId: protocol.user.userId })
  })

  it('is not set where there is one', async () => {
    const refused = await call(contract.selfSetPassword, { body: { new_password: nextPassword } })
    expect(refused).toMatchObject({ status: 422, body: { error_code: 'password.already_set' } })
  })
})

describe('finishing a reset without a token', () => {
  it('is off unless the pool’s settings say that it is on, for pools that there are and that there are not', async () => {
    const there = await send(contract.selfResetPasswordConfirm, { params: { ipID: protocol.user.poolId } })
    const absent = await send(contract.selfResetPasswordConfirm)
    expect(there.status).toBe(403)
    expect(withoutRequestId(there)).toBe(withoutRequestId(absent))
  })
})

describe('a token of somebody who may not act any more', () => {
  it('opens nothing after their sessions were ended, nor after they were switched off', async () => {
    const ended = await somebodyElse('is.ended')
    const off = await somebodyElse('is.off')
    const { db, clock } = protocol.house
    const facts = { requestId: 'r', ipAddress: '::1', userAgent: '' }
    const ending = { reason: 'ended_by_administrator', facts } as const
    await db.transaction(async (tx) => {
      const needs = { clock, random: systemRandom, async announceLogout() {} }
      await endAllSessions(tx, needs, { ...userOf('is.ended'), ...ending })
      const present = await findUser(tx, userOf('is.off').organizationId, userOf('is.off').userId)
      if (present) await updateUser(tx, { ...present, status: 'inactive' })
    })
    for (const { row } of ofPeople) {
      for (const shown of [ended, off]) expect((await send(row, { with: shown })).status).toBe(401)
    }
  })
})
