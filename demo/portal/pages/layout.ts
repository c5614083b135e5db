import type { Biller } from '../../legacy/billers.ts'
import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'
import type { Person } from '../sign-in-service.ts'
import { inkOn } from './ink.ts'

const places = [
  { path: '/', label: 'Overview' },
  { path: '/invoices', label: 'Invoices' },
  { path: '/payers', label: 'Payers' },
  { path: '/settings', label: 'Settings' },
] as const

export type Place = (typeof places)[number]['path'] | '/your-sign-in'

/** What every page of somebody who is signed in needs. */
export interface View {
  readonly person: Person
  readonly biller: Biller
}

/** A page inside: the bar with biller and person, the places, the content. */
export function insidePage(view: View, title: string, current: Place | undefined, body: Html): Html {
  const { person, biller } = view
  return document(
    `${title} · ${person.organizationName}`,
    html`<header class="bar">
        <div class="bar-in">
          <a class="home" href="/"
            >${tile(biller)}<span class="names"
              ><strong>${person.organizationName}</strong> <span>Harborline Biller Portal</span></span
            ></a
          >
          <div class="who">
            <a class="person" href="/your-sign-in" ${current === '/your-sign-in' && html` aria-current="page"`}>
              <span class="visually-hidden">Your sign-in: </span><span class="person-name">${person.name}</span>
              ${routeBadge(person.route)}
            </a>
            <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
          </div>
        </div>
        <nav class="places" aria-label="Portal">
          <ul>
            ${places.map(
              ({ path, label }) =>
                html`<li><a href="${path}" ${path === current && html` aria-current="page"`}>${label}</a></li>`,
            )}
          </ul>
        </nav>
      </header>
      <main id="main" tabindex="-1">${body}</main>
      <footer class="foot">
        <span>Harborline Billing</span>
        <span>Help: <a href="mailto:help@harborline.example">help@harborline.example</a>, (207) 555-0100</span>
      </footer>`,
  )
}

/** A page outside: one thing to read and to do. */
export function outsidePage(title: string, body: Html): Html {
  return document(
    `${title} · Harborline Biller Portal`,
    html`<div class="outside">
      <header>
        <a class="wordmark" href="/"
          >${harborMark}<span>Harborline <span>Biller Portal</span></span></a
        >
      </header>
      <main id="main" tabindex="-1">${body}</main>
      <footer class="foot">
        <span>Harborline Billing</span>
        <span>Help: <a href="mailto:help@harborline.example">help@harborline.example</a>, (207) 555-0100</span>
      </footer>
    </div>`,
  )
}

const harborMark = html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
  <rect width="40" height="40" rx="9" fill="#17506b" />
  <path
    d="M9 26c3.7 3 7.3 3 11 0s7.3-3 11 0M13 21V11m14 10V11M13 16h14"
    fill="none"
    stroke="#fff"
    stroke-width="2.6"
    stroke-linecap="round"
  />
</svg>`

function document(title: string, body: Html): Html {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <link rel="stylesheet" href="/portal.css" />
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    </head>
    <body>
      <a class="skip" href="#main">Skip to the content</a>
      ${body}
    </body>
  </html>`
}

/** The biller's initial on the biller's colour. Colours stand as attributes, because the policy allows no inline style. */
function tile({ brandColor, name }: Biller): Html {
  const letter = /\p{Lu}/u.exec(name.replace(/^(?:The|City of|Town of|Village of) /u, ''))?.[0] ?? 'H'
  return html`<svg class="tile" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <rect
      x="0.5"
      y="0.5"
      width="39"
      height="39"
      rx="9"
      fill="${brandColor}"
      stroke="currentColor"
      stroke-opacity="0.25"
    />
    <text x="20" y="27" text-anchor="middle" font-size="20" font-weight="650" fill="${inkOn(brandColor)}">
      ${letter}
    </text>
  </svg>`
}

const routes: Readonly<Record<string, string>> = { legacy: 'Earlier sign-in', pool: 'New sign-in' }

export const routeBadge = (route: string): Html | undefined =>
  routes[route] === undefined ? undefined : html`<span class="badge ${route}">${routes[route]}</span>`
