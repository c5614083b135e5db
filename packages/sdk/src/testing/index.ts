export { answer, Answering, Refusal, secureAuthDouble } from './secure-auth-double.ts'
export type { Answers, RecordedCall, SecureAuthDouble } from './secure-auth-double.ts'
