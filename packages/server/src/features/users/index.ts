export { canonicalAddress, maySignIn, userId } from './user.ts'
export type { Address, Identifier, IdentifierType, User, UserId, UserStatus } from './user.ts'
export {
  countUsers,
  deleteUser,
  findUser,
  findUserByIdentifier,
  findUserByLegacyId,
  findUserForUpdate,
  insertUser,
  raiseSessionEpoch,
  selectUsers,
  selectUsersByAddress,
  updateUser,
} from './users.store.ts'
export { insertAddress, selectAddresses } from './addresses.store.ts'
export { findUsername, insertIdentifier, selectIdentifiers } from './identifiers.store.ts'
export type { UserPage } from './users.store.ts'
