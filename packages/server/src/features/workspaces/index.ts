export { createWorkspace, deleteWorkspace, issuerOf, updateWorkspace } from './manage-workspaces.ts'
export type { WorkspaceInput, WorkspaceNeeds } from './manage-workspaces.ts'
export { mountWorkspaces } from './workspaces.management.routes.ts'
export { refuseSecrets } from './refuse-secrets.ts'
