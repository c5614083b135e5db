import type { Tx } from '../../platform/db/index.ts'

/** A strength of sign-in by its name. */
export interface Acr {
  readonly name: string
  /** All of these must have been done; RFC 8176 words. */
  readonly methods: readonly string[]
  /** And no longer ago than this. */
  readonly withinSeconds?: number
}

/** An issuer as this surface knows it. Organizations inherit clients, keys and resources of their workspace. */
export interface OidcIssuer {
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId: string | undefined
  /** `/{tid}/{wid}` or `/{tid}/{oid}`. */
  readonly path: string
  /** Weakest first. */
  readonly acrs: readonly Acr[]
  /** A page that is not ours takes proof, and may take any. */
  readonly isProvedElsewhere?: boolean
}

export interface OidcClient {
  readonly clientId: string
  readonly name: string
  readonly isEnabled: boolean
  readonly secretHashes: readonly string[]
  readonly settings: {
    readonly authentication: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
    readonly grantTypes: readonly string[]
    readonly redirectUris: readonly string[]
    readonly postLogoutRedirectUris: readonly string[]
    readonly initiateLoginUri?: string
    readonly scopes: readonly string[]
    readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
    readonly jwksUri?: string
    readonly isFirstParty: boolean
    readonly applicationType: 'web' | 'native'
    readonly requiresPushedRequests?: boolean
    readonly requiresDpop?: boolean
    readonly responseModes?: readonly string[]
    readonly apiAudiences?: readonly string[]
    readonly backchannelLogoutUri?: string
  }
}

export interface OidcResource {
  readonly audience: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly accessTokenSeconds: number
}

/** Whether something ends with the session it came from, or was allowed to be kept beyond it (`offline_access`). */
export type Use = 'session' | 'offline'

/** The person behind a `sub`, alive at this moment. */
export interface OidcAccount {
  readonly subject: string
  readonly organizationId: string
  /** All that could be told of them, read when it is first asked for. */
  claims(): Promise<Readonly<Record<string, unknown>>>
  /** So long after the proof, what applications may keep of this person (`offline_access`) is over. */
  readonly offlineSeconds: number
  /** Writes that the person was here; absent when that was written a moment ago, or no session is involved. */
  readonly noteSeen?: (tx: Tx) => Promise<void>
}

/** What a finished sign-in says; travels inside the interaction's result and is judged again when the session begins. */
export interface LoginResult {
  readonly accountId: string
  readonly organizationId: string
  /** The user's epoch at the moment of proof. */
  readonly sessionEpoch: number
  readonly route: string
  readonly amr: readonly string[]
  /** Unix time in seconds. */
  readonly ts: number
  /** The cookie outlives the browser's window. */
  readonly remember: boolean
}

export type ArtifactChange =
  | {
      readonly kind: 'save'
      readonly model: string
      readonly id: string
      readonly payload: Readonly<Record<string, unknown>>
      readonly expiresInSeconds: number
    }
  | { readonly kind: 'consume'; readonly model: string; readonly id: string; readonly grantId: string | undefined }
  | { readonly kind: 'destroy'; readonly model: string; readonly id: string; readonly sessionUid: string | undefined }
  | { readonly kind: 'revoke_grant'; readonly grantId: string }
  | { readonly kind: 'revoke_token'; readonly tokenId: string; readonly expiresAtSeconds: number }

