import type { OidcClient } from '../../surfaces/oidc/index.ts'

/** The application that stands for the account pages at `authorize`. No client of the database may have a name with a colon. */
export const accountClientId = 'gatehouse:account'

/**
 * The account pages as an application of every workspace. Its codes are never exchanged: the browser is sent through
 * `authorize` for the session that it has afterwards, with a challenge to which nobody keeps the answer.
 */
export const accountClient = (origin: string, issuerPath: string): OidcClient => ({
  clientId: accountClientId,
  name: 'Account',
  isEnabled: true,
  secretHashes: [],
  settings: {
    authentication: 'none',
    grantTypes: ['authorization_code'],
    redirectUris: [`${origin}${issuerPath}/account/back`],
    postLogoutRedirectUris: [],
    scopes: ['openid'],
    isFirstParty: true,
    applicationType: 'web',
  },
})

/** Where the browser goes to be signed in, or to prove itself again. */
export function authorizePath(
  issuerPath: string,
  origin: string,
  request: { readonly challenge: string; readonly goal: string; readonly again?: { readonly username: string } },
): string {
  const query = new URLSearchParams({
    client_id: accountClientId,
    redirect_uri: `${origin}${issuerPath}/account/back`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    state: request.goal,
    ...(request.again === undefined ? {} : { prompt: 'login', login_hint: request.again.username }),
  })
  return `${issuerPath}/oauth2/authorize?${query.toString()}`
}
