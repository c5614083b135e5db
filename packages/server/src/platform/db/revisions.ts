import { sql } from 'kysely'
import type { Reader, Tx } from './db.ts'

/** What nodes hold in memory and must take up anew when somebody changed it. */
export type Topic = 'keys' | 'vault' | 'names' | 'settings'

/** Written in the transaction of the change: a node that sees the number sees the change. */
export async function announceChange(tx: Tx, topic: Topic): Promise<void> {
  await tx
    .insertInto('revisions')
    .values({ topic, revision: 1 })
    .onConflict((conflict) => conflict.column('topic').doUpdateSet({ revision: sql<number>`revisions.revision + 1` }))
    .execute()
}

/** How often each topic was changed; one that never was is absent. */
export async function readRevisions(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader.selectFrom('revisions').select(['topic', 'revision']).execute()
  return new Map(rows.map(({ topic, revision }) => [topic, revision]))
}
