import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { addSeconds, movableClock } from '../../platform/clock/index.ts'
import type { MovableClock } from '../../platform/clock/index.ts'
import { testDatabase } from '../../platform/db/testing/index.ts'
import type { TestDatabase } from '../../platform/db/testing/index.ts'
import { createJobs } from '../../platform/jobs/index.ts'
import { createLog, silentLog } from '../../platform/log/index.ts'
import type { Mail } from '../../platform/mail/index.ts'
import { systemRandom } from '../../platform/random/index.ts'
import { openFileVault } from '../../platform/vault/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { consumeCode, issueUserCode, saveCode } from '../credentials/index.ts'
import { insertPool, poolId } from '../pools/index.ts'
import { insertOrganization, insertTenant, insertWorkspace, organizationId } from '../tenancy/index.ts'
import { insertAddress, insertIdentifier, insertUser, userId } from '../users/index.ts'
import { mailWork } from './index.ts'
import type { MailNeeds } from './index.ts'

let database: TestDatabase
let vault: Vault
let folder: string
let clock: MovableClock
let mails: Mail[]
let logLines: string[]
let needs: MailNeeds
const codeId = 'flow-1'
const code = '048213'
const start = new Date('2026-11-21T08:00:00Z')
const acme = organizationId('acme')

beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-messages-'))
  vault = await openFileVault({ folder, secret: undefined })
  const dates = { createdAt: start, updatedAt: start }
  const home = { tenantId: 'harbor', workspaceId: 'portal', organizationId: acme, revision: 1, ...dates }
  await database.db.transaction(async (tx) => {
    await insertTenant(tx, 'harbor', 'Harbor', start)
    const workspace = { tenantId: 'harbor', workspaceId: 'portal', name: 'Harbor Portal', kind: 'customer' } as const
    await insertWorkspace(tx, { ...workspace, usernameScope: 'workspace', brand: { name: 'Harbor' } }, start)
    const brand = { name: 'Acme Water' }
    await insertOrganization(tx, {
      ...home,
      name: 'Acme',
      description: '',
      domains: [],
      metadata: {},
      brand,
      isTemplate: false,
    })
    await insertPool(tx, {
      ...home,
      poolId: poolId('acme-staff'),
      name: 'Staff',
      description: '',
      policy: {},
      wire: {},
    })
  })
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  clock = movableClock(start)
  mails = []
  logLines = []
  needs = {
    db: database.db,
    clock,
    vault,
    log: createLog('debug', (line) => logLines.push(line)),
    sender: {
      async send(mail) {
        mails.push(mail)
      },
      close() {},
    },
    from: 'Harbor <no-reply@harbor.example>',
    origin: 'https://auth.harbor.example',
    codeLifeSeconds: 600,
    findRecipient: async (_issuer, within, typed) =>
      typed === 'jane' ? { address: 'jane@example.org', organization: within } : undefined,
    findUsernames: async (_issuer, _within, address) =>
      address.toLowerCase() === 'jane@example.org' ? ['jane', 'jane.smith'] : [],
  }
  await database.db.transaction((tx) =>
    saveCode(tx, vault, {
      codeId,
      purpose: 'password_reset',
      tenantId: 'harbor',
      code,
      subjectKey: Buffer.from('subject'),
      attempts: 3,
      createdAt: start,
      expiresAt: addSeconds(start, 600),
    }),
  )
})

const resetCode = {
  flowId: codeId,
  issuerPath: '/harbor/portal',
  typed: 'jane',
  fixedOrganizationId: null,
  uiLocales: null,
}
const spend = () => database.db.transaction((tx) => consumeCode(tx, codeId, 'password_reset', clock.now()))

