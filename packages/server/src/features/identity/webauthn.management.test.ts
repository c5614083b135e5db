import { randomBytes } from 'node:crypto'
import * as contract from '@gatehouse/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openManagement, relyingParty } from './testing/open-management.ts'
import type { Management } from './testing/open-management.ts'
import { madeBiller, madePerson, person } from './testing/people.ts'
import { cbor, coseKey, exportedKey, registration, syncedFlags } from './testing/software-authenticator.ts'
import type { Wrong } from './testing/software-authenticator.ts'

let management: Management
let tenant: Awaited<ReturnType<Management['tenant']>>
let pool: string
beforeAll(async () => {
  management = await openManagement()
  tenant = await management.tenant('north')
  pool = (await madeBiller(tenant, 'harbor')).pool
})
afterAll(() => management.close())

const [origin = ''] = relyingParty.origins
const begin = async (userID: string) => {
  const begun = await tenant.call(contract.beginWebAuthnCredentialsGeneration, { params: { ipID: pool, userID } })
  expect(begun.status).toBe(200)
  return begun.body.publicKey
}
const complete = (userID: string, body: unknown) =>
  tenant.call(contract.completeWebAuthnCredentialsGeneration, { params: { ipID: pool, userID }, body })
const made = (username: string) => madePerson(tenant, pool, username)
const refused = { status: 422, body: { error_code: 'webauthn.refused' } }
const keysOf = async (userID: string) => {
  const { body } = await tenant.call(contract.systemGetUser, { params: { ipID: pool, userID } })
  return body.credentials.filter(({ type }) => type === 'webauthn')
}

