import { randomBytes } from 'node:crypto'
import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base32, shownCode } from './testing/authenticator-app.ts'
import { openManagement, relyingParty } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson } from './testing/people.ts'
import { exportedKey, registration } from './testing/software-authenticator.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('north')
  pool = (await madeBiller(tenant, 'harbor')).pool
})
afterAll(() => management.close())

const refused = { status: 401, body: { error_code: 'code.refused' } }
const addressOf = (name: string) => `${name}@example.test`
const inPool = () => ({ ipID: pool })
const typesOf = async (userID: string) => {
  const { body } = await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID } })
  return body.credentials.map(({ type }) => type)
}

describe('an authenticator that was lost', () => {
  const request = (name: string) =>
    tenant.call(contract.requestResetTotp, { params: inPool(), body: { address: addressOf(name) } })
  const complete = (code: string, userID: string | undefined, secret: string) =>
    tenant.call(contract.completeResetTotp, {
      params: inPool(),
      body: { code, new_totp_secret: secret, ...(userID === undefined ? {} : { userID }) },
    })

  it('is replaced for a code sent to an address, by the short or the long form; each works once', async () => {
    const userID = await madePerson(tenant, pool, 'lost.it')
    for (const form of ['code', 'extended'] as const) {
      const key = randomBytes(20)
      expect((await request('lost.it')).status).toBe(204)
      const sent = (await management.mailedCode(userID, 'reset_totp'))[form]
      const who = form === 'code' ? userID : undefined
      expect((await complete(sent, who, 'too short')).status).toBe(422)
      expect((await complete(sent, who, base32(key))).status).toBe(204)
      expect(await complete(sent, who, base32(randomBytes(20)))).toMatchObject(refused)
      const change = await tenant.call(contract.changeTotpSecret, {
        params: { ipID: pool, userID },
        body: { totp: shownCode(key, management.clock.nowSeconds()), new_totp_secret: base32(randomBytes(20)) },
      })
      expect(change.status).toBe(204)
    }
    expect(await typesOf(userID)).toEqual(['password', 'totp'])
  })

  it('is not replaced by a code of another purpose or another person, nor by none (MF04)', async () => {
    const [one, other] = [await madePerson(tenant, pool, 'one'), await madePerson(tenant, pool, 'other')]
    await request('one')
    await tenant.call(contract.requestResetPassword, { params: inPool(), body: { address: addressOf('other') } })
    await tenant.call(contract.requestAddWebAuthn, { params: inPool(), body: { address: addressOf('other') } })
    const wrong = [
      (await management.mailedCode(one, 'reset_totp')).code,
      (await management.mailedCode(other, 'password_reset')).extended,
      (await management.mailedCode(other, 'enroll_webauthn')).extended,
      'nothing',
    ]
    for (const code of wrong) expect(await complete(code, other, base32(randomBytes(20)))).toMatchObject(refused)
    expect(await typesOf(other)).toEqual(['password'])
  })

  it('tells nobody whether there is anybody', async () => {
    await madePerson(tenant, pool, 'is.there')
    const [known, unknown] = [await request('is.there'), await request('is.not.there')]
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
  })
})

describe('a key of an authenticator', () => {
  const [origin = ''] = relyingParty.origins
  const proved = async (userID: string) => {
    const params = { ipID: pool, userID }
    const begun = await tenant.call(contract.beginWebAuthnCredentialsGeneration, { params })
    const made = registration(begun.body.publicKey, origin)
    const done = await tenant.call(contract.completeWebAuthnCredentialsGeneration, { params, body: made })
    return done.body.credentials[0] ?? {}
  }
  const add = (code: string, userID: string, key: object) =>
    tenant.call(contract.completeAddWebAuthn, { params: inPool(), body: { code, userID, new_web_authn: key } })
  const codeFor = async (name: string, userID: string) => {
    await tenant.call(contract.requestAddWebAuthn, { params: inPool(), body: { address: addressOf(name) } })
    return (await management.mailedCode(userID, 'enroll_webauthn')).code
  }

  it('is added for a code that was sent, as it was proved and whatever else is said of it', async () => {
    const userID = await madePerson(tenant, pool, 'adds.one')
    const [key, code] = [await proved(userID), await codeFor('adds.one', userID)]
    expect((await add(code, userID, { ...key, publicKey: exportedKey().publicKey })).status).toBe(204)
    const { body } = await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID } })
    expect(body.credentials).toMatchObject([{ type: 'password' }, { type: 'webauthn', payload: { sign_count: 7 } }])
    expect(await add(code, userID, await proved(userID))).toMatchObject(refused)
  })

  it('is not added when nobody proved it, or somebody else did, and the code stays good for one that was', async () => {
    const [userID, other] = [await madePerson(tenant, pool, 'adds.two'), await madePerson(tenant, pool, 'adds.three')]
    const code = await codeFor('adds.two', userID)
    for (const key of [exportedKey(), await proved(other), {}]) {
      expect(await add(code, userID, key)).toMatchObject({ status: 422, body: { error_code: 'webauthn.refused' } })
    }
    expect(await typesOf(userID)).toEqual(['password'])
    const key = await proved(userID)
    const answers = await Promise.all([add(code, userID, key), add(code, userID, key)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 401])
    expect(await typesOf(userID)).toEqual(['password', 'webauthn'])
  })

  it('is not added with a code that adds none', async () => {
    const userID = await madePerson(tenant, pool, 'adds.four')
    await tenant.call(contract.requestResetTotp, { params: inPool(), body: { address: addressOf('adds.four') } })
    const { code } = await management.mailedCode(userID, 'reset_totp')
    expect(await add(code, userID, await proved(userID))).toMatchObject(refused)
  })
})
