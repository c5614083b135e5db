import { durationSeconds } from '../../protocol/duration.ts'
import type { CodePurpose } from './codes.store.ts'

/** How long a code is, and how long it is good for. */
export interface CodeRules {
  readonly digits: number
  readonly lifeSeconds: number
}

const [minute, hour, day] = [60, 3600, 86_400]

/** Where a pool says nothing. What is typed beside a sign-in is short and ends soon. */
const defaults: Readonly<Record<CodePurpose, CodeRules>> = {
  activation: { digits: 8, lifeSeconds: day },
  authentication: { digits: 6, lifeSeconds: 10 * minute },
  challenge: { digits: 6, lifeSeconds: 10 * minute },
  enroll_webauthn: { digits: 8, lifeSeconds: 15 * minute },
  password_reset: { digits: 8, lifeSeconds: 15 * minute },
  reset_totp: { digits: 8, lifeSeconds: 15 * minute },
  verify_address: { digits: 6, lifeSeconds: hour },
}

// Divergence D-10
/** Six digits at least (ASVS 5.0 §6.5.4); what a person will still type at most. */
const digits = { least: 6, most: 12 } as const
/** Long enough for a mail to arrive; only somebody's first code may wait for weeks. */
const life = { leastSeconds: 30, mostSeconds: day, mostOfActivation: 30 * day } as const

/** The vendor's word for it, in `otp_settings` and elsewhere on the wire. */
export const wirePurpose = (purpose: CodePurpose): Exclude<CodePurpose, 'password_reset'> | 'reset_password' =>
  purpose === 'password_reset' ? 'reset_password' : purpose

/** The pool's setting for the purpose, within what is safe. @param settings `otp_settings` of the pool, as it is kept */
export function codeRules(settings: unknown, purpose: CodePurpose): CodeRules {
  const own = fieldOf(settings, wirePurpose(purpose))
  const [length, ttl] = [fieldOf(own, 'length'), fieldOf(own, 'ttl')]
  const seconds = typeof ttl === 'string' ? durationSeconds(ttl) : 0
  const usual = defaults[purpose]
  const most = purpose === 'activation' ? life.mostOfActivation : life.mostSeconds
  return {
    digits: typeof length === 'number' && length > 0 ? within(length, digits.least, digits.most) : usual.digits,
    lifeSeconds: seconds > 0 ? within(Math.floor(seconds), life.leastSeconds, most) : usual.lifeSeconds,
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
