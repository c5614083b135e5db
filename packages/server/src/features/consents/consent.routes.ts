import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { Problem } from '../../problem/index.ts'
import { field } from '../../surfaces/browser/index.ts'
import type { BrowserScope, PageContext } from '../../surfaces/browser/index.ts'
import { createTranslator } from '../../surfaces/browser/messages/index.ts'
import { consentPage, expiredPage, knownPageScopes, languagesOf } from '../../surfaces/browser/pages/index.ts'
import type { AskedConsent, ConsentDecision } from '../../surfaces/oidc/index.ts'
import { requestFacts } from '../../surfaces/request-facts.ts'
import { findVisitor } from '../account/index.ts'
import type { FormProofs, Visitor } from '../account/index.ts'
import { recordEvents } from '../audit/index.ts'
import { brandOf } from '../branding/index.ts'
import type { AssetServer } from '../branding/index.ts'
import type { HomeOf } from '../sessions/index.ts'
import { findOrganization, recallIssuer } from '../tenancy/index.ts'
import type { Issuer } from '../tenancy/index.ts'
import { findUsername } from '../users/index.ts'
import { saveConsent } from './consents.store.ts'

interface Needs {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly homeOf: HomeOf
  readonly assets: AssetServer
  readonly proofs: FormProofs
  cookieName(issuer: { readonly path: string }, name: string): string
  startAgainHref(issuer: Issuer): Promise<string>
  /** @returns undefined for an interaction that is gone, is none that asks for consent, or is another person's or session's */
  readConsent(issuer: Issuer, interactionId: string, visitor: Visitor): Promise<AskedConsent | undefined>
  /** Gives the interaction its result. @returns where the browser goes, and what to write; undefined as above */
  finishConsent(
    issuer: Issuer,
    interactionId: string,
    visitor: Visitor,
    decision: ConsentDecision,
  ): Promise<{ readonly redirectTo: string; readonly asked: AskedConsent; write(tx: Tx): Promise<void> } | undefined>
}

type Params = { Params: { tid: string; wid: string; flow: string } }

/** A question that this very session was sent to, and who it is that is asked. */
interface Visit {
  readonly issuer: Issuer
  readonly visitor: Visitor
  readonly asked: AskedConsent
  readonly interactionId: string
  readonly page: PageContext
}

/**
 * Asks a person whether an application of another company may have what it asks for. Only the session that was sent here
 * sees the question; for everybody else there is none.
 *
 * @see OpenID Connect Core §3.1.2.4
 */
export function mountConsent(scope: BrowserScope, needs: Needs): void {
  const path = '/:tid/:wid/consent/:flow'

  function visiting(handle: (visit: Visit, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) {
    return async (request: FastifyRequest<Params>, reply: FastifyReply): Promise<FastifyReply> => {
      const { tid, wid, flow: interactionId } = request.params
      const issuer = await recallIssuer(needs.db.reader, tid, wid)
      if (!issuer) throw new Problem('issuer.not_found')
      const visitor = await findVisitor(needs, issuer, request.cookies[needs.cookieName(issuer, 'session')])
      const asked = visitor && (await needs.readConsent(issuer, interactionId, visitor))
      if (!visitor || !asked) return gone(request, reply, issuer)
      const page = scope.page(request, reply, asked.uiLocales)
      return handle({ issuer, visitor, asked, interactionId, page }, request, reply)
    }
  }

  async function gone(request: FastifyRequest, reply: FastifyReply, issuer: Issuer): Promise<FastifyReply> {
    const page = scope.page(request, reply)
    const why = request.headers.cookie === undefined ? 'cookie' : 'time'
    const document = expiredPage({
      ...(await dress(issuer, page)),
      why,
      startAgainHref: await needs.startAgainHref(issuer),
    })
    return scope.send(reply, 404, page, document)
  }

  async function dress(issuer: Issuer, page: PageContext) {
    const brand = brandOf(issuer.workspace, issuer.organization)
    const { locale, nonce } = page
    return { t: createTranslator(locale), locale, nonce, brand, assets: needs.assets.assetsOf(brand) }
  }

  const proofOf = ({ visitor, interactionId }: Visit): string =>
    `consent ${visitor.judged.session.sessionUid} ${interactionId}`

  async function show(visit: Visit, reply: FastifyReply): Promise<FastifyReply> {
    const { issuer, visitor, asked, interactionId, page } = visit
    const here = `${issuer.path}/consent/${interactionId}`
    const home = await findOrganization(needs.db.reader, visitor.user.tenantId, visitor.user.organizationId)
    const document = consentPage({
      ...(await dress(issuer, page)),
      languages: languagesOf(here),
      clientName: asked.clientName,
      isOwn: asked.isFirstParty,
      username: (await findUsername(needs.db.reader, visitor.user)) ?? '',
      organization: home?.name ?? '',
      destination: asked.redirectHost,
      scopes: knownPageScopes.filter((known) => asked.scopes.openid.includes(known)),
      apis: asked.apis,
      form: { action: here, hidden: { csrf: needs.proofs.of(proofOf(visit)) } },
    })
    return scope.send(reply, 200, page, document, asked.redirectOrigins)
  }

  scope.app.get<Params>(
    path,
    visiting(async (visit, _request, reply) => show(visit, reply)),
  )

  scope.app.post<Params>(
    path,
    visiting(async (visit, request, reply) => {
      if (!needs.proofs.isOf(proofOf(visit), field(request.body, 'csrf'))) throw new Problem('request.untrusted_origin')
      const decision = field(request.body, 'decision')
      if (decision !== 'allow' && decision !== 'deny') return show(visit, reply)
      const to = await decide(needs, visit, decision, request)
      return to === undefined ? gone(request, reply, visit.issuer) : reply.redirect(to, 303)
    }),
  )
}

/** The word of the person, what follows from it and the event are written at once. @returns where the browser goes */
async function decide(
  needs: Needs,
  { issuer, visitor, interactionId }: Visit,
  decision: ConsentDecision,
  request: FastifyRequest,
): Promise<string | undefined> {
  const finished = await needs.finishConsent(issuer, interactionId, visitor, decision)
  if (!finished) return undefined
  const { clientId, scopes } = finished.asked
  const { userId, organizationId, poolId } = visitor.user
  const { tenantId, workspaceId } = issuer.workspace
  await needs.db.transaction(async (tx) => {
    if (decision === 'allow') {
      const consent = { organizationId, userId, clientId, tenantId, workspaceId, ...scopes }
      await saveConsent(tx, consent, needs.clock.now())
    }
    await finished.write(tx)
    await recordEvents(tx, needs, requestFacts(request), [
      {
        tenantId,
        workspaceId,
        organizationId,
        subject: 'consent',
        action: decision === 'allow' ? 'accepted' : 'rejected',
        userId,
        userPoolId: poolId,
        clientId,
        sessionId: visitor.judged.session.sessionUid,
        payload: { scopes: scopes.openid, apis: scopes.apis },
      },
    ])
  })
  return finished.redirectTo
}
