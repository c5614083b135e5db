import { addSeconds } from '../../platform/clock/index.ts'
import type { SessionSettings } from '../tenancy/index.ts'

export type SessionPolicy = Required<SessionSettings>

interface Limit {
  readonly floor: number
  /** Absent: it follows from the others. */
  readonly usual?: number
  readonly ceiling: number
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/**
 * What the platform allows and what holds where nobody says otherwise. The figures and where they come from are in
 * docs/sessions.md (NIST SP 800-63B-4 §2, ASVS 5.0 §7.1).
 */
export const sessionLimits = {
  idleSeconds: { floor: 5 * minute, usual: 4 * hour, ceiling: 12 * hour },
  absoluteSeconds: { floor: 15 * minute, usual: 12 * hour, ceiling: 24 * hour },
  stayIdleSeconds: { floor: hour, usual: 14 * day, ceiling: 30 * day },
  stayAbsoluteSeconds: { floor: day, usual: 30 * day, ceiling: 30 * day },
  offlineSeconds: { floor: 15 * minute, ceiling: 30 * day },
  mostSessions: { floor: 1, usual: 100, ceiling: 200 },
} as const satisfies Record<string, Limit>

/** What holds for an organization: its own word, else its workspace's, else the platform's, and never out of bounds. */
export function policyOf(workspace: SessionSettings = {}, organization: SessionSettings = {}): SessionPolicy {
  const own = { ...workspace, ...organization }
  const within = (name: keyof typeof sessionLimits, usual: number): number => {
    const { floor, ceiling } = sessionLimits[name]
    return Math.min(ceiling, Math.max(floor, own[name] ?? usual))
  }
  const of = (name: Exclude<keyof typeof sessionLimits, 'offlineSeconds'>): number =>
    within(name, sessionLimits[name].usual)
  const mayStaySignedIn = own.mayStaySignedIn ?? false
  return {
    idleSeconds: of('idleSeconds'),
    absoluteSeconds: of('absoluteSeconds'),
    mayStaySignedIn,
    stayIdleSeconds: of('stayIdleSeconds'),
    stayAbsoluteSeconds: of('stayAbsoluteSeconds'),
    // Nobody keeps anything longer than the organization lets anybody be signed in, unless it says so.
    offlineSeconds: within('offlineSeconds', of(mayStaySignedIn ? 'stayAbsoluteSeconds' : 'absoluteSeconds')),
    mostSessions: of('mostSessions'),
  }
}

/** What a session is judged by. */
export interface SessionTimes {
  readonly authenticatedAt: Date
  readonly lastSeenAt: Date
  readonly isRemembered: boolean
  /** As promised when it began: a policy that grows later does not prolong it. */
  readonly expiresAt: Date
}

/** When a session is over by itself, by the policy of this moment, and why. */
export function endOf(
  session: SessionTimes,
  policy: SessionPolicy,
): { readonly at: Date; readonly why: 'idle' | 'expired' } {
  const stays = session.isRemembered && policy.mayStaySignedIn
  const longest = addSeconds(session.authenticatedAt, stays ? policy.stayAbsoluteSeconds : policy.absoluteSeconds)
  const absolute = longest < session.expiresAt ? longest : session.expiresAt
  const idle = addSeconds(session.lastSeenAt, stays ? policy.stayIdleSeconds : policy.idleSeconds)
  return idle < absolute ? { at: idle, why: 'idle' } : { at: absolute, why: 'expired' }
}
