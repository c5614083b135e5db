import type { ThrottleSettings } from '../../platform/config/index.ts'

/** Failures in a row: free at first, then a wait that doubles. Forgotten when as long has passed since the last one. */
export interface GrowingRule {
  readonly kind: 'growing'
  /** So many are answered at once; from then on each is followed by a wait. */
  readonly freeTries: number
  readonly firstWaitSeconds: number
  readonly longestWaitSeconds: number
  readonly forgetSeconds: number
}

/** So many in a window that begins with the first of them, whatever comes of them. */
export interface WindowRule {
  readonly kind: 'window'
  readonly most: number
  readonly windowSeconds: number
  /** Between one and the next. */
  readonly gapSeconds: number
}

/**
 * Failures in a window; from `suspectAfter` on those without work go one at a time, `paceSeconds` apart, and from `most` on
 * all of them do.
 */
export interface PacedRule {
  readonly kind: 'paced'
  readonly suspectAfter: number
  readonly most: number
  readonly windowSeconds: number
  readonly paceSeconds: number
}

/** What may be tried. Passwords and codes are different authenticators with a count each; a message is somebody's mail. */
export type Purpose = 'password' | 'code' | 'message'

export interface PurposeRules {
  /** One name from one network, or on one known browser. */
  readonly lane: GrowingRule | WindowRule
  /** Of a known browser, which counts beside everybody else's. */
  readonly knownForgetSeconds: number
  /** One name, from all networks together. */
  readonly total: GrowingRule | WindowRule
  /** One network, whatever the names. */
  readonly network: PacedRule | WindowRule
}

export interface ThrottleRules {
  readonly purposes: Readonly<Record<Purpose, PurposeRules>>
  /** Names that a network is told where they lead, whatever the names and the answers. */
  readonly lookUp: PacedRule
  /** Refusals at one door in a window, after which everybody there is asked for work. */
  readonly door: WindowRule
}

/** What a tenant asks for beyond the platform: fewer free tries, a longer first wait. */
export interface TryLimit {
  readonly tries: number
  readonly waitSeconds: number
}

/** Never looser than the platform, whatever was stored when: the stricter of both is taken. */
export function limited(rules: PurposeRules, limit: TryLimit | undefined): PurposeRules {
  const { lane } = rules
  if (limit === undefined || lane.kind !== 'growing') return rules
  return {
    ...rules,
    lane: {
      ...lane,
      freeTries: Math.min(lane.freeTries, limit.tries),
      firstWaitSeconds: Math.max(lane.firstWaitSeconds, limit.waitSeconds),
      longestWaitSeconds: Math.max(lane.longestWaitSeconds, limit.waitSeconds),
    },
  }
}

const hour = 3600
const day = 24 * hour

/** The policy of docs/throttling.md as numbers. */
export function throttleRules(settings: ThrottleSettings): ThrottleRules {
  const tries: PacedRule = {
    kind: 'paced',
    suspectAfter: settings.networkTries,
    most: Math.max(settings.networkTries, settings.networkLimit),
    windowSeconds: hour,
    paceSeconds: settings.paceSeconds,
  }
  const inAnHour = (most: number, gapSeconds = 0): WindowRule => ({
    kind: 'window',
    most,
    windowSeconds: hour,
    gapSeconds,
  })
  return {
    purposes: {
      password: {
        lane: {
          kind: 'growing',
          freeTries: settings.tries,
          firstWaitSeconds: settings.firstWaitSeconds,
          longestWaitSeconds: Math.max(settings.firstWaitSeconds, settings.longestWaitSeconds),
          forgetSeconds: day,
        },
        knownForgetSeconds: settings.closedSeconds,
        // NIST SP 800-63B-4 §3.2.2: at most 100 failures in a row, then the password no longer proves anybody.
        total: {
          kind: 'growing',
          freeTries: settings.closeTries,
          firstWaitSeconds: settings.closedSeconds,
          longestWaitSeconds: settings.closedSeconds,
          forgetSeconds: settings.closedSeconds,
        },
        network: tries,
      },
      // Codes are short: fewer tries, longer waits. They are the way out of a closed password, so they never close.
      code: {
        lane: { kind: 'growing', freeTries: 5, firstWaitSeconds: 300, longestWaitSeconds: hour, forgetSeconds: day },
        knownForgetSeconds: day,
        total: { kind: 'growing', freeTries: 30, firstWaitSeconds: 900, longestWaitSeconds: hour, forgetSeconds: day },
        network: tries,
      },
      message: {
        lane: inAnHour(settings.messages, settings.messageGapSeconds),
        knownForgetSeconds: hour,
        total: inAnHour(settings.messagesInAll),
        network: inAnHour(settings.networkMessages),
      },
    },
    lookUp: { ...tries, suspectAfter: settings.networkLookUps, most: settings.networkLookUps },
    door: { kind: 'window', most: settings.doorRefusals, windowSeconds: 600, gapSeconds: 0 },
  }
}
