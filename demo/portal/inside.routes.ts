import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { billers } from '../legacy/billers.ts'
import type { Html } from '../web/html.ts'
import { sendPage } from '../web/pages.ts'
import { createCookies } from './cookies.ts'
import { dayOf } from './days.ts'
import { ledgerOf, overviewOf } from './ledger.ts'
import { invoiceFilters, invoicesPage } from './pages/invoices.ts'
import type { View } from './pages/layout.ts'
import { landingPage, troublePage, troubles } from './pages/outside.ts'
import { overviewPage } from './pages/overview.ts'
import { payersPage } from './pages/payers.ts'
import { settingsPage } from './pages/settings.ts'
import { yourSignInPage } from './pages/your-sign-in.ts'
import type { Session } from './sessions.ts'
import type { PortalNeeds } from './sign-in.routes.ts'

type Query = Readonly<Record<string, unknown>>

/** A page of somebody who is signed in, for their biller and on this day. */
type Render = (view: View, context: { readonly query: Query; readonly today: Date; readonly session: Session }) => Html

/** Everything behind the sign-in, and the start page for those who are not. */
export function addInsidePages(app: FastifyInstance, { settings, sessions, signIn }: PortalNeeds): void {
  const cookies = createCookies(settings.origin)
  const now = (): Date => new Date(settings.now())

  /** Asks the sign-in service again once the tokens are over; requests that come together ask once. */
  async function confirm(session: Session): Promise<'good' | 'ended' | 'unreachable'> {
    session.renewal ??= renew(session)
    try {
      return await session.renewal
    } finally {
      delete session.renewal
    }
  }
  async function renew(session: Session): Promise<'good' | 'ended' | 'unreachable'> {
    const renewal = await signIn.renew(session.tokens)
    if (renewal.kind === 'good') {
      session.tokens = renewal.tokens
      session.confirmedAt = now()
    }
    return renewal.kind
  }

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    render: Render,
  ): Promise<FastifyReply> {
    const session = sessions.find(cookies.read(request, 'session'))
    if (!session) {
      if (request.url === '/') return sendPage(reply, landingPage())
      return reply.redirect(`/sign-in?return-to=${encodeURIComponent(request.url)}`, 303)
    }
    if (settings.now() >= session.tokens.goodUntilMilliseconds) {
      const refusal = refused(await confirm(session), request, reply)
      if (refusal) return refusal
    }
    const biller = billers.find((candidate) => candidate.id === session.person.billerGuid)
    if (!biller) return sendPage(reply, troublePage(troubles.noBiller), 403)
    const today = dayOf(now())
    return sendPage(reply, render({ person: session.person, biller }, { query: request.query, today, session }))
  }

  /** A session that cannot be confirmed lets nobody in; one that may be fine later is kept. */
  function refused(
    outcome: 'good' | 'ended' | 'unreachable',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> | undefined {
    if (outcome === 'good') return undefined
    if (outcome === 'unreachable') return sendPage(reply, troublePage(troubles.unreachable), 503)
    sessions.end(cookies.read(request, 'session'))
    cookies.remove(reply, 'session')
    return sendPage(reply, troublePage(troubles.ended), 401)
  }

  const page = (path: string, render: Render): void => {
    app.get<{ Querystring: Query }>(path, async (request, reply) => answer(request, reply, render))
  }

  page('/', (view, { today }) => overviewPage(view, overviewOf(ledgerOf(view.biller, today), today), today))
  page('/invoices', (view, { query, today }) =>
    invoicesPage(view, ledgerOf(view.biller, today).invoices, {
      filter: invoiceFilters.find((filter) => filter === query['status']) ?? 'all',
      search: searchText(query['search']),
      page: pageNumber(query['page']),
    }),
  )
  page('/payers', (view, { query, today }) =>
    payersPage(view, ledgerOf(view.biller, today), searchText(query['search']), pageNumber(query['page'])),
  )
  page('/settings', (view) => settingsPage(view))
  page('/your-sign-in', (view, { session: { beganAt, confirmedAt }, session }) =>
    yourSignInPage(view, {
      beganAt,
      confirmedAt,
      endsAt: sessions.endsAt(session),
      now: now(),
      accountUrl: `${settings.issuer}/account`,
    }),
  )

  app.post('/your-sign-in/confirm', async (request, reply) => {
    const session = sessions.find(cookies.read(request, 'session'))
    const refusal = session && refused(await confirm(session), request, reply)
    return refusal ?? reply.redirect('/your-sign-in', 303)
  })
}

const searchText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')

function pageNumber(value: unknown): number {
  const page = typeof value === 'string' && /^\d{1,4}$/u.test(value) ? Number(value) : 1
  return Math.max(1, page)
}
