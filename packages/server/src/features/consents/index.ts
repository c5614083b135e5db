export { mountConsent } from './consent.routes.ts'
export { deleteConsents, findConsent } from './consents.store.ts'
export type { Consent, ConsentedScopes } from './consents.store.ts'
export { deleteConsentsOfClient } from './consents.store.ts'
