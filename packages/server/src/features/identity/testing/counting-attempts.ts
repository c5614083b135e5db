import type { Clock } from '../../../platform/clock/index.ts'
import type { PasswordAttempts } from '../local-needs.ts'

/** Five failures, then a minute of waiting; counted by key, in memory. */
export function countingAttempts(clock: Clock): PasswordAttempts & { readonly failures: ReadonlyMap<string, number> } {
  const failures = new Map<string, number>()
  const lastFailure = new Map<string, number>()
  return {
    failures,
    async mayTry(key) {
      const name = key.toString('hex')
      const waited = clock.nowSeconds() - (lastFailure.get(name) ?? 0)
      return (failures.get(name) ?? 0) < 5 || waited >= 60 ? undefined : { retryAfterSeconds: 60 - waited }
    },
    async recordFailure(key) {
      const name = key.toString('hex')
      failures.set(name, (failures.get(name) ?? 0) + 1)
      lastFailure.set(name, clock.nowSeconds())
    },
    async recordSuccess(key) {
      failures.delete(key.toString('hex'))
    },
  }
}