/** What a request that spends a refresh token answers, if it wins. */
export interface Answer {
  readonly refreshToken: string
  /** Client, key and wish of the request: others of the same moment hear this answer only when theirs are the same. */
  readonly sharedWith: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface ProtocolEvent {
  readonly subject: 'access_token' | 'authorization_code' | 'login' | 'session' | 'tokens'
  readonly action: 'attempted' | 'authenticated' | 'denied' | 'failed' | 'issued' | 'revoked' | 'accepted'
  readonly reason?: 'token.reused' | 'token.raced' | 'account.ended' | 'sign_out.by_user'
  readonly clientId?: string | undefined
  readonly subjectId?: string | undefined
  readonly sessionId?: string | undefined
  readonly correlationId?: string | undefined
  readonly payload?: Readonly<Record<string, unknown>>
}

/** Everything one request of the protocol wants written, at once or not at all. */
export interface Work {
  readonly issuer: OidcIssuer
  readonly changes: readonly ArtifactChange[]
  readonly events: readonly ProtocolEvent[]
  /** A session that begins with this request. */
  readonly begun: { readonly login: LoginResult; readonly sessionUid: string } | undefined
  readonly also: readonly ((tx: Tx) => Promise<void>)[]
  readonly answer: Answer | undefined
  /** The application takes part in the session from now on and wants to hear of its end. */
  readonly joined:
    | { readonly clientId: string; readonly clientSid: string; readonly sessionUid: string; readonly subjectId: string }
    | undefined
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Something single-use was spent by another request first; nothing was written. */
  | { readonly kind: 'lost'; readonly model: string }
  /** An equal request was first and this is what it was answered; nothing else was written. */
  | { readonly kind: 'answered'; readonly body: Readonly<Record<string, unknown>> }
  /** The user was ended between proof and session; nothing was written. */
  | { readonly kind: 'ended' }

export interface RequestFacts {
  readonly requestId: string
  readonly ipAddress: string
  readonly userAgent: string
}

export interface FlowStart {
  readonly interactionId: string
  readonly clientId: string
  readonly clientName: string
  readonly params: Readonly<Record<string, unknown>>
  readonly reasons: readonly string[]
}

/** Scopes that people allow: about themselves, and of APIs by their audience. */
export interface ConsentedScopes {
  readonly openid: readonly string[]
  readonly apis: Readonly<Record<string, readonly string[]>>
}

export type ConsentDecision = 'allow' | 'deny'

/** What an application asks a person for, as their interaction has it. */
export interface AskedConsent {
  readonly clientId: string
  readonly clientName: string
  readonly isFirstParty: boolean
  readonly scopes: ConsentedScopes
  /** The same APIs by their name. */
  readonly apis: readonly { readonly name: string; readonly scopes: readonly string[] }[]
  readonly redirectHost: string
  /** None for an address that a page's policy cannot name. */
  readonly redirectOrigins: readonly string[]
  readonly uiLocales: string | undefined
}

/** What the surface asks of the rooms; `compose.ts` gives it. */
export interface OidcNeeds {
  readonly origin: string
  readonly isSecure: boolean
  /** How long the public keys may be kept by whoever reads them: a new key signs only after that time. */
  readonly keySetSeconds: number
  nowSeconds(): number
  findIssuer(tenantId: string, segment: string): Promise<OidcIssuer | undefined>
  /** Private keys as JWK, the active one first. */
  signingKeys(issuer: OidcIssuer): Promise<readonly Readonly<Record<string, unknown>>[]>
  findClient(issuer: OidcIssuer, clientId: string): Promise<OidcClient | undefined>
  /** Whether scripts of a browser application of this issuer run there; exact, and never for `null`. */
  isBrowserOrigin(issuer: OidcIssuer, origin: string): Promise<boolean>
  /** 32 bytes that all nodes share; nonces of DPoP proofs are made from them (RFC 9449 §8). */
  readonly dpopNonceKey: Buffer
  isSecretOf(secretHashes: readonly string[], secret: string): boolean
  resources(issuer: OidcIssuer): Promise<readonly OidcResource[]>
  /**
   * @param sessionUid the session the token or code came from; absent for a session that is just loaded or begins
   * @param withClaims whether its claims will be asked for: they are then read in the same journey
   */
  findAccount(
    subject: string,
    sessionUid: string | undefined,
    use: Use,
    withClaims: boolean,
  ): Promise<OidcAccount | undefined>
  /** Whether a biller's URL or parameter names an organization of this issuer. */
  isOrganizationOf(issuer: OidcIssuer, organizationId: string): Promise<boolean>
  readArtifact(
    issuer: OidcIssuer,
    model: string,
    id: string,
  ): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly consumedAt: Date | undefined } | undefined>
  readSession(
    issuer: OidcIssuer,
    uid: string,
  ): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly consumedAt: Date | undefined } | undefined>
  isTokenRevoked(tokenId: string, grantId: string | undefined): Promise<boolean>
  commit(work: Work, facts: RequestFacts): Promise<CommitOutcome>
  /** What the person has allowed the client before, if anything. */
  findConsent(subject: string, clientId: string): Promise<ConsentedScopes | undefined>
  /** Prepares the pages of a sign-in. @returns where the browser goes, the cookie that binds it, and what to write */
  startFlow(
    issuer: OidcIssuer,
    start: FlowStart,
    cookies: string | undefined,
    facts: RequestFacts,
  ): Promise<{
    readonly path: string
    readonly cookie: { readonly name: string; readonly value: string } | undefined
    write(tx: Tx): Promise<void>
  }>
  /** @throws Problem `server.busy` when no sign-in may begin now */
  assertRoomToBegin(): void
  readonly pages: OidcPages
  logError(message: string, error: unknown): void
}

/** Pages of the protocol's own: a complete HTML document each. */
export interface OidcPages {
  error(
    issuer: OidcIssuer,
    view: PageRequest & { readonly error: string; readonly description: string | undefined },
  ): Promise<string>
  /** Asks nothing of the database. @param again the same request once more, and when */
  busy(view: PageRequest & { readonly again: { readonly href: string | undefined; readonly seconds: number } }): string
  signOut(
    issuer: OidcIssuer,
    view: PageRequest & { readonly action: string; readonly xsrf: string; readonly clientName: string | undefined },
  ): Promise<string>
  signedOut(issuer: OidcIssuer, view: PageRequest & { readonly clientName: string | undefined }): Promise<string>
}

export interface PageRequest {
  readonly nonce: string
  readonly requestId: string
  readonly acceptLanguage: string | undefined
  readonly uiLocales: string | undefined
}
