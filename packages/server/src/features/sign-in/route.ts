import type { Mode } from '../billers/index.ts'
import type { Door, Route } from './flow.ts'

/** All that a route depends on. */
export interface RouteFacts {
  readonly door: Door
  /** Absent: no organization has the name, or several have it and the door does not say which. */
  readonly biller: { readonly mode: Mode } | undefined
  readonly hasPoolUser: boolean
  readonly hasLegacyUser: boolean
}

/**
 * Where a password is checked: a pure function of what is known, logged with its facts and testable by table.
 *
 * An organization that never had a legacy login is `pool`. In `concurrent` each door proves against its own store, and a
 * person whom the other store does not have is proved where they are.
 */
export function route(facts: RouteFacts): Route {
  const { biller, door, hasPoolUser, hasLegacyUser } = facts
  if (!hasPoolUser && !hasLegacyUser) return 'unknown'
  if (!biller) return hasPoolUser ? 'pool' : 'unknown'
  switch (biller.mode) {
    case 'legacy':
      return hasLegacyUser ? 'legacy' : 'pool'
    case 'concurrent':
      if (door === 'bare') return hasLegacyUser ? 'legacy' : 'pool'
      return hasPoolUser ? 'pool' : 'legacy'
    case 'new':
      return hasPoolUser ? 'pool' : 'unknown'
    default:
      return biller.mode satisfies never
  }
}
