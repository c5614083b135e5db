export { nameKeys } from './name-key.ts'
export type { NameKey, NameKeys } from './name-key.ts'
export {
  claimName,
  deletePerson,
  findHome,
  findScan,
  insertPerson,
  releaseName,
} from './directory.store.ts'
export type { DirectoryEntry, ScanRecord } from './directory.store.ts'
export { findName, nameScope } from './find-name.ts'
export type { NameLookup } from './find-name.ts'
export { findInStores } from './find-in-stores.ts'
export type { StoresLookup } from './find-in-stores.ts'
export { homesOf, scanStore } from './scan-store.ts'
export type { ScanNeeds } from './scan-store.ts'
