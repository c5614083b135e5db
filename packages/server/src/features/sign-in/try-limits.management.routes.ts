import { deleteBruteForceLimit, listBruteForceLimits, setBruteForceLimit } from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { durationSeconds, durationText } from '../../protocol/duration.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { ThrottleRules, TryLimit } from './throttle-rules.ts'
import { deleteTryLimit, saveTryLimit, selectTryLimits } from './try-limits.store.ts'

export interface TryLimitRouteNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  /** The platform's, which no tenant loosens. */
  readonly rules: ThrottleRules
}

/** Nobody is locked out for longer by a number that somebody typed. */
const longestWaitSeconds = 24 * 3600

// Divergence D-60
/** Tenants narrow how often a name is tried; within a second every node does as was said. */
export function mountTryLimits(mount: Mount, needs: TryLimitRouteNeeds): void {
  const { db } = needs

  mount(listBruteForceLimits, async ({ caller }) => {
    const limits = await selectTryLimits(db.reader, caller.tenantId)
    const shown = [...limits].map(([purpose, limit]) => shownLimit(caller.tenantId, purpose, limit))
    return { body: { brute_force_limits: shown } }
  })

  mount(setBruteForceLimit, async ({ caller, body }) => {
    const { tenantId } = caller
    if (body.tenant_id !== tenantId) {
      throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.')
    }
    const limit = readLimit(body, needs.rules)
    const shown = shownLimit(tenantId, body.protected_type, limit)
    await db.transaction(async (tx) => {
      await saveTryLimit(tx, tenantId, body.protected_type, limit, needs.clock.now())
      await recordEvents(tx, needs, caller.facts, [{ ...about(tenantId), action: 'updated', payload: shown }])
    })
    return { body: shown }
  })

  mount(deleteBruteForceLimit, async ({ caller, params }) => {
    const { tenantId } = caller
    await db.transaction(async (tx) => {
      const limit = await deleteTryLimit(tx, tenantId, params.protectedType)
      if (!limit) throw new Problem('limit.not_found')
      const payload = shownLimit(tenantId, params.protectedType, limit)
      await recordEvents(tx, needs, caller.facts, [{ ...about(tenantId), action: 'deleted', payload }])
    })
    return { body: undefined }
  })
}

/** @throws Problem `request.invalid` for what would be looser than the platform, or close a name for more than a day */
export function readLimit(body: wire.BruteForceLimit, rules: ThrottleRules): TryLimit {
  const purpose = body.protected_type
  const lane = purpose === 'password' || purpose === 'code' ? rules.purposes[purpose].lane : undefined
  if (lane?.kind !== 'growing') throw new Problem('request.invalid', 'protected_type is password or code.')
  const waitSeconds = Math.ceil(durationSeconds(body.block_duration))
  if (body.max_attempts > lane.freeTries) {
    throw new Problem('request.invalid', `max_attempts is ${lane.freeTries} at most, as on the whole platform.`)
  }
  if (waitSeconds < lane.firstWaitSeconds || waitSeconds > longestWaitSeconds) {
    const [least, most] = [durationText(lane.firstWaitSeconds), durationText(longestWaitSeconds)]
    throw new Problem(
      'request.invalid',
      `block_duration is ${least} at least, as on the whole platform, and ${most} at most.`,
    )
  }
  return { tries: body.max_attempts, waitSeconds }
}

const shownLimit = (tenantId: string, purpose: string, limit: TryLimit): wire.BruteForceLimit => ({
  tenant_id: tenantId,
  protected_type: purpose,
  max_attempts: limit.tries,
  block_duration: durationText(limit.waitSeconds),
})

/** What concerns the whole tenant stands with its API. */
const about = (tenantId: string) => ({ tenantId, workspaceId: 'system', subject: 'bruteforce' as const })
