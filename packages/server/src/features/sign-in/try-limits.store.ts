import { remembered } from '../../platform/db/index.ts'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { TryLimit } from './throttle-rules.ts'

/** What a tenant has set, by purpose. */
export async function selectTryLimits(reader: Reader, tenantId: string): Promise<ReadonlyMap<string, TryLimit>> {
  const rows = await reader
    .selectFrom('try_limits')
    .select(['purpose', 'tries', 'wait_seconds'])
    .where('tenant_id', '=', tenantId)
    .orderBy('purpose')
    .execute()
  return new Map(rows.map((row) => [row.purpose, { tries: row.tries, waitSeconds: row.wait_seconds }]))
}

/** The same, as it was at most a second ago. */
export const recallTryLimits = remembered(['try_limits'], selectTryLimits)

export async function saveTryLimit(
  tx: Tx,
  tenantId: string,
  purpose: string,
  limit: TryLimit,
  now: Date,
): Promise<void> {
  const values = { tries: limit.tries, wait_seconds: limit.waitSeconds, updated_at: now }
  await tx
    .insertInto('try_limits')
    .values({ tenant_id: tenantId, purpose, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'purpose']).doUpdateSet(values))
    .execute()
}

/** @returns what was set, or undefined when nothing was */
export async function deleteTryLimit(tx: Tx, tenantId: string, purpose: string): Promise<TryLimit | undefined> {
  const row = await tx
    .deleteFrom('try_limits')
    .where('tenant_id', '=', tenantId)
    .where('purpose', '=', purpose)
    .returning(['tries', 'wait_seconds'])
    .executeTakeFirst()
  return row && { tries: row.tries, waitSeconds: row.wait_seconds }
}
