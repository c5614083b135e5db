export { localCodes } from './codes.ts'
export type { Codes } from './codes.ts'
export { mountCodes } from './codes.management.routes.ts'
export { findOwner, warnOwner } from './owners.ts'
