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
  isSchemaOfUsers,
  raiseSessionEpoch,
  selectUsers,
  selectUsersByAddress,
  updateUser,
} from './users.store.ts'
export { deleteAddress, insertAddress, selectAddresses, updateAddress } from './addresses.store.ts'
export { deleteIdentifier, findUsername, insertIdentifier, selectIdentifiers } from './identifiers.store.ts'
export type { UserPage } from './users.store.ts'