describe('the mail with a code', () => {
  it('goes to the address of the person and to no other, with the code', async () => {
    await mailWork(needs)['mail.reset_code'](resetCode)
    expect(mails.map(({ to, from }) => ({ to, from }))).toStrictEqual([
      { to: 'jane@example.org', from: 'Harbor <no-reply@harbor.example>' },
    ])
    expect(mails[0]?.text).toContain(code)
    expect(mails[0]?.text).toContain('@auth.harbor.example #048213')
    expect(logLines.join('')).not.toContain(code)
  })

  it('wears the name of the organization whose person it goes to, in the language that was asked for', async () => {
    await mailWork(needs)['mail.reset_code']({ ...resetCode, fixedOrganizationId: 'acme', uiLocales: 'es' })
    expect(mails[0]?.subject).toContain('Acme Water')
    expect(mails[0]?.html).toContain('lang="es"')
  })

  it('is sent to nobody for a name without an address, and the log says only why', async () => {
    await mailWork(needs)['mail.reset_code']({ ...resetCode, typed: 'nobody' })
    expect(mails).toStrictEqual([])
    expect(logLines.join('')).toContain('code.no_address')
    expect(logLines.join('')).not.toContain('nobody')
  })

  it('is not sent when the code was used, has expired, or was never made', async () => {
    await mailWork(needs)['mail.reset_code']({ ...resetCode, flowId: 'another flow' })
    clock.move({ seconds: 600 })
    await mailWork(needs)['mail.reset_code'](resetCode)
    clock.move({ seconds: -1 })
    expect(await spend()).toBe(true)
    await mailWork(needs)['mail.reset_code'](resetCode)
    expect(mails).toStrictEqual([])
  })

  it('is not sent for an issuer that is not there', async () => {
    await mailWork(needs)['mail.reset_code']({ ...resetCode, issuerPath: '/harbor/nowhere' })
    expect(mails).toStrictEqual([])
  })

  it('carries the same code when the job is done a second time', async () => {
    for (let times = 0; times < 2; times += 1) await mailWork(needs)['mail.reset_code'](resetCode)
    expect(mails[1]).toStrictEqual(mails[0])
  })

  it('that an application asked for goes to the address it named, until the code is used', async () => {
    const job = { tenantId: 'harbor', organizationId: 'acme', userId: 'u', codeId, address: 'joan@example.org' }
    await mailWork(needs)['mail.pool_reset_code'](job)
    expect(mails.map(({ to }) => to)).toStrictEqual(['joan@example.org'])
    await spend()
    await mailWork(needs)['mail.pool_reset_code'](job)
    expect(mails).toHaveLength(1)
  })
})

describe('the mail with usernames', () => {
  const job = { issuerPath: '/harbor/portal', address: 'Jane@Example.org', fixedOrganizationId: null, uiLocales: null }
  it('goes to the address that was looked up, with every name', async () => {
    await mailWork(needs)['mail.usernames'](job)
    expect(mails.map(({ to }) => to)).toStrictEqual(['jane@example.org'])
    expect(mails[0]?.text).toMatch(/^ {2}jane\n {2}jane\.smith$/m)
  })

  it('never goes to another spelling that only compares alike', async () => {
    // U+212A, the Kelvin sign, compares as k.
    const found = { ...needs, findUsernames: async () => ['kate'] }
    await mailWork(found)['mail.usernames']({ ...job, address: '\u212Aate@example.org' })
    expect(mails.map(({ to }) => to)).toStrictEqual(['kate@example.org'])
  })

  it('is not sent to an address that belongs to nobody', async () => {
    await mailWork(needs)['mail.usernames']({ ...job, address: 'stranger@example.org' })
    expect(mails).toStrictEqual([])
  })
})

describe('the mail about a new password', () => {
  async function newUser(name: string, address: { isVerified: boolean; status: 'active' | 'inactive' } | undefined) {
    const dates = { createdAt: start, updatedAt: start }
    const id = userId(systemRandom.uuid())
    const user = {
      organizationId: acme,
      userId: id,
      tenantId: 'harbor',
      poolId: poolId('acme-staff'),
      status: 'active',
      payload: {},
      metadata: {},
      businessMetadata: {},
      legacyStoreId: undefined,
      legacyId: undefined,
      sessionEpoch: 1,
      revision: 1,
      statusUpdatedAt: start,
      ...dates,
    } as const
    await database.db.transaction(async (tx) => {
      await insertUser(tx, user)
      const identifier = { type: 'uid', identifier: name, canonical: name, metadata: {}, ...dates } as const
      await insertIdentifier(tx, user, { identifierId: systemRandom.uuid(), ...identifier })
      if (!address) return
      const email = `${name}@example.org`
      const verifiedAt = address.isVerified ? start : undefined
      const shape = { type: 'email', address: email, canonical: email, verifiedAt, ...address, ...dates } as const
      await insertAddress(tx, user, { addressId: systemRandom.uuid(), ...shape })
    })
    return {
      issuerPath: '/harbor/portal',
      organizationId: 'acme',
      userId: id,
      uiLocales: null,
      changedAtSeconds: 1_800_000_000,
    }
  }

  it('goes to the verified address of the person', async () => {
    const job = await newUser('ann', { isVerified: true, status: 'active' })
    await mailWork(needs)['mail.password_changed'](job)
    expect(mails.map(({ to }) => to)).toStrictEqual(['ann@example.org'])
    expect(mails[0]?.text).toContain('ann')
  })

  it.each([
    ['without an address', 'bea', undefined],
    ['whose address nobody has verified', 'cleo', { isVerified: false, status: 'active' }],
    ['whose address is switched off', 'dora', { isVerified: true, status: 'inactive' }],
  ] as const)('is not sent for a person %s', async (_kind, name, address) => {
    await mailWork(needs)['mail.password_changed'](await newUser(name, address))
    expect(mails).toStrictEqual([])
  })

  it('is not sent for somebody who is gone', async () => {
    const job = await newUser('eve', { isVerified: true, status: 'active' })
    await mailWork(needs)['mail.password_changed']({ ...job, userId: systemRandom.uuid() })
    expect(mails).toStrictEqual([])
  })
})

