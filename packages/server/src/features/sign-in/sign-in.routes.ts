import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { field } from '../../surfaces/browser/index.ts'
import type { BrowserScope, PageContext } from '../../surfaces/browser/index.ts'
import type { PasswordView, WorkView } from '../../surfaces/browser/pages/index.ts'
import { requestFacts } from '../../surfaces/request-facts.ts'
import type { AssetServer, Brand } from '../branding/index.ts'
import { brandOf } from '../branding/index.ts'
import { policyOf } from '../sessions/index.ts'
import { hostedPageOf, loginPageOf, recallIssuer, recallOrganization } from '../tenancy/index.ts'
import { findCompany } from '../billers/index.ts'
import type { Issuer } from '../tenancy/index.ts'
import { changePassword } from './change-password.ts'
import { complete, refuse } from './complete.ts'
import { broughtDecision } from './decide-login.ts'
import { nextStep } from './flow.ts'
import type { SignInFlow } from './flow.ts'
import { findFlow } from './flows.store.ts'
import { hostedAddress, readState } from './hosted-page.ts'
import { knownBrowserSeconds } from './known-browsers.ts'
import { loginAddress } from './login-states.ts'
import type { SignInNeeds } from './needs.ts'
import { isPartial } from './is-partial.ts'
import { askForCode, askForUsernames, redeemCode } from './recovery.ts'
import { signInViews } from './sign-in.views.ts'
import type { SignInViews } from './sign-in.views.ts'
import { forgetUsername, takeUsername } from './take-username.ts'
import { takePassword, trierOf } from './take-password.ts'

export interface SignInRouteNeeds extends SignInNeeds {
  readonly assets: AssetServer
  /** `browser`: binds flows of an issuer to a browser. `known`: names that were proved on this browser. */
  cookieName(issuer: { readonly path: string }, purpose: 'browser' | 'known'): string
  /** Where a sign-in begins anew: the application's own page. */
  startAgainHref(issuer: Issuer): Promise<string>
}

/** One request of a sign-in: whose it is, how far it got, and how to answer. */
interface Visit {
  readonly issuer: Issuer
  readonly flow: SignInFlow
  readonly brand: Brand
  readonly page: PageContext
  readonly views: SignInViews
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly show: (status: number, document: string) => FastifyReply
  /** The password page, with work to do while the person types where work will be asked for. */
  readonly showPassword: (
    status: number,
    problem?: PasswordView['problem'],
    waitSeconds?: number,
  ) => Promise<FastifyReply>
  readonly knownCookie: string | undefined
  /** After a form: the browser asks again for what comes next, so that reloading repeats nothing. */
  readonly goOn: () => FastifyReply
}

type Params = { Params: { tid: string; wid: string; flow: string } }

