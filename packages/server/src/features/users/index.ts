export { canonicalAddress, maySignIn, userId } from './user.ts'
export type { Address, Identifier, IdentifierType, User, UserId, UserStatus } from './user.ts'
export {
  countUsers,
  deleteUser,
  findUser,
  findUserByIdentifier,
  findUserByLegacyId,
  findUserForUpdate,
  findUsername,
  insertAddress,
  insertIdentifier,
  insertUser,
  raiseSessionEpoch,
  selectAddresses,
  selectIdentifiers,
  selectUsers,
  selectUsersByAddress,
  updateUser,
} from './users.store.ts'
export type { UserPage } from './users.store.ts'