describe('a key that an authenticator makes', () => {
  it('is asked for with everything that a browser needs, and no word of who the person is in the handle', async () => {
    const userID = await made('asked')
    const options = await begin(userID)
    expect(options).toMatchObject({
      rpId: relyingParty.rpId,
      rp: { id: relyingParty.rpId, name: relyingParty.name },
      user: { name: 'asked', displayName: 'Robin Doe' },
      pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
      attestation: 'none',
      excludeCredentials: [],
    })
    expect(options.challenge).toHaveLength(32)
    expect(Buffer.from(options.user.id).toString('hex')).toBe(userID.replaceAll('-', ''))
    expect((await begin(userID)).challenge).not.toEqual(options.challenge)
  })

  it('is proved by its answer, with its counter, its flags and the ways to reach it; it is nobody’s before it is added', async () => {
    const userID = await made('answers')
    const options = await begin(userID)
    const answer = registration(options, origin, { flags: syncedFlags })
    const done = await complete(userID, answer)
    expect(done.status).toBe(200)
    const [key] = done.body.credentials
    expect(key).toMatchObject({
      id: answer.rawId,
      attestationType: 'none',
      transport: ['hybrid', 'internal'],
      flags: { backupEligible: true, backupState: true, userPresent: true, userVerified: true },
      authenticator: { signCount: 7, attachment: 'platform' },
    })
    expect(await keysOf(userID)).toEqual([])
  })

  it('may be answered in base64url as browsers write it, on any page that is registered', async () => {
    for (const page of relyingParty.origins) {
      const userID = await made(`in.text.${new URL(page).hostname}`)
      const { response, rawId, ...rest } = registration(await begin(userID), page)
      const text = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64url')
      const sent = await management.app.inject({
        method: 'POST',
        url: `/api/identity/north/system/pools/${pool}/users/${userID}/webauthn/create/complete`,
        headers: { authorization: `Bearer ${tenant.token}` },
        payload: {
          ...rest,
          rawId: text(rawId),
          response: {
            ...response,
            clientDataJSON: text(response.clientDataJSON),
            attestationObject: text(response.attestationObject),
          },
        },
      })
      expect([page, sent.statusCode]).toEqual([page, 200])
    }
  })

  const faults: Readonly<Record<string, Wrong>> = {
    'on a page of somebody else': { origin: 'https://id.example.attacker.test' },
    'on a page of a domain below that is not registered': { origin: 'https://other.id.example' },
    'on another port': { origin: 'https://id.example:8443' },
    'without encryption': { origin: 'http://id.example' },
    'for another relying party': { rpId: 'attacker.test' },
    'for the domain above': { rpId: 'example' },
    'in a frame of somebody else’s page': { clientData: { crossOrigin: true, topOrigin: 'https://attacker.test' } },
    'in a frame, unsaid': { clientData: { crossOrigin: 'true' } },
    'to a question for a signature': { type: 'webauthn.get' },
    'to a question that was never asked': { challenge: randomBytes(32).toString('base64url') },
    'to no question': { challenge: '' },
    'without anybody there': { flags: 0x44 },
    'without a key': { flags: 0x05 },
    'backed up though it cannot be': { flags: 0x55 },
    'by a name other than the attested one': { shownId: randomBytes(32) },
    'with a name of no bytes': { keyId: Buffer.alloc(0) },
    'with a name that is too long': { keyId: randomBytes(1024) },
    'by a point that is not on the curve': { coseKey: coseKey().set(-2, Buffer.alloc(32, 1)) },
    'of an algorithm that was not asked for': { coseKey: coseKey().set(3, -35) },
    'with a symmetric key': {
      coseKey: new Map<number, number | Uint8Array>([
        [1, 4],
        [3, 5],
        [-1, randomBytes(32)],
      ]),
    },
    'with a statement where none should be': { statement: new Map([['x5c', randomBytes(9)]]) },
    'with certificates, which nobody asked for': {
      format: 'packed',
      statement: new Map<string, number | Uint8Array>([
        ['alg', -7],
        ['sig', randomBytes(64)],
        ['x5c', randomBytes(9)],
      ]),
    },
    'with a wrong signature by itself': {
      format: 'packed',
      statement: new Map<string, number | Uint8Array>([
        ['alg', -7],
        ['sig', randomBytes(64)],
      ]),
    },
    'in a format that there is not': { format: 'sealed-by-hand' },
  }
  it.each(Object.keys(faults))('is refused when it is made %s (WA01, WA02, WA05)', async (fault) => {
    const userID = await made(`wrong.${Object.keys(faults).indexOf(fault)}`)
    const options = await begin(userID)
    expect(await complete(userID, registration(options, origin, faults[fault]))).toMatchObject(refused)
  })

  it('is refused when its answer is in pieces, and in no more time for being huge', async () => {
    const userID = await made('in.pieces')
    const { response, ...rest } = registration(await begin(userID), origin)
    const { clientDataJSON, attestationObject } = response
    for (const body of [
      {},
      { ...rest },
      { ...rest, response: {} },
      { ...rest, response: { clientDataJSON } },
      { ...rest, id: undefined, response },
      { ...rest, rawId: [1, 2, 3], response },
      { ...rest, type: 'private-key', response },
      { ...rest, response: { clientDataJSON: [1, 2, 3], attestationObject } },
      { ...rest, response: { clientDataJSON, attestationObject: attestationObject.slice(0, 40) } },
      { ...rest, response: { clientDataJSON, attestationObject: Array.from({ length: 10_000 }, () => 0x81) } },
      { ...rest, response: { clientDataJSON, attestationObject: Array.from({ length: 20_000 }, () => 0xff) } },
      { ...rest, response: { clientDataJSON: Array.from({ length: 10_000 }, () => 32), attestationObject } },
    ]) {
      expect(await complete(userID, body)).toMatchObject(refused)
    }
    const tooLong = { ...rest, response: { ...response, attestationObject: Array.from({ length: 20_001 }, () => 0) } }
    expect((await complete(userID, tooLong)).status).toBe(400)
  })

  it('answers a question once, however many answer at the same moment, and the right answer is none after a wrong one (WA03)', async () => {
    const userID = await made('once')
    const options = await begin(userID)
    const answers = await Promise.all([1, 2, 3, 4].map(() => complete(userID, registration(options, origin))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422, 422, 422])
    const next = await begin(userID)
    expect(await complete(userID, registration(next, origin, { origin: 'https://attacker.test' }))).toMatchObject(
      refused,
    )
    expect(await complete(userID, registration(next, origin))).toMatchObject(refused)
  })

  it('answers no question of another person, and none that is too old (WA03)', async () => {
    const [one, other] = [await made('one'), await made('another')]
    const options = await begin(one)
    expect(await complete(other, registration(options, origin))).toMatchObject(refused)
    // The other’s answer has not used it up.
    management.clock.move({ seconds: 299 })
    expect((await complete(one, registration(options, origin))).status).toBe(200)
    const late = await begin(one)
    management.clock.move({ seconds: 300 })
    expect(await complete(one, registration(late, origin))).toMatchObject(refused)
  })

  it('answers one of the newest five questions: more are not kept', async () => {
    const userID = await made('many.questions')
    const asked = []
    for (let count = 0; count < 7; count += 1) {
      asked.push(await begin(userID))
      management.clock.move({ seconds: 1 })
    }
    const statuses = []
    for (const options of asked) statuses.push((await complete(userID, registration(options, origin))).status)
    expect(statuses).toEqual([422, 422, 200, 200, 200, 200, 200])
  })
})

