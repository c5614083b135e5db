import type { KoaContextWithOIDC } from 'oidc-provider'
import { contentSecurityPolicy } from '../browser/headers.ts'
import type { OidcIssuer, OidcNeeds, PageRequest } from './needs.ts'
import { nonceOf } from './page-nonce.ts'
import { currentUnit } from './unit-of-work.ts'

/** The engine's own pages in our clothes: sign-out, signed out, errors. */
export function protocolPages(needs: OidcNeeds, issuer: OidcIssuer) {
  const pageRequest = (ctx: KoaContextWithOIDC): PageRequest => ({
    nonce: nonceOf(ctx.res),
    requestId: currentUnit().facts.requestId,
    acceptLanguage: ctx.get('accept-language') || undefined,
    uiLocales: textOf(ctx.oidc?.params?.['ui_locales']),
  })
  return {
    renderError: async (
      ctx: KoaContextWithOIDC,
      out: { readonly error: string; readonly error_description?: string | undefined },
    ): Promise<void> => {
      ctx.type = 'html'
      ctx.body = await needs.pages.error(issuer, {
        ...pageRequest(ctx),
        error: out.error,
        description: out.error_description,
      })
    },
    features: {
      rpInitiatedLogout: {
        enabled: true,
        async logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void> {
          if (isOfThisSession(ctx)) return signOut(needs, issuer, ctx)
          const action = /action="([^"]*)"/.exec(form)?.[1] ?? ''
          const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? ''
          const returnTo = textOf(ctx.oidc.params?.['post_logout_redirect_uri'])
          const page = pageRequest(ctx)
          // The form's answer leads to the application: browsers judge that hop by this page's form-action.
          ctx.set(
            'content-security-policy',
            contentSecurityPolicy(page.nonce, returnTo === undefined ? [] : [returnTo]),
          )
          ctx.body = await needs.pages.signOut(issuer, {
            ...page,
            action,
            xsrf,
            clientName: ctx.oidc.client?.clientName,
          })
        },
        async postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void> {
          ctx.type = 'html'
          ctx.body = await needs.pages.signedOut(issuer, {
            ...pageRequest(ctx),
            clientName: ctx.oidc.client?.clientName,
          })
        },
      },
    },
  }
}

/** The application shows an ID token that it was given in this very session, so nobody needs to be asked. */
function isOfThisSession({ oidc, method }: KoaContextWithOIDC): boolean {
  // Who asks for the head of a page asks for nothing to happen.
  if (method === 'HEAD') return false
  const { session, client, entities } = oidc
  const hint = (entities as { readonly IdTokenHint?: { readonly payload: Record<string, unknown> } }).IdTokenHint
  if (!hint || !client || session?.accountId === undefined) return false
  const sid = session.sidFor(client.clientId)
  return sid !== undefined && hint.payload['sid'] === sid && hint.payload['sub'] === session.accountId
}

/** What the engine does when the person confirms, without asking: it offers no way around its page. */
async function signOut(needs: OidcNeeds, issuer: OidcIssuer, ctx: KoaContextWithOIDC): Promise<void> {
  const { session, params, provider } = ctx.oidc
  if (!session) throw new Error('a sign-out has a session, if an anonymous one')
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId !== undefined && persistsLogout !== true) currentUnit().revokeGrant(grantId)
  }
  await session.destroy()
  const name = provider.cookieName('session')
  ctx.cookies.set(name, null, {
    httpOnly: true,
    sameSite: 'lax',
    secure: needs.isSecure,
    signed: false,
    path: '/',
    overwrite: true,
  })
  const returnTo = textOf(params?.['post_logout_redirect_uri'])
  const target = new URL(returnTo ?? `${needs.origin}${issuer.path}/oidc/logout/success`)
  const state = textOf(params?.['state'])
  if (returnTo !== undefined && state !== undefined) target.searchParams.set('state', state)
  ctx.status = 303
  ctx.redirect(target.href)
}

/**
 * Whoever is signed out already is not asked and goes on at once. The engine answers them with a form that a script sends,
 * whose way on to the application no browser takes from a page that names only us.
 */
export function passSignedOut(needs: OidcNeeds, issuer: OidcIssuer) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next()
    const { route, session } = (ctx.oidc as KoaContextWithOIDC['oidc'] | undefined) ?? {}
    if (route === 'end_session' && ctx.status === 200 && session?.accountId === undefined)
      await signOut(needs, issuer, ctx)
  }
}

/**
 * The engine's own forms post to the application (`response_mode=form_post`) or lead there by redirects (another person
 * signs in). Browsers allow neither unless the page names the application, so it is added to what the page says.
 */
export async function nameFormTarget(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next()
  if (ctx.response.is('html') !== 'html') return
  const origin = formTargetOf(ctx)
  const policy = ctx.response.get('content-security-policy')
  if (origin !== undefined)
    ctx.set('content-security-policy', policy.replace("form-action 'self'", `form-action 'self' ${origin}`))
}

/** The address was compared when the interaction was kept; on the first visit it is compared here. */
function formTargetOf(ctx: KoaContextWithOIDC): string | undefined {
  const { oidc } = ctx
  const kept = oidc?.route === 'resume' ? textOf(oidc.entities.Interaction?.params['redirect_uri']) : undefined
  const asked = oidc?.route === 'authorization' ? textOf(oidc.params?.['redirect_uri']) : undefined
  const target = kept ?? (asked !== undefined && oidc.client?.redirectUriAllowed(asked) ? asked : undefined)
  const url = target === undefined ? null : URL.parse(target)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.origin : undefined
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
