import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../log/index.ts'
import { testDatabase } from '../db/testing/index.ts'
import type { TestDatabase } from '../db/testing/index.ts'
import { createJobs } from './index.ts'
import type { JobName, Jobs, JobWork } from './index.ts'

let database: TestDatabase
const open: Jobs[] = []
beforeAll(async () => {
  database = await testDatabase()
})
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.stop()
  await sql`delete from pgboss.job`.execute(database.db.reader)
})
afterAll(() => database.close())

async function newJobs(): Promise<Jobs> {
  const jobs = await createJobs(database.storage, silentLog)
  open.push(jobs)
  return jobs
}

const usernamesTo = (address: string) =>
  ({ issuerPath: '/harbor/portal', address, fixedOrganizationId: null, uiLocales: null }) as const

/** Work that notes which addresses it was asked to write to. */
function noting(done: string[], fail: (address: string) => boolean = () => false): JobWork {
  return {
    async 'mail.usernames'({ address }) {
      done.push(address)
      if (fail(address)) throw new Error('the mail server is away')
    },
    async 'mail.reset_code'() {},
    async 'mail.pool_reset_code'() {},
    async 'mail.user_code'() {},
    async 'mail.address_in_use'() {},
    async 'mail.password_changed'() {},
    async 'logout.notify'() {},
  }
}

const enqueue = (jobs: Jobs, address: string): Promise<void> =>
  database.db.transaction((tx) => jobs.enqueue(tx, 'mail.usernames', usernamesTo(address)))
const patience = { timeout: 12_000, interval: 50 }

describe('a job', () => {
  it('is done when the transaction that asked for it was committed', async () => {
    const jobs = await newJobs()
    const done: string[] = []
    await jobs.start(noting(done))
    await enqueue(jobs, 'jane@example.org')
    await vi.waitFor(() => expect(done).toStrictEqual(['jane@example.org']), patience)
  })

  it('is gone with the transaction that asked for it', async () => {
    const jobs = await newJobs()
    const done: string[] = []
    const undone = database.db.transaction(async (tx) => {
      await jobs.enqueue(tx, 'mail.usernames', usernamesTo('undone@example.org'))
      throw new Error('changed my mind')
    })
    await expect(undone).rejects.toThrow('changed my mind')
    await enqueue(jobs, 'after@example.org')
    await jobs.start(noting(done))
    await vi.waitFor(() => expect(done).toContain('after@example.org'), patience)
    expect(done).toStrictEqual(['after@example.org'])
    const { rows } = await sql<{ data: unknown }>`select data from pgboss.job where name = 'mail.usernames'`.execute(
      database.db.reader,
    )
    expect(JSON.stringify(rows)).not.toContain('undone')
  })

  it('asked for before anybody works waits for the first who does, over a restart, oldest first', async () => {
    const jobs = await newJobs()
    for (const address of ['1@x', '2@x', '3@x']) await enqueue(jobs, address)
    await jobs.stop()
    const done: string[] = []
    await (await newJobs()).start(noting(done))
    await vi.waitFor(() => expect(done).toHaveLength(3), patience)
    expect(done).toStrictEqual(['1@x', '2@x', '3@x'])
  })

  it('that fails is tried again later, and does not hold up the others', async () => {
    const jobs = await newJobs()
    const done: string[] = []
    let isAway = true
    await jobs.start(noting(done, (address) => isAway && address === 'bad@x'))
    await enqueue(jobs, 'bad@x')
    await vi.waitFor(() => expect(done).toStrictEqual(['bad@x']), patience)
    await enqueue(jobs, 'good@x')
    await vi.waitFor(() => expect(done).toStrictEqual(['bad@x', 'good@x']), patience)
    const { rows } = await sql<{ state: string; waits: boolean; retry_limit: number }>`
      select state::text as state, start_after > now() as waits, retry_limit from pgboss.job
      where name = 'mail.usernames' and data ->> 'address' = 'bad@x'`.execute(database.db.reader)
    expect(rows).toStrictEqual([{ state: 'retry', waits: true, retry_limit: 100 }])
    isAway = false
    // Its time has come: what waiting would do.
    await sql`update pgboss.job set start_after = now() where name = 'mail.usernames' and state = 'retry'`.execute(
      database.db.reader,
    )
    await vi.waitFor(() => expect(done).toStrictEqual(['bad@x', 'good@x', 'bad@x']), patience)
  })

  it('of each kind can be the first thing that is asked for, inside a transaction', async () => {
    const jobs = await newJobs()
    const first: Record<JobName, (tx: Parameters<Jobs['enqueue']>[0]) => Promise<void>> = {
      'mail.usernames': (tx) => jobs.enqueue(tx, 'mail.usernames', usernamesTo('a@x')),
      'mail.reset_code': (tx) =>
        jobs.enqueue(tx, 'mail.reset_code', {
          flowId: 'f',
          issuerPath: '/harbor/portal',
          typed: 'jane',
          fixedOrganizationId: null,
          uiLocales: null,
        }),
      'mail.password_changed': (tx) =>
        jobs.enqueue(tx, 'mail.password_changed', {
          issuerPath: '/harbor/portal',
          organizationId: 'a',
          userId: 'u',
          uiLocales: null,
          changedAtSeconds: 1,
        }),
      'mail.user_code': (tx) =>
        jobs.enqueue(tx, 'mail.user_code', {
          tenantId: 't',
          workspaceId: 'w',
          organizationId: 'o',
          userId: 'u',
          codeId: 'c',
          issueId: 'i',
          purpose: 'challenge',
          address: 'a@x',
        }),
      'mail.address_in_use': (tx) =>
        jobs.enqueue(tx, 'mail.address_in_use', {
          tenantId: 't',
          workspaceId: 'w',
          organizationId: 'o',
          userId: 'u',
          address: 'a@x',
        }),
      'logout.notify': (tx) =>
        jobs.enqueue(tx, 'logout.notify', {
          tenantId: 't',
          workspaceId: 'w',
          organizationId: 'a',
          issuerPath: '/t/w',
          userId: 'u',
          sessionUid: 's',
          clientId: 'c',
          clientSid: 'x',
          tokenId: 'i',
        }),
      'mail.pool_reset_code': (tx) =>
        jobs.enqueue(tx, 'mail.pool_reset_code', {
          tenantId: 'harbor',
          organizationId: 'a',
          userId: 'u',
          codeId: 'c',
          address: 'a@x',
        }),
    }
    // A statement first, so that the transaction holds the one connection of the embedded database.
    for (const ask of Object.values(first)) {
      await database.db.transaction(async (tx) => {
        await sql`select 1`.execute(tx)
        await ask(tx)
      })
    }
    const { rows } = await sql<{ name: string }>`select name from pgboss.job order by name`.execute(database.db.reader)
    expect(rows.map(({ name }) => name)).toStrictEqual(Object.keys(first).toSorted())
  })
})