describe('keys that another system registered', () => {
  it('come with a new user and are shown without anything secret', async () => {
    const keys = [exportedKey(), exportedKey()]
    const credentials = [{ type: 'webauthn', webauthn_credentials: keys }]
    const { status, body } = await tenant.call(contract.systemCreateUser, {
      params: { ipID: pool },
      body: person('brings.keys', { credentials }),
    })
    expect(status).toBe(201)
    expect(body.credentials.map(({ type, payload }) => ({ type, payload }))).toEqual(
      keys.map(({ id }) => ({
        type: 'webauthn',
        payload: {
          name: '',
          key_id: Buffer.from(id).toString('base64url'),
          sign_count: 41,
          transports: ['usb'],
          aaguid: '00000000-0000-0000-0000-000000000000',
          backup_eligible: false,
          backup_state: false,
        },
      })),
    )
    const { excludeCredentials } = await begin(body.id)
    expect(excludeCredentials.map(({ id }) => id)).toEqual(keys.map(({ id }) => id))
  })

  it.each([
    ['no key', { ...exportedKey(), publicKey: [1, 2, 3] }],
    ['a key of no curve', { ...exportedKey(), publicKey: [...cbor(coseKey().set(-3, Buffer.alloc(32)))] }],
    ['no name', { ...exportedKey(), id: [] }],
    ['nothing at all', {}],
    ['a backup that cannot be', { ...exportedKey(), flags: { backupState: true, backupEligible: false } }],
  ])('are refused with %s, and nobody is made', async (_, key) => {
    const credentials = [{ type: 'webauthn', webauthn_credentials: [exportedKey(), key] }]
    const answer = await tenant.call(contract.systemCreateUser, {
      params: { ipID: pool },
      body: person('not.made', { credentials }),
    })
    expect(answer).toMatchObject(refused)
    const found = await tenant.call(contract.systemGetUserByKey, {
      params: { ipID: pool },
      body: { identifier: 'not.made' },
    })
    expect(found.status).toBe(404)
  })

  it('are one person’s in an organization (WA08)', async () => {
    const key = exportedKey()
    const withKey = (name: string) =>
      tenant.call(contract.systemCreateUser, {
        params: { ipID: pool },
        body: person(name, { credentials: [{ type: 'webauthn', webauthn_credentials: [key] }] }),
      })
    expect((await withKey('first.owner')).status).toBe(201)
    expect(await withKey('second.owner')).toMatchObject(refused)
  })
})

describe('a key of a user', () => {
  it('has the name that it is given, and is gone when it is deleted', async () => {
    const credentials = [{ type: 'webauthn', webauthn_credentials: [exportedKey(), exportedKey()] }]
    const userID = await madePerson(tenant, pool, 'names.them', { credentials })
    const [first, second] = (await keysOf(userID)).map(({ id }) => id ?? '')
    const params = { ipID: pool, userID, webAuthnCredentialID: first ?? '' }
    expect((await tenant.call(contract.nameWebAuthnKey, { params, body: { name: 'Blue key' } })).status).toBe(204)
    expect((await keysOf(userID)).map(({ payload }) => payload)).toMatchObject([{ name: 'Blue key' }, { name: '' }])
    expect((await tenant.call(contract.deleteWebAuthnKey, { params })).status).toBe(204)
    expect((await tenant.call(contract.deleteWebAuthnKey, { params })).status).toBe(404)
    expect((await tenant.call(contract.nameWebAuthnKey, { params, body: { name: 'x' } })).status).toBe(404)
    expect((await keysOf(userID)).map(({ id }) => id)).toEqual([second])
  })

  it('is not there for another user, nor by a text that is no id (WA08)', async () => {
    const credentials = [{ type: 'webauthn', webauthn_credentials: [exportedKey()] }]
    const [owner, other] = [
      await madePerson(tenant, pool, 'owner', { credentials }),
      await madePerson(tenant, pool, 'no.owner', { credentials: [] }),
    ]
    const [key] = await keysOf(owner)
    for (const webAuthnCredentialID of [key?.id ?? '', management.needs.random.uuid(), 'x']) {
      const params = { ipID: pool, userID: other, webAuthnCredentialID }
      for (const answer of [
        await tenant.call(contract.deleteWebAuthnKey, { params }),
        await tenant.call(contract.nameWebAuthnKey, { params, body: { name: 'mine' } }),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { error_code: 'credential.not_found' } })
      }
    }
    expect(await keysOf(owner)).toHaveLength(1)
  })
})
