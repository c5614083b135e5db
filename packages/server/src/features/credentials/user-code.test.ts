import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { movableClock } from '../../platform/clock/index.ts'
import { describeMultiConnection, testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { openFileVault } from '../../platform/vault/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import { consumeCode, deleteExpiredCodes } from './codes.store.ts'
import type { CodePurpose } from './codes.store.ts'
import { checkUserCode, issueUserCode, readPresentedCode } from './user-code.ts'

let database: TestDatabase
let vault: Vault
let folder: string
const clock = movableClock()
beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-codes-'))
  vault = await openFileVault({ folder, secret: undefined })
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const newHolder = () => ({ organizationId: organizationId('acme'), userId: userId(systemRandom.uuid()) })
type Holder = ReturnType<typeof newHolder>

const issue = (holder: Holder, purpose: CodePurpose, addressId?: string) =>
  database.db.transaction((tx) =>
    issueUserCode(
      tx,
      { clock, random: systemRandom, vault },
      {
        ...holder,
        purpose,
        tenantId: 'harbor',
        addressId,
        subjectKey: Buffer.from(holder.userId),
        rules: { digits: 9, lifeSeconds: 600 },
      },
    ),
  )

function check(holder: Holder, purpose: CodePurpose, text: string, addressId?: string) {
  const presented = readPresentedCode(text)
  if (!presented) throw new Error('no code looks like this')
  const needs = {
    reader: database.db.reader,
    vault,
    clock,
    transact: database.db.transaction.bind(database.db),
  }
  return checkUserCode(needs, purpose, holder, addressId, presented)
}

const spend = (purpose: CodePurpose, right: { readonly codeId: string; readonly issueId: string | undefined }) =>
  database.db.transaction((tx) => consumeCode(tx, right.codeId, purpose, clock.now(), right.issueId))

describe('a code of a person', () => {
  it('is right in both its forms, for its person and its purpose only', async () => {
    const [holder, other] = [newHolder(), newHolder()]
    const { code, extended, issueId } = await issue(holder, 'challenge')
    expect(code).toMatch(/^\d{9}$/)
    expect(await check(holder, 'challenge', code)).toMatchObject({ issueId })
    expect(await check(holder, 'challenge', extended)).toMatchObject({ issueId })
    expect(await check(other, 'challenge', code)).toBeUndefined()
    expect(await check(other, 'challenge', extended)).toBeUndefined()
    expect(await check(holder, 'authentication', code)).toBeUndefined()
  })

  it('ends with the next one of the same purpose, and with no other', async () => {
    const holder = newHolder()
    const first = await issue(holder, 'challenge')
    const activation = await issue(holder, 'activation')
    const second = await issue(holder, 'challenge')
    expect(await check(holder, 'challenge', first.extended)).toBeUndefined()
    if (first.code !== second.code) expect(await check(holder, 'challenge', first.code)).toBeUndefined()
    expect(await check(holder, 'challenge', second.code)).toBeDefined()
    expect(await check(holder, 'activation', activation.code)).toBeDefined()
  })

  it('proves one address, beside codes for others of the same person', async () => {
    const holder = newHolder()
    const addresses = [systemRandom.uuid(), systemRandom.uuid(), systemRandom.uuid()] as const
    const codes = [
      await issue(holder, 'verify_address', addresses[0]),
      await issue(holder, 'verify_address', addresses[1]),
      await issue(holder, 'verify_address', addresses[2]),
    ] as const
    expect(await check(holder, 'verify_address', codes[0].code, addresses[0])).toMatchObject({
      addressId: addresses[0],
    })
    expect(await check(holder, 'verify_address', codes[2].extended, addresses[2])).toBeDefined()
    expect(await check(holder, 'verify_address', codes[0].extended, addresses[1])).toBeUndefined()
  })

  it('is spent once; one that took its place while it was checked is not spent by it', async () => {
    const holder = newHolder()
    const shown = await issue(holder, 'challenge')
    const right = await check(holder, 'challenge', shown.code)
    const next = await issue(holder, 'challenge')
    expect(await spend('challenge', right!)).toBe(false)
    const again = await check(holder, 'challenge', next.code)
    expect(await spend('challenge', again!)).toBe(true)
    expect(await spend('challenge', again!)).toBe(false)
    expect(await check(holder, 'challenge', next.extended)).toBeUndefined()
  })

  it('takes five tries of its short form; whoever has not the long one spends none by it', async () => {
    const holder = newHolder()
    const { code, extended } = await issue(holder, 'challenge')
    const wrong = code === '000000000' ? '000000001' : '000000000'
    const forged = `${extended.slice(0, -43)}${'A'.repeat(43)}`
    for (let n = 0; n < 8; n += 1) expect(await check(holder, 'challenge', forged)).toBeUndefined()
    for (let n = 0; n < 4; n += 1) expect(await check(holder, 'challenge', wrong)).toBeUndefined()
    expect(await check(holder, 'challenge', code)).toBeDefined()
    expect(await check(holder, 'challenge', code)).toBeUndefined()
    expect(await check(holder, 'challenge', extended)).toBeUndefined()
  })

  it('is sealed at rest: neither form is in the table', async () => {
    const { code, extended } = await issue(newHolder(), 'activation')
    const rows = await sql<Record<string, unknown>>`select * from one_time_codes`.execute(database.db.reader)
    const all = rows.rows
      .flatMap((row) => Object.values(row))
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
      .join('\n')
    expect(all).not.toContain(code)
    expect(all).not.toContain(extended.slice(-43))
  })

  it('is deleted when its time is over, and not before', async () => {
    const count = async () =>
      Number(
        (await sql<{ n: string }>`select count(*) as n from one_time_codes`.execute(database.db.reader)).rows[0]?.n,
      )
    await issue(newHolder(), 'challenge')
    clock.move({ seconds: 300 })
    const holder = newHolder()
    const young = await issue(holder, 'challenge')
    clock.move({ seconds: 300 })
    await database.db.transaction((tx) => deleteExpiredCodes(tx, clock.now(), 5000))
    expect(await count()).toBe(1)
    expect(await check(holder, 'challenge', young.code)).toBeDefined()
    clock.move({ seconds: 300 })
    expect(await database.db.transaction((tx) => deleteExpiredCodes(tx, clock.now(), 5000))).toBe(1)
    expect(await count()).toBe(0)
  })
})

describe('what is presented as a code', () => {
  it.each([
    '',
    '12345',
    '1234567890123',
    'challenge',
    'none.0190a000-0000-7000-8000-000000000001.' + 'A'.repeat(43),
    'challenge.0190a000-0000-7000-8000-000000000001.123456',
    '__proto__.0190a000-0000-7000-8000-000000000001.' + 'A'.repeat(43),
    'x'.repeat(10_000),
  ])('is none: %j', (text) => {
    expect(readPresentedCode(text)).toBeUndefined()
  })
})

describeMultiConnection('a code on several connections', () => {
  it('lets exactly one of 50 at the same time through, in either form', async () => {
    for (const form of ['code', 'extended'] as const) {
      const holder = newHolder()
      const issued = await issue(holder, 'activation')
      const right = await check(holder, 'activation', issued[form])
      const spent = await Promise.all(Array.from({ length: 50 }, () => spend('activation', right!)))
      expect(spent.filter(Boolean)).toHaveLength(1)
    }
  })
})
