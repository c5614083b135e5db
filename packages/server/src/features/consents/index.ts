export { mountConsent } from './consent.routes.ts'
export { findConsent } from './consents.store.ts'
export type { Consent, ConsentedScopes } from './consents.store.ts'
