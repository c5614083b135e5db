/**
 * `valid`: may be used. `must_be_changed`: may be used once more, to set a new one. `must_be_reset`: may not be used; a
 * code sent to the user's address sets a new one. The vendor's words (`SetPasswordStateRequest`).
 */
export type PasswordState = 'valid' | 'must_be_reset' | 'must_be_changed'

/** Why the state is what it is; distinct causes stay distinct in the audit. */
export type PasswordStateReason = '' | 'by_administrator' | 'imported' | 'expired' | 'compromised' | 'first_use'

export interface PasswordRecord {
  readonly credentialId: string
  /** Modular notation of `protocol/password-hash`, already opened. */
  readonly verifier: string
  /** Raised by every set, change and reset; never by a rehash. */
  readonly generation: number
  readonly state: PasswordState
  readonly stateReason: PasswordStateReason
  readonly createdAt: Date
  readonly updatedAt: Date
}
