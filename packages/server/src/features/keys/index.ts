export { ensureSigningKeys } from './ensure-signing-key.ts'
export { namedSecret } from './named-secret.store.ts'
export { selectSigningKeys } from './signing-keys.store.ts'
export type { SigningKey } from './signing-keys.store.ts'
