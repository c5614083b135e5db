import { fromKysely, fromPglite, PgBoss } from 'pg-boss'
import type { PGlite } from '@electric-sql/pglite'
import type { Tx } from '../db/index.ts'
import type { Log } from '../log/index.ts'

/** Every kind of work that is done later, with what it carries: ids and addresses, never a secret. */
export interface JobPayloads {
  'mail.reset_code': {
    readonly flowId: string
    readonly issuerPath: string
    readonly typed: string
    readonly fixedOrganizationId: string | null
    readonly uiLocales: string | null
  }
  'mail.usernames': {
    readonly issuerPath: string
    readonly address: string
    readonly fixedOrganizationId: string | null
    readonly uiLocales: string | null
  }
  'mail.password_changed': {
    readonly issuerPath: string
    readonly organizationId: string
    readonly userId: string
    readonly uiLocales: string | null
    readonly changedAtSeconds: number
  }
  /** Written by the release before; `mail.user_code` took its place. */
  'mail.pool_reset_code': {
    readonly tenantId: string
    readonly organizationId: string
    readonly userId: string
    readonly codeId: string
    readonly address: string
  }
  'mail.user_code': {
    readonly tenantId: string
    readonly workspaceId: string
    readonly organizationId: string
    readonly userId: string
    readonly codeId: string
    readonly issueId: string
    readonly purpose: string
    readonly address: string
  }
  'mail.address_in_use': {
    readonly tenantId: string
    readonly workspaceId: string
    readonly organizationId: string
    readonly userId: string
    readonly address: string
  }
  'logout.notify': {
    readonly tenantId: string
    readonly workspaceId: string
    readonly organizationId: string
    readonly issuerPath: string
    readonly userId: string
    readonly sessionUid: string
    readonly clientId: string
    readonly clientSid: string
    /** Of the logout token, the same at every attempt: whoever hears it twice can tell. */
    readonly tokenId: string
  }
}

export type JobName = keyof JobPayloads
/** @param attempt `isLast`: after a failure there is no other */
export type JobWork = {
  readonly [Name in JobName]: (payload: JobPayloads[Name], attempt: { readonly isLast: boolean }) => Promise<void>
}

export interface JobCount {
  readonly queue: JobName
  readonly waiting: number
  readonly active: number
  /** Those whose patience is over. */
  readonly failed: number
}

export interface Jobs {
  /** Written in the transaction of what causes it: both stand or neither. */
  enqueue<Name extends JobName>(tx: Tx, name: Name, payload: JobPayloads[Name]): Promise<void>
  /** Begins to work. At least once: work must bear being done twice. */
  start(work: JobWork): Promise<void>
  /** How many there are, as the queue counted them last. */
  counts(): Promise<readonly JobCount[]>
  /** Lets running work end. */
  stop(): Promise<void>
}

/** A mail server that is away for a night loses nothing: half a minute at first, ten minutes later on, some sixteen hours in all. */
const patience = { notify: true, retryLimit: 100, retryDelay: 5, retryBackoff: true, retryDelayMax: 600 } as const

/** News of a sign-out is of use while it is news: after five seconds at first, three hours in all. */
const urgency = { notify: true, retryLimit: 20, retryDelay: 5, retryBackoff: true, retryDelayMax: 900 } as const

const queues: {
  readonly [Name in JobName]: { readonly patience: typeof patience | typeof urgency; readonly atOnce: number }
} = {
  'mail.reset_code': { patience, atOnce: 1 },
  'mail.usernames': { patience, atOnce: 1 },
  'mail.password_changed': { patience, atOnce: 1 },
  'mail.pool_reset_code': { patience, atOnce: 1 },
  'mail.user_code': { patience, atOnce: 1 },
  'mail.address_in_use': { patience, atOnce: 1 },
  // An application that does not answer holds up its own news only, and a few others.
  'logout.notify': { patience: urgency, atOnce: 4 },
}
export const jobNames = Object.keys(queues) as JobName[]

/** Seconds between two looks at a queue. */
const pollSeconds = 2

export type JobStorage =
  | { readonly kind: 'embedded'; readonly pglite: PGlite }
  | { readonly kind: 'postgres'; readonly url: string }

/** Jobs kept in the same database as everything else. Queues are made before anything is sent (see docs/decisions). */
export async function createJobs(storage: JobStorage, log: Log): Promise<Jobs> {
  const boss = new PgBoss({
    ...(storage.kind === 'embedded'
      ? { db: fromPglite(storage.pglite), backend: 'pglite' as const }
      : { connectionString: storage.url, max: 2 }),
    useListenNotify: true,
  })
  boss.on('error', (error) => log.error('jobs', error))
  await boss.start()
  const present = new Set((await boss.getQueues()).map((queue) => queue.name))
  for (const name of jobNames.filter((candidate) => !present.has(candidate))) {
    await boss.createQueue(name, queues[name].patience)
    // A queue made after the start is looked up at its first use, beside the caller's transaction: on the embedded
    // database's one connection that would wait for ever. Looking once here keeps it known.
    await boss.findJobs(name, { id: '00000000-0000-7000-8000-000000000000' })
  }
  return {
    async enqueue(tx, name, payload) {
      await boss.send(name, payload, { db: fromKysely(tx) })
    },
    async start(work) {
      for (const name of jobNames) {
        const perform = work[name] as (payload: unknown, attempt: { readonly isLast: boolean }) => Promise<void>
        // One job a claim: a crash repeats one mail, not a batch of them. The poll finds what is due again, which nothing
        // announces; beside notifications the library would otherwise look every 30 seconds.
        const options = {
          batchSize: 1,
          localConcurrency: queues[name].atOnce,
          notifyPollingIntervalSeconds: pollSeconds,
          includeMetadata: true,
        } as const
        let worker = ''
        worker = await boss.work<unknown, unknown, typeof options>(name, options, async (jobs) => {
          // There may be another one waiting: look as soon as this one has ended.
          if (worker !== '') boss.notifyWorker(worker)
          for (const job of jobs) await perform(job.data, { isLast: job.retryCount >= job.retryLimit })
        })
      }
    },
    async counts() {
      const counted = await boss.getQueues([...jobNames])
      return counted.map(({ name, queuedCount, activeCount, failedCount }) => ({
        queue: name as JobName,
        waiting: queuedCount,
        active: activeCount,
        failed: failedCount,
      }))
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000 }),
  }
}
