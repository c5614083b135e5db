export { verifyPersonToken } from './verify-person-token.ts'
export { verifyApplicationToken } from './verify-access-token.ts'
export { applyWork, commitWork } from './commit-work.ts'
export {
  consumeArtifact,
  deleteArtifact,
  deleteEveryArtifact,
  deleteExpired,
  findAnswer,
  findArtifact,
  findSessionArtifact,
  forgetAnswers,
  isTokenRevoked,
  revokeGrant,
  revokeToken,
  saveArtifact,
  sealedArtifacts,
} from './artifacts.store.ts'
export type { ArtifactHome, ArtifactPayload, FoundArtifact, KeptAnswer, NewArtifact } from './artifacts.store.ts'
export { deleteArtifactsOfClient } from './artifacts.store.ts'