/** The pages of a sign-in, at `/{tid}/{wid}/sign-in/{flow}…`. Each form changes the flow and returns to `nextStep`. */
export function mountSignIn(scope: BrowserScope, needs: SignInRouteNeeds): void {
  const base = '/:tid/:wid/sign-in/:flow'

  /** @param isForAll also for sign-ins that an external login page decides; our own pages take no proof for those */
  function visiting(handle: (visit: Visit) => Promise<FastifyReply>, isForAll = false) {
    return async (request: FastifyRequest<Params>, reply: FastifyReply): Promise<FastifyReply> => {
      const issuer = await recallIssuer(needs.db.reader, request.params.tid, request.params.wid)
      if (!issuer) throw new Problem('issuer.not_found')
      const secret = request.cookies[needs.cookieName(issuer, 'browser')]
      const found = await findFlow(needs.db.reader, issuer.path, request.params.flow, secret, needs.clock.now())
      if (!found) return expired(request, reply, issuer)
      if (found.login && !isForAll) return reply.redirect(pathOf(found), 303)
      const hostedPage = hostedPageOf(issuer.workspace)
      // The switch may have been turned while the person was away.
      const flow = hostedPage ? found : { ...found, isHosted: false }
      const fixed = flow.fixedOrganizationId
      const organization =
        fixed === undefined ? undefined : await recallOrganization(needs.db.reader, flow.tenantId, fixed)
      const brand = brandOf(issuer.workspace, organization)
      const page = scope.page(request, reply, flow.uiLocales)
      const views = signInViews(page, brand, needs.assets.assetsOf(brand), pathOf(flow), fixed === undefined)
      // The address decides, never the name: whose organization it is would show by the box.
      const { mayStaySignedIn } = policyOf(issuer.workspace.sessionSettings, organization?.sessionSettings)
      // The same for all names of a workspace.
      const formTargets = [flow.redirectOrigin, hostedPage?.authorizationEndpoint].filter((one) => one !== undefined)
      const isTicked = request.method === 'POST' ? isTickedIn(request) : flow.staySignedIn === true
      return handle({
        issuer,
        flow,
        brand,
        page,
        request,
        reply,
        views,
        show: (status, document) => scope.send(reply, status, page, document, formTargets),
        async showPassword(status, problem, waitSeconds) {
          const work = await workOf(flow, request, waitSeconds)
          const isShort = problem === 'wrong' && flow.refusal?.isPartial
          const document = views.password(flow.identifier?.typed ?? '', problem, {
            work,
            isPartial: isShort,
            stay: mayStaySignedIn ? { isTicked } : undefined,
          })
          return scope.send(reply, status, { ...page, hasWorker: work !== undefined }, document, formTargets)
        },
        knownCookie: request.cookies[needs.cookieName(issuer, 'known')],
        goOn: () => reply.redirect(pathOf(flow), 303),
      })
    }
  }

  /** @param waitSeconds present when a form without work has been refused, whatever this process knows */
  async function workOf(
    flow: SignInFlow,
    request: FastifyRequest,
    waitSeconds?: number,
  ): Promise<WorkView | undefined> {
    const { ipAddress } = requestFacts(request)
    if (waitSeconds === undefined && !needs.throttle.isSuspect(trierOf(flow, { ipAddress }))) return undefined
    const work = await needs.work.issue({ flowId: flow.flowId, ipAddress })
    return waitSeconds === undefined ? work : { ...work, waitSeconds }
  }

  async function expired(request: FastifyRequest, reply: FastifyReply, issuer: Issuer): Promise<FastifyReply> {
    const page = scope.page(request, reply)
    const brand = brandOf(issuer.workspace, issuer.organization)
    const views = signInViews(page, brand, needs.assets.assetsOf(brand), `${issuer.path}/sign-in/expired`)
    const start = await needs.startAgainHref(issuer)
    return scope.send(reply, 404, page, views.expired(start, request.headers.cookie === undefined ? 'cookie' : 'time'))
  }

  async function showStep(visit: Visit, typed?: string): Promise<FastifyReply> {
    const { flow, views, show, issuer, request } = visit
    // Rounded like the end of the wait, so that a minute is said as a minute.
    const step = nextStep(flow, Math.ceil(needs.clock.now().getTime() / 1000))
    switch (step.kind) {
      case 'external': {
        const loginPage = loginPageOf(issuer.workspace)
        // The workspace decides elsewhere no more: what was begun there is begun anew.
        if (loginPage === undefined) return expired(request, visit.reply, issuer)
        return visit.reply.redirect(loginAddress(needs.loginStates, loginPage, flow), 303)
      }
      case 'username':
        return show(200, views.username(typed ?? flow.loginHint))
      case 'password':
        return visit.showPassword(200, flow.refusal && 'wrong')
      case 'hosted':
        return show(200, views.hosted(step.username, hostOf(issuer)))
      case 'work':
        return visit.showPassword(200, undefined, step.waitSeconds)
      case 'throttled':
        return show(200, views.throttled(step.waitSeconds))
      case 'closed':
        return show(200, views.closed())
      case 'must_reset':
        return show(200, views.mustReset(flow.identifier?.typed ?? ''))
      case 'must_change':
        return show(200, views.mustChange(flow.identifier?.typed ?? ''))
      case 'complete': {
        const to = await complete(needs, issuer.workspace, flow, step.proof, requestFacts(request))
        return to === undefined ? expired(request, visit.reply, issuer) : visit.reply.redirect(to, 303)
      }
      case 'finished':
        return show(200, views.expired(await needs.startAgainHref(issuer), 'finished'))
      default:
        return step satisfies never
    }
  }

  const { app } = scope
  // Before the body is read and the flow is looked up.
  const proves = { onRequest: async () => needs.admission.assertRoom('prove') }
  app.get<Params>(
    base,
    visiting(async (visit) => showStep(visit), true),
  )

  // Where an external login page sends the browser when it has decided.
  app.get<Params>(
    `${base}/continue`,
    visiting(async (visit) => {
      const { flow, issuer, request, reply } = visit
      const decision = broughtDecision(flow, (request.query as { readonly login_verifier?: unknown }).login_verifier)
      if (!decision || loginPageOf(issuer.workspace) === undefined) return visit.goOn()
      const { word } = decision
      const to =
        word.kind === 'accepted'
          ? await complete(needs, issuer.workspace, flow, word.proof, requestFacts(request))
          : await refuse(needs, flow, word)
      return to === undefined ? expired(request, reply, issuer) : reply.redirect(to, 303)
    }, true),
  )

  app.post<Params>(
    `${base}/username`,
    visiting(async (visit) => {
      const typed = field(visit.request.body, 'username')
      const { flow, issuer, knownCookie, request } = visit
      const outcome = await takeUsername(needs, issuer.workspace, flow, typed, knownCookie, requestFacts(request))
      switch (outcome.kind) {
        case 'empty':
        case 'too_long':
          return visit.show(422, visit.views.username(typed, outcome.kind))
        case 'throttled':
          return visit.show(429, visit.views.throttled(outcome.waitSeconds))
        case 'hosted':
          return visit.reply.redirect(outcome.address, 303)
        case 'taken':
        case 'conflict':
          return visit.goOn()
        default:
          return outcome satisfies never
      }
    }),
  )

  app.get<Params>(
    `${base}/username`,
    visiting(async (visit) => visit.show(200, visit.views.username(await forgetUsername(needs, visit.flow)))),
  )

  // Who came back by the browser's Back goes again, with a fresh hint.
  app.post<Params>(
    `${base}/hosted`,
    visiting(async (visit) => {
      const { flow, issuer, reply } = visit
      const step = nextStep(flow, needs.clock.nowSeconds())
      if (step.kind !== 'hosted') return visit.goOn()
      return reply.redirect(await hostedAddress(needs, issuer.workspace, flow, step.username), 303)
    }),
  )

  app.get<Params>(
    `${base}/hosted`,
    visiting(async (visit) => visit.goOn()),
  )

  // Where the hosted page sends people back to. What it says of them is not read here: nobody is signed in by it.
  app.get<{ Params: Omit<Params['Params'], 'flow'>; Querystring: { readonly state?: unknown } }>(
    '/:tid/:wid/sign-in/return',
    async (request, reply) => {
      const { tid, wid } = request.params
      const issuer = await recallIssuer(needs.db.reader, tid, wid)
      if (!issuer || !hostedPageOf(issuer.workspace)) throw new Problem('issuer.not_found')
      const flow = await returningFlow(tid, request)
      const again = flow ? `${pathOf(flow)}/username` : await needs.startAgainHref(issuer)
      const page = scope.page(request, reply, flow?.uiLocales)
      const brand = brandOf(issuer.workspace, issuer.organization)
      const views = signInViews(page, brand, needs.assets.assetsOf(brand), `${issuer.path}/sign-in/return`)
      return scope.send(reply, 200, page, views.returned(again))
    },
  )

  /** The flow that somebody left for the hosted page, in this browser. */
  async function returningFlow(
    tenantId: string,
    request: FastifyRequest<{ Querystring: { readonly state?: unknown } }>,
  ): Promise<SignInFlow | undefined> {
    const state = readState(request.query.state)
    if (!state) return undefined
    const path = `/${tenantId}/${state.segment}`
    const secret = request.cookies[needs.cookieName({ path }, 'browser')]
    const flow = await findFlow(needs.db.reader, path, state.flowId, secret, needs.clock.now())
    return flow?.isFinished === false ? flow : undefined
  }

  app.post<Params>(
    `${base}/password`,
    proves,
    visiting(async (visit) => {
      const { flow, issuer, request } = visit
      // A flow that is already past its password has nothing to prove again.
      if (flow.isFinished || flow.proof || flow.isHosted === true) return visit.goOn()
      const outcome = await takePassword(
        needs,
        issuer.workspace,
        { ...flow, staySignedIn: isTickedIn(request) },
        {
          password: field(request.body, 'password'),
          knownCookie: visit.knownCookie,
          work: field(request.body, 'work'),
        },
        requestFacts(request),
      )
      switch (outcome.kind) {
        case 'empty':
          return visit.showPassword(422, 'empty')
        case 'proved':
          if (outcome.knownCookie !== undefined) {
            void visit.reply.setCookie(needs.cookieName(issuer, 'known'), outcome.knownCookie, {
              path: '/',
              httpOnly: true,
              sameSite: 'lax',
              secure: scope.isSecure,
              maxAge: knownBrowserSeconds,
            })
          }
          return visit.goOn()
        // The browser asks for the page anew, so that neither reloading nor Back sends a password again.
        case 'refused':
        case 'throttled':
        case 'hosted':
        case 'conflict':
          return visit.goOn()
        default:
          return outcome satisfies never
      }
    }),
  )

  // Reloading the answer to a refused form asks for the form's address.
  app.get<Params>(
    `${base}/password`,
    visiting(async (visit) => visit.goOn()),
  )

  app.post<Params>(
    `${base}/change-password`,
    visiting(async (visit) => {
      const { flow, issuer, request } = visit
      if (flow.proof?.mustChange !== true) return visit.goOn()
      const password = field(request.body, 'new_password')
      const name = flow.identifier?.typed ?? ''
      if (password === '') return visit.show(422, visit.views.mustChange(name, 'empty'))
      const outcome = await changePassword(needs, issuer.workspace, flow, password, requestFacts(request))
      return outcome.kind === 'refused'
        ? visit.show(422, visit.views.mustChange(name, visit.views.problemOf(outcome.refusals)))
        : visit.goOn()
    }),
  )

  app.get<Params>(
    `${base}/forgot-password`,
    visiting(async (visit) =>
      visit.show(200, visit.views.forgotPassword(visit.flow.identifier?.typed ?? visit.flow.loginHint)),
    ),
  )

  app.post<Params>(
    `${base}/forgot-password`,
    visiting(async (visit) => {
      const { flow, issuer, request, views } = visit
      const typed = field(request.body, 'username')
      const outcome = await askForCode(needs, issuer.workspace, flow, typed, visit.knownCookie, requestFacts(request))
      switch (outcome.kind) {
        case 'empty':
        case 'too_long':
          return visit.show(422, views.forgotPassword(typed, outcome.kind))
        case 'too_soon':
          return flow.recovery
            ? visit.show(429, views.resetCode(flow.recovery.typed, { resent: outcome }))
            : visit.show(429, views.throttled(outcome.waitSeconds))
        case 'asked':
        case 'conflict':
          return visit.reply.redirect(`${pathOf(flow)}/reset-password${flow.recovery ? '?sent=again' : ''}`, 303)
        default:
          return outcome satisfies never
      }
    }),
  )

  app.get<Params>(
    `${base}/reset-password`,
    visiting(async (visit) => {
      const { recovery } = visit.flow
      if (!recovery) return visit.reply.redirect(`${pathOf(visit.flow)}/forgot-password`, 303)
      const isAgain = (visit.request.query as { sent?: unknown }).sent === 'again'
      return visit.show(200, visit.views.resetCode(recovery.typed, isAgain ? { resent: { kind: 'sent' } } : {}))
    }),
  )

  app.post<Params>(
    `${base}/reset-password`,
    proves,
    visiting(async (visit) => {
      const { flow, issuer, request, views } = visit
      const { recovery } = flow
      if (!recovery) return visit.reply.redirect(`${pathOf(flow)}/forgot-password`, 303)
      const code = field(request.body, 'code')
      const password = field(request.body, 'new_password')
      if (code.trim() === '' || password === '') {
        return visit.show(
          422,
          views.resetCode(recovery.typed, {
            ...(code.trim() === '' ? { codeProblem: 'empty' as const } : {}),
            ...(password === '' ? { passwordProblem: 'empty' as const } : {}),
          }),
        )
      }
      const endOtherSessions = field(request.body, 'end_other_sessions') === 'yes'
      const outcome = await redeemCode(
        needs,
        issuer.workspace,
        flow,
        { code, password, endOtherSessions, knownCookie: visit.knownCookie },
        requestFacts(request),
      )
      switch (outcome.kind) {
        case 'set':
          return visit.show(200, views.resetDone(endOtherSessions))
        case 'wrong_code':
          return visit.show(
            401,
            views.resetCode(recovery.typed, { codeProblem: 'wrong' }, await isPartial(needs, issuer.workspace, flow)),
          )
        case 'refused':
          return visit.show(
            422,
            views.resetCode(recovery.typed, { passwordProblem: views.problemOf(outcome.refusals) }),
          )
        case 'throttled':
          return visit.show(429, views.throttled(outcome.waitSeconds))
        default:
          return outcome satisfies never
      }
    }),
  )

  app.get<Params>(
    `${base}/company`,
    visiting(async (visit) => visit.show(200, visit.views.company())),
  )

  app.post<Params>(
    `${base}/company`,
    visiting(async ({ flow, issuer, request, reply, show, views }) => {
      const typed = field(request.body, 'company')
      if (typed.trim() === '') return show(422, views.company(typed, 'empty'))
      const company = await findCompany(needs.db.reader, issuer.workspace, typed)
      return company
        ? reply.redirect(`${pathOf(flow)}/company/${company.biller.billerGuid}`, 303)
        : show(422, views.company(typed, 'unknown'))
    }),
  )

  app.get<{ Params: Params['Params'] & { guid: string } }>(
    `${base}/company/:guid`,
    visiting(async ({ issuer, request, show, views }) => {
      const { guid } = request.params as { guid: string }
      const company = await findCompany(needs.db.reader, issuer.workspace, `/b/${guid}`)
      if (!company) return show(404, views.company(undefined, 'unknown'))
      return show(200, views.companyFound(company.organization.name, `/b/${company.biller.billerGuid}`))
    }),
  )

  app.get<Params>(
    `${base}/forgot-username`,
    visiting(async (visit) => visit.show(200, visit.views.forgotUsername())),
  )

  app.post<Params>(
    `${base}/forgot-username`,
    visiting(async (visit) => {
      const { flow, issuer, request, views } = visit
      const typed = field(request.body, 'email')
      const outcome = await askForUsernames(needs, issuer.workspace, flow, typed, requestFacts(request))
      return outcome.kind === 'asked'
        ? visit.show(200, views.usernameSent(typed.trim()))
        : visit.show(422, views.forgotUsername(typed, outcome.kind))
    }),
  )
}

const hostOf = ({ workspace }: Issuer): string =>
  URL.parse(hostedPageOf(workspace)?.authorizationEndpoint ?? '')?.host ?? ''

const isTickedIn = ({ body }: FastifyRequest): boolean => field(body, 'stay_signed_in') === 'yes'

const pathOf = (flow: SignInFlow): string => `${flow.issuerPath}/sign-in/${flow.flowId}`
