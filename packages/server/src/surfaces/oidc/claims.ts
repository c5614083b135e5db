/** Scopes about people and the claims each releases (OpenID Connect Core §5.4; `organization` is ours). */
export const claimsByScope = {
  /** How and when the person proved who they are is told to every application, asked for or not. */
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'preferred_username', 'updated_at'],
  email: ['email', 'email_verified'],
  organization: ['organization_id', 'organization_name', 'biller_guid', 'sign_in_route'],
  /** Of the self-service API; they release no claim. */
  view_ss_profile: [],
  manage_ss_profile: [],
} as const

/** For applications of the same company only: the page that asks people has no words for them. */
export const companyScopes: ReadonlySet<string> = new Set(['view_ss_profile', 'manage_ss_profile'])

export const openIdScopes: ReadonlySet<string> = new Set([...Object.keys(claimsByScope), 'offline_access'])
