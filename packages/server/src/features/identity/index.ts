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
export { addressOf, localContacts, raiseRevision } from './contacts.ts'
export { mountContacts } from './contacts.management.routes.ts'
export type { CodeMessage, LocalNeeds, PasswordAttempts, RelyingParty } from './local-needs.ts'
// For the rooms of what else people can do: codes, registration.
export { canonicalIdentifier, requireCanonical } from './canonical-identifier.ts'
export { claimUsername } from './claim-username.ts'
export { contextWords } from './context-words.ts'
export { countedAs, findPeople, findPerson } from './find-person.ts'
export { newVerifier } from './local-passwords.ts'
export { forgiveTries, proveCode, spendCode, tryCode } from './prove-code.ts'
export type { CodeProof } from './prove-code.ts'
export { aboutPool, aboutUser, detailsOf, inPool, lockedUser, poolOf, userOf, workspaceOf } from './read-local.ts'
export { chosenAddress, isAddress, issueCode, mayUseCodes, recipientsOf, sendCodes } from './send-code.ts'
export { shownUser } from './show-user.ts'
export { mountPasswords, readKey } from './passwords.management.routes.ts'
export { mountUsers, readUserId } from './users.management.routes.ts'
export { mountSelf } from './self.routes.ts'
export { localFactors } from './local-factors.ts'
export type { Factors } from './factors.ts'
export { mountHistory } from './history.management.routes.ts'
export { mountOrganizations, readOrganizationInput, shownOrganization } from './organizations.management.routes.ts'
export { mountPools, readPoolInput, shownPool } from './pools.management.routes.ts'
export { mountImports } from './imports.management.routes.ts'
export { requireExpected, requireScope } from './read-local.ts'
export { listedOf } from './local-users.ts'
export { shownListed } from './show-user.ts'
export { userCommands } from './users.commands.ts'
export { mountWebAuthn } from './webauthn.management.routes.ts'
export { mountTotp } from './totp.management.routes.ts'
