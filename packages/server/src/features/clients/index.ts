export type {
  Client,
  ClientAuthentication,
  ClientSettings,
  GrantType,
  Resource,
  ResponseMode,
  StoredClient,
} from './client.ts'
export { mountScopes } from './scopes.management.routes.ts'
export { keptClientFields, shownClient } from './show-client.ts'
export { mountAdminClients } from './admin-clients.management.routes.ts'
export { createClient, deleteClient, updateClient } from './manage-clients.ts'
export { mountClients } from './clients.management.routes.ts'
export { hashSecret, isSecretOf } from './client-secret.ts'
export { secretCommands } from './secrets.commands.ts'
export { revokeRotatedSecrets, rotateClientSecret, validSecretHashes } from './rotate-secret.ts'
export {
  deleteResourcesOf,
  findClient,
  findClientForUpdate,
  findClientOfTenant,
  hasClients,
  insertClient,
  insertResource,
  recallBrowserOrigins,
  recallClient,
  recallPortalClient,
  recallResources,
  restoreSecrets,
  saveClient,
  selectClients,
  selectResources,
} from './clients.store.ts'
