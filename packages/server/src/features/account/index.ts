export { accountClient, accountClientId } from './account-client.ts'
export { formProofs } from './form-proof.ts'
export type { FormProofs } from './form-proof.ts'
export { mountAccount } from './account.routes.ts'
