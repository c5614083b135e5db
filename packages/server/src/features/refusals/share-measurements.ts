import { addSeconds } from '../../platform/clock/index.ts'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { findSlowest, saveMeasurement } from './refusals.store.ts'
import type { Refusals } from './refusals.ts'

/** A process that has not measured for so long is taken for gone. */
const liveSeconds = 300

/**
 * Tells the other processes what this one measured and moves the deadline to what the slowest of all asks for, so that all
 * processes of one database come to the same one.
 */
export async function shareMeasurements(
  { db, clock }: { readonly db: Db; readonly clock: Clock },
  nodeId: string,
  refusals: Refusals,
): Promise<void> {
  const own = refusals.slowestMilliseconds
  if (own === undefined) return
  const now = clock.now()
  const since = addSeconds(now, -liveSeconds)
  await db.transaction((tx) => saveMeasurement(tx, { nodeId, slowestMilliseconds: own, measuredAt: now }, since))
  refusals.recalibrate((await findSlowest(db.reader, since)) ?? own)
}
