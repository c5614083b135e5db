import { lifetimes } from '../../surfaces/oidc/lifetimes.ts'
import type { KeyTimes } from './rotate-keys.ts'

/** The longest that an API's access tokens can be made to live (provision file, `accessTokenSeconds`). */
const longestAccessTokenSeconds = 86_400

/** The longest that a session can be made to last; its ID token is a hint at sign-out for as long. */
export const longestSessionSeconds = 30 * 86_400

/** How long keys stay, of what is configured and what tokens live. */
export const keyTimes = (config: { readonly keySetSeconds: number; readonly keyDays: number }): KeyTimes => ({
  keySetSeconds: config.keySetSeconds,
  longestTokenSeconds: Math.max(longestAccessTokenSeconds, longestSessionSeconds, lifetimes.session, lifetimes.idToken),
  rotateAfterSeconds: config.keyDays === 0 ? undefined : config.keyDays * 86_400,
})
