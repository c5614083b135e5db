/** An identifier that the compiler does not confuse with another one. */
type Branded<Name extends string> = string & { readonly brand: Name }

export type OrganizationId = Branded<'OrganizationId'>

/** Made where an id enters: from a row, or from a route after its pattern was checked. */
export const organizationId = (text: string): OrganizationId => text as OrganizationId

/** What a page wears. Absent fields fall back to the workspace, then to Gatehouse. */
export interface BrandSettings {
  readonly name?: string
  /** `#rrggbb`. */
  readonly colour?: string
  readonly helpEmail?: string
  readonly helpPhone?: string
  readonly helpUrl?: string
}

/**
 * How long sessions last, as far as a workspace or an organization says so itself. What is absent comes from the
 * workspace, then from the platform; nothing leaves the platform's bounds. Seconds.
 */
export interface SessionSettings {
  /** Without a visit for so long, a session is over. */
  readonly idleSeconds?: number
  /** So long after the proof it is over in any case. */
  readonly absoluteSeconds?: number
  /** Whether people may tick "Stay signed in"; the two below are for those who did. */
  readonly mayStaySignedIn?: boolean
  readonly stayIdleSeconds?: number
  readonly stayAbsoluteSeconds?: number
  /** What an application was allowed to keep (`offline_access`) is over so long after the proof. Absent: as long as a session may last. */
  readonly offlineSeconds?: number
  /** Sessions of one person at a time; one more ends the one that was used longest ago. */
  readonly mostSessions?: number
}

/** A strength of sign-in that applications may ask for by name (`acr_values`). */
export interface NamedAcr {
  /** The `acr` of tokens. */
  readonly name: string
  /** All of these must have been done; RFC 8176 words. */
  readonly methods: readonly string[]
  /** And no longer ago than this. */
  readonly withinSeconds?: number
}

/**
 * The sign-in page of another authorization server, such as SecureAuth's. Addresses are `https` and without a query, as
 * `isHostedAddress` says.
 */
export interface HostedPage {
  /** Where browsers are sent (RFC 6749 §3.1): exactly here, with a query of ours. */
  readonly authorizationEndpoint: string
  /** The issuer it belongs to: the audience of the hints that are signed for it. */
  readonly issuer: string
  /** Who we are there. */
  readonly clientId: string
}

/** How a workspace asks for proof. What `redirect` reveals is written in docs/enumeration.md. */
export interface SignInSettings {
  /**
   * `page`: one password page for every name. `redirect`: the hosted page for all names but those of legacy stores.
   * `external`: a login page elsewhere takes all proof and says by the API who it was.
   */
  readonly presentation: 'external' | 'page' | 'redirect'
  /** Needed for `redirect`. */
  readonly hostedPage?: HostedPage
  /** Needed for `external`: an address as `isHostedAddress` says. */
  readonly loginPage?: string
}

export interface Workspace {
  readonly tenantId: string
  readonly workspaceId: string
  readonly name: string
  readonly kind: 'system' | 'admin' | 'customer'
  /** Whether a username is unique in the whole workspace or only within its organization. */
  readonly usernameScope: 'workspace' | 'organization'
  readonly brand: BrandSettings
  /** Absent: nothing of its own. */
  readonly sessionSettings?: SessionSettings
  /** Weakest first. Absent: the usual ones. */
  readonly acrs?: readonly NamedAcr[]
  /** Absent: one page for everybody. */
  readonly signIn?: SignInSettings
  /** Words of the vendor's server that we keep and give back but do not act on. */
  readonly wire?: Readonly<Record<string, unknown>>
}

/** As the database has it. */
export interface StoredWorkspace extends Workspace {
  readonly wire: Readonly<Record<string, unknown>>
  readonly revision: number
  /** Of `brand`, what is its own and not the theme's. */
  readonly ownBrand: BrandSettings
  /** The theme that it wears over its own brand. */
  readonly themeId?: string
}

/** The page that names are sent to which no legacy store proves; undefined where every name gets the same page here. */
export const hostedPageOf = ({ signIn }: Pick<Workspace, 'signIn'>): HostedPage | undefined =>
  signIn?.presentation === 'redirect' ? signIn.hostedPage : undefined

/** The page elsewhere that decides every sign-in of the workspace; undefined where our own do. */
export const loginPageOf = ({ signIn }: Pick<Workspace, 'signIn'>): string | undefined =>
  signIn?.presentation === 'external' ? signIn.loginPage : undefined

/** Whether browsers may be sent to this address with a query of ours: `https`, in its usual spelling, nobody's name in it. */
export function isHostedAddress(address: string): boolean {
  const url = URL.parse(address)
  return (
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    // An empty query or fragment has a sign and no text.
    !/[?#]/.test(address) &&
    (url.href === address || url.href === `${address}/`)
  )
}

export interface Organization {
  readonly tenantId: string
  readonly organizationId: OrganizationId
  readonly workspaceId: string
  readonly name: string
  readonly description: string
  readonly domains: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
  readonly brand: BrandSettings
  readonly isTemplate: boolean
  readonly revision: number
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Absent: nothing of its own. */
  readonly sessionSettings?: SessionSettings
  /** Since when nobody of it may sign in or stay signed in. Absent: it is not suspended. */
  readonly suspendedAt?: Date
}

/**
 * An authorization server: a workspace, or an organization of it that is an issuer of its own and inherits the
 * workspace's clients, keys and policy.
 */
export interface Issuer {
  readonly workspace: Workspace
  readonly organization: Organization | undefined
  /** `/{tid}/{wid}` or `/{tid}/{oid}`: the path of the issuer URL, without the origin. */
  readonly path: string
}
