import { billers } from '../../legacy/billers.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import { officePage } from '../pages/layout.ts'
import { dateTime } from '../pages/words.ts'
import { outcomeOf, reasonOf, routeOf, views, wordsOf } from './event-words.ts'
import type { EventView } from './event-words.ts'
import type { OfficeEvent } from './read-events.ts'

export interface NamedEvent {
  readonly event: OfficeEvent
  readonly username: string | undefined
}

export interface EventsPage {
  readonly events: readonly NamedEvent[]
  readonly view: EventView
  /** A slug; empty: all. */
  readonly biller: string
  readonly isFirstPage: boolean
  /** The event after which the next page begins; absent: this is the last. */
  readonly olderThan: string | undefined
}

export function eventsPage(page: EventsPage): Html {
  const query = new URLSearchParams({ show: page.view.id, ...(page.biller ? { biller: page.biller } : {}) })
  return officePage({
    title: 'Events',
    current: '/events',
    body: html`
      <h1>Events</h1>
      <p class="lead">What happened in the portal’s workspace and why, from Gatehouse’s audit. The newest first.</p>
      <form class="filter" action="/events" method="get">
        <div>
          <label for="show">Show</label>
          <select id="show" name="show">
            ${views.map(({ id, label }) => option(id, label, id === page.view.id))}
          </select>
        </div>
        <div>
          <label for="biller">Biller</label>
          <select id="biller" name="biller">
            ${option('', 'All billers', page.biller === '')}
            ${billers.map(({ slug, name }) => option(slug, name, slug === page.biller))}
          </select>
        </div>
        <button class="button">Show</button>
      </form>
      ${page.events.length === 0 ? emptyNote(page) : eventTable(page.events)}
      <p class="tools">
        ${!page.isFirstPage && html`<a href="/events?${query.toString()}">Newest</a>`}
        ${page.olderThan !== undefined && html`<a href="/events?${query.toString()}&amp;older-than=${page.olderThan}">Older</a>`}
      </p>
    `,
  })
}

const option = (value: string, label: string, isChosen: boolean): Html =>
  html`<option value="${value}" ${isChosen && html` selected`}>${label}</option>`

function emptyNote(page: EventsPage): Html {
  return html`<div class="empty">
    <h2>Nothing here${page.biller !== '' || page.view.id !== 'people' || !page.isFirstPage ? ' that fits' : ' yet'}</h2>
    <p>Sign in to the Biller Portal, rightly or wrongly, and look again.</p>
  </div>`
}

function eventTable(events: readonly NamedEvent[]): Html {
  return html`<div class="scroll" role="region" aria-label="Events" tabindex="0">
    <table class="events">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col">Biller</th>
          <th scope="col">Checked by</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${events.map(eventRow)}
      </tbody>
    </table>
  </div>`
}

const billerNames = new Map(billers.map(({ slug, name }) => [slug, name]))
const nothing = html`<span class="soft" aria-label="not known">–</span>`

function eventRow({ event, username }: NamedEvent): Html {
  const { organizationId } = event
  const biller = organizationId === undefined ? undefined : (billerNames.get(organizationId) ?? organizationId)
  return html`<tr>
    <td class="when"><time datetime="${event.at.toISOString()}">${dateTime(event.at)}</time></td>
    <td><span class="outcome ${outcomeOf(event)}">${wordsOf(event)}</span></td>
    <td>${who({ event, username })}</td>
    <td>${biller ?? nothing}</td>
    <td class="route">${routeOf(event) ?? nothing}</td>
    <td>${reasonOf(event) ?? nothing}</td>
  </tr>`
}

function who({ event, username }: NamedEvent): Html {
  if (username !== undefined) return html`<code>${username}</code>`
  if (event.reason === 'name.unknown' || event.reason === 'name.ambiguous') {
    return html`<span class="soft">a name that is not kept</span>`
  }
  const isOfPeople = views[0].subjects.some((subject) => subject === event.subject)
  return event.clientId === undefined || isOfPeople ? nothing : html`<span class="soft">${event.clientId}</span>`
}
