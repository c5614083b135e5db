import type { FastifyInstance, FastifyRequest } from 'fastify'
import { formProofs, mountAccount } from '../features/account/index.ts'
import type { Visitor } from '../features/account/index.ts'
import { mountCustomUrl } from '../features/billers/index.ts'
import { defaultBrand } from '../features/branding/index.ts'
import { recallPortalClient } from '../features/clients/index.ts'
import { mountConsent } from '../features/consents/index.ts'
import { applyWork } from '../features/grants/index.ts'
import { mountSignIn } from '../features/sign-in/index.ts'
import { recallOrganization } from '../features/tenancy/index.ts'
import type { Problem } from '../problem/index.ts'
import { browserSurface } from '../surfaces/browser/index.ts'
import { createTranslator } from '../surfaces/browser/messages/index.ts'
import { errorPage } from '../surfaces/browser/pages/index.ts'
import type { ErrorView } from '../surfaces/browser/pages/index.ts'
import { cookieName } from '../surfaces/oidc/index.ts'
import type { composeOidc } from './oidc.ts'
import type { Parts } from './parts.ts'

/** What people see: sign-in, account and consent, and a biller's own address. */
export async function composePages(
  app: FastifyInstance,
  parts: Parts,
  { oidc, oidcIssuer, signIn }: ReturnType<typeof composeOidc>,
): Promise<void> {
  const { accountFormKey, announceLogout, assets, config, db, homeOf, log, needs, random, startAgainHref } = parts

  await browserSurface(
    app,
    {
      origin: config.origin,
      isSecure: config.isSecure,
      log,
      nonce: () => random.secret(),
      async errorPage(problem, page, request) {
        const brand = defaultBrand
        return errorPage({
          t: createTranslator(page.locale),
          locale: page.locale,
          brand,
          assets: assets.assetsOf(brand),
          nonce: page.nonce,
          kind: pageKind(problem),
          requestId: page.requestId,
          ...againOf(problem, request),
        })
      },
    },
    (scope) => {
      mountSignIn(scope, {
        ...signIn,
        assets,
        cookieName: (issuer, purpose) => cookieName(config, issuer, purpose),
        startAgainHref,
      })
      mountAccount(scope, {
        ...signIn,
        homeOf,
        assets,
        proofs: formProofs(accountFormKey),
        cookieName: (issuer, name) => cookieName(config, issuer, name),
      })
      mountConsent(scope, {
        ...needs,
        homeOf,
        assets,
        proofs: formProofs(accountFormKey),
        cookieName: (issuer, name) => cookieName(config, issuer, name),
        startAgainHref,
        readConsent: (issuer, interactionId, visitor) =>
          oidc.readConsent(oidcIssuer(issuer), interactionId, consentGiver(visitor)),
        async finishConsent(issuer, interactionId, visitor, decision) {
          const who = consentGiver(visitor)
          const facts = { requestId: interactionId, ipAddress: '', userAgent: '' }
          const finished = await oidc.finishConsent(oidcIssuer(issuer), interactionId, who, decision, facts)
          if (!finished) return undefined
          const { work, ...rest } = finished
          return { ...rest, write: (tx) => applyWork(tx, { ...needs, announceLogout }, work) }
        },
      })
      mountCustomUrl(scope, {
        db,
        async portalOf(biller) {
          const organization = await recallOrganization(db.reader, biller.tenantId, biller.organizationId)
          const portal =
            organization && (await recallPortalClient(db.reader, biller.tenantId, organization.workspaceId))
          const uri = portal?.settings.initiateLoginUri
          if (!organization || uri === undefined) return undefined
          return { initiateLoginUri: uri, issuer: `${config.origin}/${biller.tenantId}/${organization.workspaceId}` }
        },
      })
    },
  )
}

const consentGiver = ({ user, judged }: Visitor) => ({ subject: user.userId, sessionUid: judged.session.sessionUid })

/** Where an address can be asked for again, that is one press away. */
function againOf(problem: Problem, request: FastifyRequest): Pick<ErrorView, 'again'> {
  const { retryAfterSeconds: seconds } = problem
  if (problem.code !== 'server.busy' || seconds === undefined) return {}
  const { url: pattern = '' } = request.routeOptions
  const hasPage = request.method === 'GET' || request.server.hasRoute({ method: 'GET', url: pattern })
  return { again: { href: hasPage ? request.url : undefined, seconds } }
}

function pageKind(problem: Problem): 'unexpected' | 'unavailable' | 'busy' | 'not_found' | 'refused' | 'bad_request' {
  const { status } = problem.row
  if (problem.code === 'server.busy') return 'busy'
  if (status === 503) return 'unavailable'
  if (status >= 500) return 'unexpected'
  if (status === 404) return 'not_found'
  return status === 403 ? 'refused' : 'bad_request'
}
