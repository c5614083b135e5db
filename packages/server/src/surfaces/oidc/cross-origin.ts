import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OidcClient, OidcIssuer, OidcNeeds } from './needs.ts'

/**
 * Where the scripts of a browser application run: the origins of its redirects. None for an application that has a secret or
 * a key, because a browser cannot keep one, and for one that is installed, because many share its `localhost`.
 */
export const browserOrigins = ({
  authentication,
  applicationType,
  redirectUris,
}: Pick<OidcClient['settings'], 'authentication' | 'applicationType' | 'redirectUris'>): readonly string[] =>
  authentication === 'none' && applicationType === 'web' ? redirectUris.map((uri) => new URL(uri).origin) : []

/**
 * Whose scripts may read an answer. The engine names the asker's origin before it knows the client, so that anybody's script
 * reads its refusals and preflights; here that is taken back unless the origin is a registered browser application's.
 * Discovery and keys are for everybody. No answer is ever readable together with cookies.
 *
 * Which of these applications may read the answer for which client is decided by `clientBasedCORS`.
 *
 * @see Fetch §3.3 (CORS protocol)
 */
export function allowRegisteredOrigins(needs: Pick<OidcNeeds, 'isBrowserOrigin'>, issuer: OidcIssuer) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next()
    const allowed = ctx.response.get('access-control-allow-origin')
    if (allowed === '') return
    if (ctx.path.startsWith('/.well-known/')) {
      ctx.set('access-control-allow-origin', '*')
      return
    }
    const origin = ctx.get('origin')
    if (origin !== '' && (await needs.isBrowserOrigin(issuer, origin))) return
    for (const name of Object.keys(ctx.response.headers)) if (name.startsWith('access-control-')) ctx.remove(name)
  }
}
