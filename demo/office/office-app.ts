import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { billers } from '../legacy/billers.ts'
import type { Addresses, Ports } from '../launcher/settings.ts'
import { ManagementError } from '../management/management-client.ts'
import type { ManagementClient } from '../management/management-client.ts'
import { addFile, addPageRules, sendPage } from '../web/pages.ts'
import { views } from './events/event-words.ts'
import { eventsPage } from './events/events-page.ts'
import { createNames, readEvents } from './events/read-events.ts'
import { letterDocument, letterPage, letterPolicy, mailboxPage } from './mailbox/mailbox-pages.ts'
import type { Mailbox } from './mailbox/mailbox.ts'
import { apiPage } from './pages/api-page.ts'
import type { Crm } from './pages/api-page.ts'
import { billersPage } from './pages/billers-page.ts'
import { troublePage } from './pages/layout.ts'
import { startPage } from './pages/start-page.ts'
import type { Filling } from './pages/start-page.ts'

export interface OfficeNeeds {
  readonly addresses: Addresses
  readonly ports: Ports
  readonly tenantId: string
  readonly api: ManagementClient
  readonly mailbox: Pick<Mailbox, 'letters' | 'find'>
  /** The client that the page about the API lets everybody be. */
  readonly crm: Crm
  /** How far the first filling of the pools is; undefined when there was nothing to fill. */
  readonly filling: () => Filling | undefined
}

const eventsOnPage = 50

/** The pages behind the scenes: what to try, the mailbox, what happened, and the billers. They read and change nothing. */
export async function buildOffice(needs: OfficeNeeds): Promise<FastifyInstance> {
  const { addresses, ports, mailbox } = needs
  const app = Fastify({ logger: false, forceCloseConnections: true })
  addPageRules(app, {
    hosts: [`localhost:${ports.office}`, `127.0.0.1:${ports.office}`, `[::1]:${ports.office}`],
    frames: true,
  })
  addFile(app, '/office.css', new URL('office.css', import.meta.url), 'text/css; charset=utf-8')
  addFile(app, '/icon.svg', new URL('icon.svg', import.meta.url), 'image/svg+xml')

  app.get('/', async (_request, reply) => sendPage(reply, startPage(addresses, needs.filling())))
  app.get('/api', async (_request, reply) => sendPage(reply, apiPage(addresses, needs.crm)))
  app.get('/billers', async (_request, reply) => sendPage(reply, billersPage(addresses)))

  app.get<{ Querystring: { refresh?: unknown } }>('/mailbox', async (request, reply) =>
    sendPage(reply, mailboxPage(mailbox.letters(), request.query.refresh === '1')),
  )
  app.get<{ Params: { id: string } }>('/mailbox/:id', async (request, reply) => {
    const letter = mailbox.find(Number(request.params.id))
    return letter ? sendPage(reply, letterPage(letter)) : sendPage(reply, noLetter, 404)
  })
  app.get<{ Params: { id: string } }>('/mailbox/:id/html', async (request, reply) => {
    const letter = mailbox.find(Number(request.params.id))
    if (letter?.html === undefined) return sendPage(reply, noLetter, 404)
    void reply.headers({ 'content-security-policy': letterPolicy, 'x-frame-options': 'SAMEORIGIN' })
    return sendPage(reply, letterDocument(letter))
  })

  addEvents(app, needs)

  app.setNotFoundHandler(async (_request, reply) =>
    sendPage(reply, troublePage('There is no such page', 'The address may be mistyped.'), 404),
  )
  app.setErrorHandler(async (error, _request, reply) =>
    error instanceof ManagementError
      ? sendPage(
          reply,
          troublePage('Gatehouse did not answer', `${error.message} Try again in a moment.`, '/events'),
          502,
        )
      : sendPage(reply, troublePage('That did not work', 'Something went wrong in the demo office.'), statusOf(error)),
  )
  return app
}

const noLetter = troublePage('This letter is gone', 'Letters are kept while the demo runs.', '/mailbox')

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500 ? status : 500
}

const eventId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

function addEvents(app: FastifyInstance, { api, tenantId }: OfficeNeeds): void {
  const nameOf = createNames(api, tenantId)
  app.get<{ Querystring: Record<string, unknown> }>('/events', async (request, reply) => {
    const { show, biller: wanted, 'older-than': place } = request.query
    const view = views.find((candidate) => candidate.id === show) ?? views[0]
    const biller = billers.find((candidate) => candidate.slug === wanted)?.slug
    const olderThan = typeof place === 'string' && eventId.test(place) ? place : undefined
    const query = { organizationId: biller, subjects: view.subjects, actions: view.actions, olderThan }
    // One more than is shown tells whether there is another page.
    const found = await readEvents(api, tenantId, { ...query, limit: eventsOnPage + 1 })
    const shown = found.slice(0, eventsOnPage)
    const events = await Promise.all(shown.map(async (event) => ({ event, username: await nameOf(event) })))
    return sendPage(
      reply,
      eventsPage({
        events,
        view,
        biller: biller ?? '',
        isFirstPage: olderThan === undefined,
        olderThan: found.length > eventsOnPage ? shown.at(-1)?.id : undefined,
      }),
    )
  })
}
