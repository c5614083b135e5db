import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { StoredClient } from '../clients/index.ts'
import type { IdentityBackend } from '../identity/index.ts'
import type { ThrottleRules } from '../sign-in/index.ts'

export interface ConfigurationNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly allowedHosts: readonly string[]
  readonly rules: ThrottleRules
  forgetClient(tx: Tx, client: StoredClient): Promise<void>
  /** The port of people and organizations, inside a transaction. */
  backendIn(tx: Tx): IdentityBackend
}
