export type { Client, ClientAuthentication, ClientSettings, GrantType, Resource, ResponseMode } from './client.ts'
export { hashSecret, isSecretOf } from './client-secret.ts'
export { findClient, findPortalClient, insertClient, insertResource, selectResources } from './clients.store.ts'
