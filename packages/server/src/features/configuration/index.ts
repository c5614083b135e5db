export { mountConfiguration } from './configuration.management.routes.ts'
export type { ConfigurationNeeds } from './needs.ts'
