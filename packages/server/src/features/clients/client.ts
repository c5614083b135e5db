/** How a client proves itself at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9). */
export type ClientAuthentication = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'

export type ResponseMode = 'query' | 'fragment' | 'form_post'

export interface ClientSettings {
  readonly authentication: ClientAuthentication
  readonly grantTypes: readonly GrantType[]
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Where a sign-in that begins at us is handed to the application (OpenID Connect Core §4). */
  readonly initiateLoginUri?: string
  /** OpenID Connect scopes and scopes of registered resources that the client may ask for. */
  readonly scopes: readonly string[]
  /** Public keys for `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  readonly jwksUri?: string
  /** Of the same company: no consent page. */
  readonly isFirstParty: boolean
  /** Where a custom URL of a biller sends people: at most one client of a workspace. */
  readonly isPortal?: boolean
  readonly applicationType: 'web' | 'native'
  /** Its authorization requests must be pushed (RFC 9126 §5). */
  readonly requiresPushedRequests?: boolean
  /** Its tokens must be bound to a key (RFC 9449 §5.2). */
  readonly requiresDpop?: boolean
  /** How it lets itself be answered; absent: as it asks. */
  readonly responseModes?: readonly ResponseMode[]
  /** Audiences of the APIs that it is: it may ask about tokens for them (RFC 7662 §2.1). */
  readonly apiAudiences?: readonly string[]
  /** Where it hears that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.2). */
  readonly backchannelLogoutUri?: string
}

export interface Client {
  readonly clientId: string
  readonly tenantId: string
  readonly workspaceId: string
  readonly name: string
  readonly isEnabled: boolean
  readonly settings: ClientSettings
  /** SHA-256 of each secret, hexadecimal, newest last; several while a rotation overlaps. */
  readonly secretHashes: readonly string[]
  /** When a rotated secret stops being one, by its hash. Absent: the current one. */
  readonly secretEnds?: Readonly<Record<string, string>>
  readonly revision: number
  /** Fields of the vendor's client that we keep and give back and do not read. Absent: none. */
  readonly wire?: Readonly<Record<string, unknown>>
}

/** As it is in the database. */
export interface StoredClient extends Client {
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A registered API: the audience of JWT access tokens (RFC 8707, RFC 9068). */
export interface Resource {
  readonly audience: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly accessTokenSeconds: number
}
