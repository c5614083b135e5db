export { createPasswordHasher, currentRecipe } from './hasher.ts'
export type { PasswordHasher } from './hasher.ts'
export { createHashPool } from './hash-pool.ts'
export type { HashPool } from './hash-pool.ts'
export { checkNewPassword } from './password-policy.ts'
export type { PasswordRules, PolicyRefusal } from './password-policy.ts'
export type { PasswordRecord, PasswordState, PasswordStateReason } from './password.ts'
export {
  findPassword,
  findPasswordSummary,
  replaceVerifier,
  savePassword,
  sealedPasswords,
  setState,
} from './passwords.store.ts'
export type { NewPassword, PasswordSummary } from './passwords.store.ts'
export {
  consumeCode,
  consumeEveryCode,
  findCode,
  saveCode,
  sealedCodes,
  takeAttempt,
  voidCodes,
} from './codes.store.ts'
export type { OneTimeCode } from './codes.store.ts'
export { findTotp, findTotpSummary, insertTotp, replaceTotp, sealedTotpSecrets, takeTotpStep } from './totp.store.ts'
export type { TotpRecord, TotpSummary } from './totp.store.ts'
export { verifyPassword } from './verify-password.ts'
export type { PasswordCheck } from './verify-password.ts'
export { assertAcceptable, preparePassword } from './prepare-password.ts'
export type { PreparedPassword } from './prepare-password.ts'
