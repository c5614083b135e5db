export { indexCommands } from './index.commands.ts'
export { openIndexKeys } from './index-keys.ts'
export { beginIndexKeyRotation, tendIndexKey } from './rotate-index-key.ts'
export type { OpenIndexKeys } from './index-keys.ts'
export type { NamesOf, RotationState } from './rotate-index-key.ts'
export { nameKeys } from './name-key.ts'
export type { NameKey, NameKeys } from './name-key.ts'
export {
  claimName,
  claimNames,
  deletePerson,
  findHome,
  findScan,
  insertPeople,
  insertPerson,
  releaseName,
  selectNames,
  selectPeople,
} from './directory.store.ts'
export { assertGenerations } from './index-keys.store.ts'
export type { DirectoryEntry, HeldName, NamesHome, ScanRecord } from './directory.store.ts'
export { findName, nameScope } from './find-name.ts'
export type { NameLookup } from './find-name.ts'
export { findInStores } from './find-in-stores.ts'
export type { StoresLookup } from './find-in-stores.ts'
export { homesOf, scanStore } from './scan-store.ts'
export type { ScanNeeds } from './scan-store.ts'
