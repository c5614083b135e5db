export { endSession, findSession, saveSession } from './sessions.store.ts'
export type { Session, SessionEnd } from './sessions.store.ts'
export { findLiveUser, rememberedHomes } from './find-live-user.ts'
export type { HomeOf } from './find-live-user.ts'
