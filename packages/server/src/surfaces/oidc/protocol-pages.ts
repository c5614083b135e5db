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
    async renderError(ctx: KoaContextWithOIDC, out: { readonly error: string; readonly error_description?: string | undefined }): Promise<void> {
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
          const action = /action="([^"]*)"/.exec(form)?.[1] ?? ''
          const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? ''
          const returnTo = textOf(ctx.oidc.params?.['post_logout_redirect_uri'])
          const page = pageRequest(ctx)
          // The form's answer leads to the application: browsers judge that hop by this page's form-action.
          ctx.set('content-security-policy', contentSecurityPolicy(page.nonce, returnTo))
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

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
