import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { Admission } from '../admission/index.ts'
import type { PasswordHasher } from '../credentials/index.ts'
import type { NameKeys } from '../directory/index.ts'
import type { EndNeeds } from '../sessions/index.ts'
import type { SigningKey } from '../keys/index.ts'
import type { LegacyStores } from '../legacy/index.ts'
import type { Refusals } from '../refusals/index.ts'
import type { Proof, SignInFlow } from './flow.ts'
import type { LoginRefusal } from './decide-login.ts'
import type { LoginStates } from './login-states.ts'
import type { KnownBrowsers } from './known-browsers.ts'
import type { Throttle } from './throttle.ts'
import type { WorkChallenges } from './work-challenges.ts'

/** Messages that sign-in causes; written with the change, sent later. */
export interface SignInMessages {
  /** Asked for every name alike; whether there is anybody to write to is decided where nobody waits. */
  resetCode(tx: Tx, message: { readonly flow: SignInFlow; readonly typed: string }): Promise<void>
  usernames(tx: Tx, message: { readonly flow: SignInFlow; readonly address: string }): Promise<void>
  passwordChanged(
    tx: Tx,
    message: {
      readonly flow: Pick<SignInFlow, 'issuerPath' | 'uiLocales'>
      readonly proof: Pick<Proof, 'organizationId' | 'userId'>
    },
  ): Promise<void>
}

export interface SignInNeeds extends EndNeeds {
  /** Our public origin. */
  readonly origin: string
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly hasher: PasswordHasher
  readonly admission: Admission
  readonly keys: NameKeys
  readonly stores: LegacyStores
  readonly throttle: Throttle
  readonly known: KnownBrowsers
  readonly loginStates: LoginStates
  readonly work: WorkChallenges
  readonly messages: SignInMessages
  readonly refusals: Refusals
  /** The workspace's published keys, the one that signs first. */
  keysOf(tenantId: string, workspaceId: string): Promise<readonly SigningKey[]>
  /**
   * Ends the protocol's interaction with a login. @returns where the browser goes on, and what to write with it;
   * undefined when the interaction is gone
   */
  finishInteraction(flow: SignInFlow, proof: Proof): Promise<FinishedInteraction | undefined>
  /** The same with a refusal, which the application hears. */
  refuseInteraction(flow: SignInFlow, refusal: LoginRefusal): Promise<FinishedInteraction | undefined>
}

export interface FinishedInteraction {
  readonly redirectTo: string
  write(tx: Tx): Promise<void>
}