describe('without a mail server', () => {
  it('nothing is lost: the job fails, says what to set, and is tried again later', async () => {
    const jobs = await createJobs(database.storage, silentLog)
    try {
      await jobs.start({ ...mailWork({ ...needs, sender: undefined }), async 'logout.notify'() {} })
      await database.db.transaction((tx) => jobs.enqueue(tx, 'mail.reset_code', resetCode))
      const waiting = async () =>
        (
          await sql<{ state: string; output: unknown }>`
            select state::text as state, output from pgboss.job where name = 'mail.reset_code'`.execute(
            database.db.reader,
          )
        ).rows
      await vi.waitFor(async () => expect(await waiting()).toMatchObject([{ state: 'retry' }]), {
        timeout: 10_000,
        interval: 50,
      })
      expect(JSON.stringify(await waiting())).toContain('GATEHOUSE_SMTP_URL')
    } finally {
      await jobs.stop()
    }
  })
})

describe('the mail with a code that an application asked for', () => {
  const holder = { tenantId: 'harbor', organizationId: acme, userId: userId('0190a000-0000-7000-8000-000000000001') }
  const issue = (purpose: 'activation' | 'challenge', lifeSeconds: number) =>
    database.db.transaction((tx) =>
      issueUserCode(
        tx,
        { clock, random: systemRandom, vault },
        {
          ...holder,
          purpose,
          addressId: undefined,
          subjectKey: Buffer.from(`subject ${purpose}`),
          rules: { digits: 7, lifeSeconds },
        },
      ),
    )
  const job = (issued: { codeId: string; issueId: string }, purpose: string, organization = 'acme') => ({
    tenantId: 'harbor',
    workspaceId: 'portal',
    organizationId: organization,
    userId: holder.userId,
    codeId: issued.codeId,
    issueId: issued.issueId,
    purpose,
    address: 'jane@example.org',
  })

  it('says what the code is for and how long it works, in the name of the organization', async () => {
    const issued = await issue('activation', 7200)
    await mailWork(needs)['mail.user_code'](job(issued, 'activation'))
    expect(mails).toHaveLength(1)
    expect(mails[0]?.subject).toBe(`${issued.code} is your Acme Water code`)
    expect(mails[0]?.text).toContain(`${issued.code} is your code to finish signing up with Acme Water.`)
    expect(mails[0]?.text).toContain('It works for 2 hours, once.')
    expect(mails[0]?.text).not.toContain(issued.extended)
    expect(logLines.join('')).not.toContain(issued.code)
  })

  it('goes to people of the workspace itself too, in its name', async () => {
    const issued = await issue('challenge', 600)
    await mailWork(needs)['mail.user_code'](job(issued, 'challenge', 'portal'))
    expect(mails[0]?.text).toContain(`${issued.code} is your code to confirm with Harbor that it is you.`)
  })

  it('is not sent for a code that another one has followed, nor after its end', async () => {
    const first = await issue('challenge', 600)
    const second = await issue('challenge', 600)
    await mailWork(needs)['mail.user_code'](job(first, 'challenge'))
    clock.move({ seconds: 600 })
    await mailWork(needs)['mail.user_code'](job(second, 'challenge'))
    expect(mails).toEqual([])
  })

  it('leads the owner of an address that somebody else tried to the sign-in', async () => {
    await mailWork(needs)['mail.address_in_use']({
      tenantId: 'harbor',
      workspaceId: 'portal',
      organizationId: 'acme',
      userId: holder.userId,
      address: 'jane@example.org',
    })
    expect(mails[0]?.subject).toBe('Somebody tried to use your email address with Acme Water')
    expect(mails[0]?.text).toContain('https://auth.harbor.example/harbor/portal/sign-in')
  })
})
