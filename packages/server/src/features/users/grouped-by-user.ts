import { userId } from './user.ts'
import type { UserId } from './user.ts'

/** A row brings the user it belongs to; the values of one user keep their order. */
export function groupedByUser<Row extends { readonly user_id: string }, Value>(
  rows: readonly Row[],
  valueOf: (row: Row) => Value,
): ReadonlyMap<UserId, Value[]> {
  const byUser = new Map<UserId, Value[]>()
  for (const row of rows) {
    const id = userId(row.user_id)
    const values = byUser.get(id) ?? []
    values.push(valueOf(row))
    byUser.set(id, values)
  }
  return byUser
}
