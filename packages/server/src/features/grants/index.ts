export { verifyApplicationToken } from './verify-access-token.ts'
export { applyWork, commitWork } from './commit-work.ts'
export {
  consumeArtifact,
  deleteArtifact,
  deleteExpired,
  findArtifact,
  findSessionArtifact,
  isTokenRevoked,
  revokeGrant,
  revokeToken,
  saveArtifact,
} from './artifacts.store.ts'
export type { ArtifactHome, ArtifactPayload, FoundArtifact, NewArtifact } from './artifacts.store.ts'
