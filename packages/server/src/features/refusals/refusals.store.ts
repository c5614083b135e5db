import type { Reader, Tx } from '../../platform/db/index.ts'

/** What one process measured, for the others to see. Rows of processes that are long gone go with it. */
export async function saveMeasurement(
  tx: Tx,
  measurement: { readonly nodeId: string; readonly slowestMilliseconds: number; readonly measuredAt: Date },
  forgetBefore: Date,
): Promise<void> {
  const values = { slowest_ms: Math.ceil(measurement.slowestMilliseconds), measured_at: measurement.measuredAt }
  await tx
    .insertInto('refusal_measurements')
    .values({ node_id: measurement.nodeId, ...values })
    .onConflict((conflict) => conflict.column('node_id').doUpdateSet(values))
    .execute()
  await tx.deleteFrom('refusal_measurements').where('measured_at', '<', forgetBefore).execute()
}

/** The slowest of all processes that measured since then. */
export async function findSlowest(reader: Reader, since: Date): Promise<number | undefined> {
  const row = await reader
    .selectFrom('refusal_measurements')
    .select((select) => select.fn.max('slowest_ms').as('slowest'))
    .where('measured_at', '>=', since)
    .executeTakeFirst()
  return row?.slowest ?? undefined
}
