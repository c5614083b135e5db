export { canonicalAddress, maySignIn, userId } from './user.ts'
export type {
  Address,
  ContactMethod,
  Identifier,
  IdentifierType,
  User,
  UserId,
  UserSchemas,
  UserStatus,
} from './user.ts'
export {
  countUsers,
  deleteUser,
  findUser,
  findUserByIdentifier,
  findUserByLegacyId,
  findUserForUpdate,
  insertUser,
  insertUsers,
  isSchemaOfUsers,
  raiseSessionEpoch,
  selectLegacyUsers,
  selectUsers,
  selectUsersByAddress,
  selectUsersById,
  updateUser,
} from './users.store.ts'
export { deleteAddress, insertAddress, insertAddresses, selectAddresses, updateAddress } from './addresses.store.ts'
export type { OwnedAddress } from './addresses.store.ts'
export {
  deleteIdentifier,
  findUsername,
  insertIdentifier,
  insertIdentifiers,
  selectIdentifiers,
  selectTakenIdentifiers,
} from './identifiers.store.ts'
export type { OwnedIdentifier } from './identifiers.store.ts'
export type { UserPage } from './find-users.store.ts'
