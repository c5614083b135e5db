export { keyCommands } from './keys.commands.ts'
export { ensureSigningKeys } from './ensure-signing-key.ts'
export { keyTimes, longestSessionSeconds } from './key-times.ts'
export { createKeyring } from './keyring.ts'
export type { Keyring } from './keyring.ts'
export { forgetSecret, namedSecret, sealedSecrets } from './named-secret.store.ts'
export {
  publishNext,
  removeSigningKey,
  retirableAt,
  retireOldKeys,
  rotateKeys,
  tendKeys,
  usableAt,
} from './rotate-keys.ts'
export type { KeyNeeds, KeyTimes, Rotation } from './rotate-keys.ts'
export { publicationFault } from './signing-key.ts'
export { deleteKeysOf, listKeyRecords, sealedSigningKeys, selectSigningKeys } from './signing-keys.store.ts'
export type { KeyPlace, KeyRecord, SigningKey } from './signing-keys.store.ts'
