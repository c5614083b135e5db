import type { Clock } from '../../platform/clock/index.ts'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { CodePurpose, PasswordHasher } from '../credentials/index.ts'
import type { NameKeys } from '../directory/index.ts'
import type { Refusals } from '../refusals/index.ts'
import type { Pool } from '../pools/index.ts'
import type { EndNeeds } from '../sessions/index.ts'

/** Passwords and codes are counted apart: a code is the way out when too many passwords were wrong. */
export type TriedProof = 'password' | 'code'

/**
 * How often a password or code may be tried for one name, whichever door it comes through. The key is the directory's key
 * of the name (`nameKeys.ofName` of `lookupKeyText`), never of what a caller adds to it. Counts outlive the transaction of
 * the try. `mayTry` may count the try itself, so that many at the same time do not all pass.
 */
export interface PasswordAttempts {
  /** @param tenantId whose limits hold. @returns undefined when another try is allowed now */
  mayTry(
    scopeKey: Buffer,
    proof: TriedProof,
    tenantId: string,
  ): Promise<{ readonly retryAfterSeconds: number } | undefined>
  recordFailure(scopeKey: Buffer, proof: TriedProof): Promise<void>
  /** Also when somebody with the right to do so said that the password is valid: what was held against the name is forgotten. */
  recordSuccess(scopeKey: Buffer, proof: TriedProof): Promise<void>
}

/** A code is to be sent. It is not in here: whoever sends it reads it with `findKeptCode` at that moment. */
export interface CodeMessage {
  readonly codeId: string
  /** When another code has taken its place, nothing is sent. */
  readonly issueId: string
  readonly purpose: CodePurpose
  readonly tenantId: string
  readonly workspaceId: string
  /** The workspace's own id for people who belong to no organization. */
  readonly organizationId: string
  readonly userId: string
  /** An e-mail address. */
  readonly address: string
}

/** Somebody tried to register with, or to verify, what is theirs already. */
export type InUseMessage = Pick<CodeMessage, 'tenantId' | 'workspaceId' | 'organizationId' | 'userId' | 'address'>
/** @see WebAuthn 3 §4 (relying party identifier) */
export interface RelyingParty {
  /** The domain that keys are made for. */
  readonly rpId: string
  /** What authenticators show of it. */
  readonly name: string
  /** Pages of this domain and below it that may ask. */
  readonly origins: readonly string[]
}

/**
 * What the local home is made of. With `reader` and `transact` of a database it works in its own transactions; with a
 * transaction as `reader` and `transact: (work) => work(tx)`, inside the caller's. Operations that count tries
 * (`verifyPassword`, `changePassword`, `setPasswordState`, `requestPasswordReset`, `resetPassword`) are for the former only: a try must stay counted.
 */
export interface LocalNeeds extends EndNeeds {
  /** Best as a getter of `db.reader`, which then refuses to read beside a transaction. */
  readonly reader: Reader
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly hasher: PasswordHasher
  readonly nameKeys: NameKeys
  readonly passwordAttempts: PasswordAttempts
  /** Whether one more message may go to whoever has this name. Counts. */
  mayMail(nameKey: Buffer): Promise<boolean>
  /** The `subjectKey` of codes for whoever has this name, as every door that sends codes makes it. */
  codeSubject(nameKey: Buffer): Buffer
  /** Whose keys authenticators make here, and on whose pages they may do it. */
  relyingParty(pool: Pool): Promise<RelyingParty>
  /** What others keep of a pool goes with it, in the same transaction. */
  forgetPool(tx: Tx, pool: Pool): Promise<void>
  /** In the transaction that makes the code: both are kept or neither. */
  mailCode(tx: Tx, message: CodeMessage): Promise<void>
  /** Tells the owner of an address what was tried with it, so that whoever tried is told nothing. */
  mailInUse(tx: Tx, message: InUseMessage): Promise<void>
  /** When what could say who exists is answered. */
  readonly refusals: Pick<Refusals, 'answer'>
}

/** As much of it as an import takes. */
export type ImportNeeds = Pick<LocalNeeds, 'reader' | 'transact' | 'clock' | 'random' | 'vault' | 'nameKeys'>
