import type { LegacyStore, LegacyStores } from './legacy-store.ts'
import { connectSql } from './sql-connection.ts'
import { sqlStore } from './sql-store.ts'
import type { CallObserver } from './sql-store.ts'
import type { LegacyStoreSettings } from './stores-file.ts'

/** Opens nothing yet: each store connects at its first call, so that one that is down does not stop the start. */
export function openLegacyStores(settings: readonly LegacyStoreSettings[], observer?: CallObserver): LegacyStores {
  return new Map(settings.map((one): [string, LegacyStore] => [one.id, sqlStore(one, connectSql(one), observer)]))
}
