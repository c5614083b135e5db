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
  insertPasswords,
  replaceVerifier,
  savePassword,
  sealedPasswords,
  sealVerifier,
  setState,
} from './passwords.store.ts'
export type { NewPassword, PasswordSummary } from './passwords.store.ts'
export {
  codePurposes,
  consumeCode,
  consumeEveryCode,
  deleteExpiredCodes,
  findCode,
  findKeptCode,
  saveCode,
  sealedCodes,
  takeAttempt,
  voidCodes,
} from './codes.store.ts'
export type { CodePurpose, KeptCode, OneTimeCode } from './codes.store.ts'
export { findTotp, findTotpSummary, insertTotp, replaceTotp, sealedTotpSecrets, takeTotpStep } from './totp.store.ts'
export type { TotpRecord, TotpSummary } from './totp.store.ts'
export { codeRules, wirePurpose } from './code-rules.ts'
export type { CodeRules } from './code-rules.ts'
export { checkUserCode, issueUserCode, readPresentedCode, userCodeId } from './user-code.ts'
export type { IssuedCode, PresentedCode, RightCode } from './user-code.ts'
export {
  answerChallenge,
  deleteWebAuthnKey,
  insertWebAuthnKey,
  keepProvedKey,
  nameWebAuthnKey,
  saveChallenge,
  selectWebAuthnKeys,
  takeProvedKey,
} from './webauthn.store.ts'
export type { StoredWebAuthnKey, WebAuthnKeySummary } from './webauthn.store.ts'
export { claimedChallenge, importedKey, provedKey } from './webauthn-ceremony.ts'
export type { Registration } from './webauthn-ceremony.ts'
export { verifyPassword } from './verify-password.ts'
export type { PasswordCheck } from './verify-password.ts'
export { assertAcceptable, preparePassword } from './prepare-password.ts'
export type { PreparedPassword } from './prepare-password.ts'
