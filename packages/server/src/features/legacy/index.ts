export type { LegacyStore, LegacyStores, LegacyUser } from './legacy-store.ts'
export { openLegacyStores } from './open-stores.ts'
export { readStoresFile } from './stores-file.ts'
export type { LegacyStoreSettings } from './stores-file.ts'
