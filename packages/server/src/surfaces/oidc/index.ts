export { usualAcrs } from './step-up.ts'
export { cookieName } from './provider.ts'
export { oidcSurface } from './oidc-surface.ts'
export type { OidcSurface } from './oidc-surface.ts'
export { lifetimes, raceSeconds } from './lifetimes.ts'
export type {
  Answer,
  AskedConsent,
  ConsentDecision,
  ArtifactChange,
  CommitOutcome,
  FlowStart,
  LoginResult,
  OidcAccount,
  OidcClient,
  OidcIssuer,
  OidcNeeds,
  OidcPages,
  OidcResource,
  PageRequest,
  ProtocolEvent,
  RequestFacts,
  Work,
} from './needs.ts'
export { protocolRoute, protocolRoutes } from './protocol-route.ts'
