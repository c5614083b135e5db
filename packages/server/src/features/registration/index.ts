export { localRegistration } from './registration.ts'
export type { Registration } from './registration.ts'
export { mountRegistration } from './registration.management.routes.ts'
