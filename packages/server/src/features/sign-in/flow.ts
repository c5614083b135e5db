import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'
import type { RequestedLogin } from './requested-login.ts'

/** `bare`: the portal's own address. `custom`: the address fixed the organization (custom URL, issuer, parameter). */
export type Door = 'bare' | 'custom'
/** Where a password is checked. */
export type Route = 'legacy' | 'pool' | 'unknown'

/** A password that was right, or the word of an external login page, and what was true at that moment. */
export interface Proof {
  readonly userId: UserId
  readonly organizationId: OrganizationId
  readonly route: Exclude<Route, 'unknown'> | 'external'
  /** The biller's epoch: proof given in another one is given again. */
  readonly billerEpoch: number
  /** The user's epoch: a deactivation or a new password since then ends this proof. */
  readonly sessionEpoch: number
  /** Of the pool password; absent on the legacy route. */
  readonly generation?: number
  readonly provedAtSeconds: number
  /** RFC 8176 words. Absent: a password. */
  readonly methods?: readonly string[]
  readonly mustChange: boolean
  readonly mustReset: boolean
}

/** What an external login page said. */
export interface LoginDecision {
  readonly word:
    | { readonly kind: 'accepted'; readonly proof: Proof }
    | { readonly kind: 'rejected'; readonly error: string; readonly description: string | undefined }
  /** The page's application at the API. */
  readonly clientId: string
  /** SHA-256, hexadecimal, of what the browser must bring back. */
  readonly verifierHash: string
}

/** A sign-in that an external login page decides: none of our own pages takes proof for it. */
export interface ExternalLogin {
  readonly request: RequestedLogin
  readonly decision?: LoginDecision
}

/** One browser on its way from `authorize` to a session. */
export interface SignInFlow {
  /** The engine's interaction of the same life. */
  readonly flowId: string
  readonly tenantId: string
  readonly workspaceId: string
  /** `/{tid}/{wid}` or `/{tid}/{oid}`: every address of the flow begins with it. */
  readonly issuerPath: string
  readonly clientId: string
  readonly clientName: string
  /** Origin of the redirect that ends the flow; the pages' form-action must name it. */
  readonly redirectOrigin: string | undefined
  readonly fixedOrganizationId: OrganizationId | undefined
  readonly uiLocales: string | undefined
  /** Present from the first moment on, or never. */
  readonly login?: ExternalLogin | undefined
  /** What the application suggests as username; shown, never trusted. */
  readonly loginHint: string | undefined
  /** As typed, and as compared. */
  readonly identifier: { readonly typed: string; readonly lookupText: string } | undefined
  /** The name is proved at the workspace's hosted page, and nowhere here. */
  readonly isHosted?: boolean
  /**
   * Set when the last password was refused, until something else happens: the page after it says so. `isPartial`: an
   * earlier user store was out of reach before that password was looked at.
   */
  readonly refusal?: { readonly isPartial: boolean } | undefined
  /** Unix seconds until which no password is taken for this name. */
  readonly waitUntilSeconds: number | undefined
  /** Why the wait: `closed` ends with a new password, `work` with work. Absent: with time alone. */
  readonly waitFor?: 'closed' | 'work' | undefined
  /** Whether "Stay signed in" was ticked with the password. What the organization allows is asked later. */
  readonly staySignedIn?: boolean
  readonly proof: Proof | undefined
  /** Set when a code for a new password was asked for. */
  readonly recovery: { readonly typed: string; readonly lookupText: string } | undefined
  readonly isFinished: boolean
  readonly revision: number
  readonly expiresAt: Date
}

export type Step =
  | { readonly kind: 'username' }
  /** On to the login page of the workspace, which is not ours. */
  | { readonly kind: 'external' }
  | { readonly kind: 'password' }
  /** On to the hosted page, or back to the name. */
  | { readonly kind: 'hosted'; readonly username: string }
  | { readonly kind: 'throttled'; readonly waitSeconds: number }
  /** Waits are over at once for a browser that works; the password page says so. */
  | { readonly kind: 'work'; readonly waitSeconds: number }
  /** Only a new password goes on from here. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'must_reset' }
  | { readonly kind: 'must_change' }
  | { readonly kind: 'complete'; readonly proof: Proof }
  | { readonly kind: 'finished' }

/** The only place that chooses what the person sees next. Steps change the flow and return here; none calls another. */
export function nextStep(flow: SignInFlow, nowSeconds: number): Step {
  if (flow.isFinished) return { kind: 'finished' }
  // What was decided is in the hands of the browser that the page sent back.
  if (flow.login) return { kind: flow.login.decision ? 'finished' : 'external' }
  if (!flow.identifier) return { kind: 'username' }
  if (flow.proof?.mustReset === true) return { kind: 'must_reset' }
  if (flow.proof?.mustChange === true) return { kind: 'must_change' }
  if (flow.proof) return { kind: 'complete', proof: flow.proof }
  if (flow.isHosted === true) return { kind: 'hosted', username: flow.identifier.typed }
  if (flow.waitUntilSeconds !== undefined && flow.waitUntilSeconds > nowSeconds) {
    if (flow.waitFor === 'closed') return { kind: 'closed' }
    return { kind: flow.waitFor ?? 'throttled', waitSeconds: flow.waitUntilSeconds - nowSeconds }
  }
  return { kind: 'password' }
}
