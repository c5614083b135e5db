export type {
  Caller,
  Expected,
  FirstPassword,
  IdentityBackend,
  NewOrganizationInput,
  NewPoolInput,
  NewUserInput,
  OrganizationInput,
  PasswordVerdict,
  PoolDetails,
  PoolInput,
  ResetProof,
  ResetRequest,
  UserDetails,
  UserInput,
  UserKey,
} from './identity-backend.ts'
export type { Cloud, CloudOf } from './ask-cloud.ts'
export { cloudBackend } from './cloud-backend.ts'
export { localBackend } from './local-backend.ts'
export { localContacts } from './contacts.ts'
export { mountContacts } from './contacts.management.routes.ts'
export type { LocalNeeds, PasswordAttempts } from './local-needs.ts'
export { mountOrganizations } from './organizations.management.routes.ts'
export { mountPools } from './pools.management.routes.ts'
export { mountUsers } from './users.management.routes.ts'
export { userCommands } from './users.commands.ts'
export { mountTotp } from './totp.management.routes.ts'
export { mountPasswords } from './passwords.management.routes.ts'
