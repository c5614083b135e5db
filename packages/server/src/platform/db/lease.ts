import { sql } from 'kysely'
import { systemRandom } from '../random/index.ts'
import type { Db } from './db.ts'

/** Seconds after which the work of a node that died may be done by another. */
const leaseSeconds = 30
const renewMilliseconds = 10_000

/**
 * Does something that one node does at a time. A node that dies loses its lease within half a minute, by the database's
 * clock; while the work goes on it is renewed.
 *
 * @returns false, with nothing done, while another holds the lease
 */
export async function withLease(db: Db, name: string, work: () => Promise<void>): Promise<boolean> {
  const holder = systemRandom.uuid()
  if (!(await takeLease(db, name, holder))) return false
  const renewal = setInterval(() => {
    // A renewal that fails leaves the lease to run out; the work is of a kind that bears being done twice.
    takeLease(db, name, holder).catch(() => undefined)
  }, renewMilliseconds)
  renewal.unref()
  try {
    await work()
    return true
  } finally {
    clearInterval(renewal)
    await db.transaction((tx) =>
      tx.deleteFrom('leases').where('lease_name', '=', name).where('holder', '=', holder).execute(),
    )
  }
}

async function takeLease(db: Db, name: string, holder: string): Promise<boolean> {
  const until = sql<Date>`now() + make_interval(secs => ${leaseSeconds})`
  const taken = await db.transaction((tx) =>
    tx
      .insertInto('leases')
      .values({ lease_name: name, holder, expires_at: until })
      .onConflict((conflict) =>
        conflict
          .column('lease_name')
          .doUpdateSet({ holder, expires_at: until })
          .where((where) =>
            where.or([where('leases.holder', '=', holder), where('leases.expires_at', '<', sql<Date>`now()`)]),
          ),
      )
      .returning('lease_name')
      .execute(),
  )
  return taken.length > 0
}
