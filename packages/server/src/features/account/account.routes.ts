import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addSeconds } from '../../platform/clock/index.ts'
import { Problem } from '../../problem/index.ts'
import { field } from '../../surfaces/browser/index.ts'
import type { BrowserScope, PageContext } from '../../surfaces/browser/index.ts'
import { requestFacts } from '../../surfaces/request-facts.ts'
import { brandOf } from '../branding/index.ts'
import type { AssetServer } from '../branding/index.ts'
import { findPasswordSummary } from '../credentials/index.ts'
import { endAllSessions, endOneSession, noteSeen, seenEverySeconds } from '../sessions/index.ts'
import type { HomeOf } from '../sessions/index.ts'
import type { SignInNeeds } from '../sign-in/index.ts'
import { findOrganization, recallIssuer } from '../tenancy/index.ts'
import type { Issuer } from '../tenancy/index.ts'
import { findUsername } from '../users/index.ts'
import { authorizePath } from './account-client.ts'
import { accountViews } from './account.views.ts'
import type { AccountViews } from './account.views.ts'
import { changeOwnPassword } from './change-own-password.ts'
import { findVisitor } from './find-visitor.ts'
import type { Visitor } from './find-visitor.ts'
import type { FormProofs } from './form-proof.ts'
import { readDevices, readHistory } from './read-account.ts'

export interface AccountNeeds extends SignInNeeds {
  readonly homeOf: HomeOf
  readonly assets: AssetServer
  readonly proofs: FormProofs
  cookieName(issuer: { readonly path: string }, name: 'session'): string
}

/** A change asks for a proof that is no older (ASVS 7.5.1, 7.5.2). */
const freshSeconds = 600

/** One request of somebody who is signed in. */
interface Visit {
  readonly issuer: Issuer
  readonly visitor: Visitor
  readonly username: string
  readonly page: PageContext
  readonly views: AccountViews
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly show: (status: number, document: string) => FastifyReply
  /** Through the sign-in page and back to a page of ours. */
  readonly proveAgain: (goal: string) => FastifyReply
  readonly isFresh: boolean
}

type Params = { Params: { tid: string; wid: string } }

