export { createGuardedFetch, FetchFailed, mayBeAsked } from './guarded-fetch.ts'
export type { FetchSettings, GuardedAnswer, GuardedFetch, GuardedRequest, Resolve } from './guarded-fetch.ts'
export { isPublicAddress } from './public-address.ts'
