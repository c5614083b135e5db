export type { Client, ClientAuthentication, ClientSettings, GrantType, Resource, ResponseMode } from './client.ts'
export { hashSecret, isSecretOf } from './client-secret.ts'
export { secretCommands } from './secrets.commands.ts'
export { revokeRotatedSecrets, rotateClientSecret, validSecretHashes } from './rotate-secret.ts'
export {
  findClient,
  insertClient,
  insertResource,
  recallBrowserOrigins,
  recallClient,
  recallPortalClient,
  recallResources,
} from './clients.store.ts'
