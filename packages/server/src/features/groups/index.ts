export { mountGroups } from './groups.management.routes.ts'
export { deleteGroupsOfPool } from './groups.store.ts'
