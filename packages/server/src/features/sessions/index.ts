export { logoutAnnouncer } from './announce-logout.ts'
export type { AnnounceLogout } from './announce-logout.ts'
export { logoutWork } from './notify-logout.ts'
export { deleteExpiredSessionClients, joinSession } from './session-clients.store.ts'
export { endAllSessions, endOneSession, endOverdueSessions, keepToLimit } from './end-sessions.ts'
export type { Ending, EndNeeds } from './end-sessions.ts'
export {
  endEverySession,
  endSession,
  findSession,
  findSessionRules,
  noteSeen,
  saveSession,
  selectOpenSessions,
  seenEverySeconds,
} from './sessions.store.ts'
export type { JudgedSession } from './sessions.store.ts'
export { endOf, policyOf, sessionLimits } from './session-policy.ts'
export type { SessionPolicy } from './session-policy.ts'
export type { Session, SessionEnd } from './session.ts'
export { endNeedsOf, sessionCommands } from './sessions.commands.ts'
export { changeSessionPolicy, standingPolicy } from './change-policy.ts'
export type { PolicyChange, PolicyStanding } from './change-policy.ts'
export { suspendOrganization } from './suspend-organization.ts'
export { findLiveUser, rememberedHomes } from './find-live-user.ts'
export type { HomeOf, LiveUser, Use } from './find-live-user.ts'