/** Pages at `/{tid}/{wid}/account…`. Who is not signed in at this issuer is sent through its sign-in and comes back. */
export function mountAccount(scope: BrowserScope, needs: AccountNeeds): void {
  const base = '/:tid/:wid/account'
  const { app } = scope

  function visiting(goal: string, handle: (visit: Visit) => Promise<FastifyReply>) {
    return async (request: FastifyRequest<Params>, reply: FastifyReply): Promise<FastifyReply> => {
      const issuer = await recallIssuer(needs.db.reader, request.params.tid, request.params.wid)
      if (!issuer || issuer.workspace.kind === 'system') throw new Problem('issuer.not_found')
      const visitor = await findVisitor(needs, issuer, request.cookies[needs.cookieName(issuer, 'session')])
      if (!visitor) return reply.redirect(toSignIn(issuer, goal), 303)
      await noteVisit(visitor)
      const { sessionUid, authenticatedAt } = visitor.judged.session
      if (request.method === 'POST' && !needs.proofs.isOf(sessionUid, field(request.body, 'csrf'))) {
        throw new Problem('request.untrusted_origin')
      }
      const { user } = visitor
      const organization = await findOrganization(needs.db.reader, user.tenantId, user.organizationId)
      const brand = brandOf(issuer.workspace, organization)
      const username = (await findUsername(needs.db.reader, user)) ?? ''
      const page = scope.page(request, reply)
      const csrf = needs.proofs.of(sessionUid)
      return handle({
        issuer,
        visitor,
        username,
        page,
        request,
        reply,
        views: accountViews(page, brand, needs.assets.assetsOf(brand), {
          path: `${issuer.path}/account`,
          here: `${issuer.path}/account${goal === 'start' ? '' : `/${goal}`}`,
          signOutHref: `${issuer.path}/oidc/logout`,
          csrf,
        }),
        show: (status, document) => scope.send(reply, status, page, document),
        proveAgain: (to) => reply.redirect(toSignIn(issuer, to, username), 303),
        isFresh: addSeconds(authenticatedAt, freshSeconds) > needs.clock.now(),
      })
    }
  }

  function toSignIn(issuer: Issuer, goal: string, username?: string): string {
    return authorizePath(issuer.path, needs.origin, {
      // Nobody keeps what it is the hash of, so nobody can exchange the code.
      challenge: createHash('sha256').update(needs.random.secret()).digest('base64url'),
      goal,
      ...(username === undefined ? {} : { again: { username } }),
    })
  }

  /** A person who reads their account is using their session. */
  async function noteVisit({ judged }: Visitor): Promise<void> {
    const now = needs.clock.now()
    if (addSeconds(judged.session.lastSeenAt, seenEverySeconds) > now) return
    await needs.db.transaction((tx) => noteSeen(tx, judged, now))
  }

  /** Whether this person's password is one that they can change here. */
  async function hasPoolPassword({ user, judged }: Visitor): Promise<boolean> {
    if (judged.session.route !== 'pool') return false
    return (await findPasswordSummary(needs.db.reader, user.organizationId, user.userId)) !== undefined
  }

  app.get<Params>(
    base,
    visiting('start', async (visit) => {
      const { user } = visit.visitor
      const name = user.payload['name']
      return visit.show(
        200,
        visit.views.start({
          name: typeof name === 'string' && name !== '' ? name : visit.username,
          username: visit.username,
          canChangePassword: await hasPoolPassword(visit.visitor),
        }),
      )
    }),
  )

  // Back from the sign-in: the code is left where it is. The session is what the browser was sent for.
  app.get<Params>(`${base}/back`, async (request, reply) => {
    const issuer = await recallIssuer(needs.db.reader, request.params.tid, request.params.wid)
    if (!issuer) throw new Problem('issuer.not_found')
    const { state, error } = request.query as { state?: unknown; error?: unknown }
    if (error !== undefined) throw new Problem('request.malformed')
    return reply.redirect(`${issuer.path}/account${placeOf(state)}`, 303)
  })

  app.get<Params>(
    `${base}/sessions`,
    visiting('sessions', async (visit) => {
      const { done } = visit.request.query as { done?: unknown }
      const devices = await readDevices(needs.db, visit.visitor, needs.clock.now())
      return visit.show(200, visit.views.sessions(devices, done === 'one' || done === 'others' ? done : undefined))
    }),
  )

  app.get<Params>(
    `${base}/sessions/end`,
    visiting('sessions', async (visit) => {
      const { session } = visit.request.query as { session?: unknown }
      const devices = await readDevices(needs.db, visit.visitor, needs.clock.now())
      const device = devices.find(({ sessionUid, isCurrent }) => sessionUid === session && !isCurrent)
      if (!device && session !== 'others') return visit.reply.redirect(`${visit.issuer.path}/account/sessions`, 303)
      return visit.show(200, visit.views.confirmEnd(device))
    }),
  )

  app.post<Params>(
    `${base}/sessions/end`,
    visiting('sessions', async (visit) => {
      const { visitor, issuer, reply, request } = visit
      const uid = field(request.body, 'session')
      if (!isUid.test(uid)) throw new Problem('request.malformed')
      if (!visit.isFresh) return visit.proveAgain(`end.${uid}`)
      const { organizationId, userId } = visitor.user
      const ending = { organizationId, userId, by: userId, facts: requestFacts(request) }
      await needs.db.transaction(async (tx) => {
        if (uid === 'others') {
          const kept = visitor.judged.session.sessionUid
          await endAllSessions(tx, needs, { ...ending, reason: 'others_ended_by_user' }, kept)
        } else await endOneSession(tx, needs, { ...ending, reason: 'ended_by_user' }, uid)
      })
      return reply.redirect(`${issuer.path}/account/sessions?done=${uid === 'others' ? 'others' : 'one'}`, 303)
    }),
  )

  app.get<Params>(
    `${base}/history`,
    visiting('history', async (visit) => {
      const { before } = visit.request.query as { before?: unknown }
      const { user } = visit.visitor
      const organization = await findOrganization(needs.db.reader, user.tenantId, user.organizationId)
      const shown = await readHistory(needs.db, visit.visitor, typeof before === 'string' ? before : undefined)
      return visit.show(200, visit.views.history(shown.events, organization?.name ?? '', shown.olderThan))
    }),
  )

  app.get<Params>(
    `${base}/password`,
    visiting('password', async (visit) => {
      if (!(await hasPoolPassword(visit.visitor))) return visit.reply.redirect(`${visit.issuer.path}/account`, 303)
      return visit.show(200, visit.views.password(visit.username, {}))
    }),
  )

  app.post<Params>(
    `${base}/password`,
    { onRequest: async () => needs.admission.assertRoom('prove') },
    visiting('password', async (visit) => {
      const { visitor, views, request, username } = visit
      if (!(await hasPoolPassword(visitor))) return visit.reply.redirect(`${visit.issuer.path}/account`, 303)
      const current = field(request.body, 'current_password')
      const password = field(request.body, 'new_password')
      const endOthers = field(request.body, 'end_other_sessions') === 'yes'
      if (current === '' || password === '') {
        return visit.show(
          422,
          views.password(username, {
            endOthers,
            ...(current === '' ? { currentProblem: 'empty' as const } : {}),
            ...(password === '' ? { problem: 'empty' as const } : {}),
          }),
        )
      }
      const form = { current, password, endOthers, uiLocales: visit.page.locale }
      const outcome = await changeOwnPassword(needs, visit.issuer, visitor, form, requestFacts(request))
      switch (outcome.kind) {
        case 'changed':
          return visit.show(200, views.passwordDone(endOthers))
        case 'wrong_current':
          return visit.show(401, views.password(username, { endOthers, currentProblem: 'wrong' }))
        case 'refused':
          return visit.show(422, views.password(username, { endOthers, problem: views.problemOf(outcome.refusals) }))
        case 'throttled':
          return visit.show(
            429,
            views.password(username, { endOthers, currentProblem: 'throttled', waitSeconds: outcome.waitSeconds }),
          )
        case 'conflict':
          return visit.reply.redirect(`${visit.issuer.path}/account/password`, 303)
        default:
          return outcome satisfies never
      }
    }),
  )
}

const isUid = /^[\w-]{1,100}$/

/** The page that somebody wanted before they had to sign in; from outside, so only one of ours. */
function placeOf(state: unknown): string {
  if (typeof state !== 'string') return ''
  if (state === 'sessions' || state === 'history' || state === 'password') return `/${state}`
  const uid = state.startsWith('end.') ? state.slice(4) : ''
  return isUid.test(uid) ? `/sessions/end?session=${uid}` : ''
}
