import type { Reader } from '../../platform/db/index.ts'
import { chooseLocale, createTranslator, supportedLocales } from '../../surfaces/browser/messages/index.ts'
import { errorPage, signedOutPage, signOutPage } from '../../surfaces/browser/pages/index.ts'
import type { OidcIssuer, OidcPages, PageRequest } from '../../surfaces/oidc/index.ts'
import { recallIssuer } from '../tenancy/index.ts'
import { brandOf } from './brand-of.ts'
import type { Brand } from './brand.ts'
import { defaultBrand } from './brand.ts'
import type { AssetServer } from './branding.routes.ts'

/** The protocol's own pages, in the clothes of their issuer. */
export function oidcPages(needs: {
  readonly reader: () => Reader
  readonly assets: AssetServer
  startAgainHref(issuerPath: string): Promise<string>
}): OidcPages {
  async function brandOfIssuer(issuer: OidcIssuer): Promise<Brand> {
    const [, tenantId = '', segment = ''] = issuer.path.split('/')
    const found = await recallIssuer(needs.reader(), tenantId, segment)
    return found ? brandOf(found.workspace, found.organization) : defaultBrand
  }
  const common = async (issuer: OidcIssuer, request: PageRequest) => {
    const brand = await brandOfIssuer(issuer)
    const locale = chooseLocale(request.acceptLanguage, request.uiLocales, supportedLocales)
    return { t: createTranslator(locale), locale, brand, assets: needs.assets.assetsOf(brand), nonce: request.nonce }
  }
  return {
    async error(issuer, view) {
      return errorPage({
        ...(await common(issuer, view)),
        // An expired or foreign sign-in is the person's to repeat; everything else is for those who run the application.
        kind: view.error === 'server_error' ? 'unexpected' : 'application',
        requestId: view.requestId,
        detail: view.description === undefined ? view.error : `${view.error}: ${view.description}`,
        startAgainHref: await needs.startAgainHref(issuer.path),
      })
    },
    busy(view) {
      const locale = chooseLocale(view.acceptLanguage, view.uiLocales, supportedLocales)
      const { nonce, requestId, again } = view
      return errorPage({
        t: createTranslator(locale),
        locale,
        // Whose page it is stands in the database, which may be what there is no room for.
        brand: defaultBrand,
        assets: needs.assets.assetsOf(defaultBrand),
        nonce,
        kind: 'busy',
        requestId,
        again,
      })
    },
    async signOut(issuer, view) {
      return signOutPage({
        ...(await common(issuer, view)),
        form: { action: view.action, hidden: { xsrf: view.xsrf } },
      })
    },
    async signedOut(issuer, view) {
      return signedOutPage({
        ...(await common(issuer, view)),
        signInHref: await needs.startAgainHref(issuer.path),
      })
    },
  }
}
