import type { LegacyStoreSettings } from '../features/legacy/index.ts'
import type { Provision } from '../features/provisioning/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import type { Config } from '../platform/config/index.ts'
import type { Db } from '../platform/db/index.ts'
import type { Jobs } from '../platform/jobs/index.ts'
import type { Log } from '../platform/log/index.ts'
import type { MailSender } from '../platform/mail/index.ts'
import type { Random } from '../platform/random/index.ts'
import type { Traces } from '../platform/traces/index.ts'
import type { Vault } from '../platform/vault/index.ts'

/** What the world gives the server; tests give a clock that moves and a mailbox that can be read. */
export interface World {
  readonly config: Config
  readonly db: Db
  readonly clock: Clock
  /** How far this machine's own date is ahead of the clock. */
  readonly aheadSeconds: () => number
  readonly random: Random
  readonly vault: Vault
  readonly log: Log
  /** Undefined: nothing is traced. */
  readonly traces?: Traces | undefined
  readonly jobs: Jobs
  readonly mail: MailSender | undefined
  readonly legacyStores: readonly LegacyStoreSettings[]
  readonly provision: Provision | undefined
}
