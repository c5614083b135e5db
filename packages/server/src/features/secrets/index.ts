export { mountSecrets } from './secrets.management.routes.ts'
export type { SecretNeeds } from './keep-secret.ts'
export { hasSecrets, openWorkspaceSecret, sealedWorkspaceSecrets } from './secrets.store.ts'
export type { SecretPlace } from './secrets.store.ts'
