import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'

const places = [
  { path: '/', label: 'Try it' },
  { path: '/mailbox', label: 'Mailbox' },
  { path: '/events', label: 'Events' },
  { path: '/billers', label: 'Billers' },
  { path: '/api', label: 'API' },
] as const

export interface OfficePage {
  readonly title: string
  readonly current: (typeof places)[number]['path'] | undefined
  readonly body: Html
  /** Only when the reader asked for it. */
  readonly refreshSeconds?: number
}

export function officePage({ title, current, body, refreshSeconds }: OfficePage): Html {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      ${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
      <title>${title} · Demo office</title>
      <link rel="stylesheet" href="/office.css" />
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    </head>
    <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <a class="mark" href="/">Demo office</a>
        <nav aria-label="Office">
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
        Behind the scenes of the Gatehouse demo. All names, addresses and passwords here are invented.
      </footer>
    </body>
  </html>`
}

export function troublePage(title: string, words: string, current?: OfficePage['current']): Html {
  return officePage({
    title,
    current,
    body: html`<h1>${title}</h1>
      <p class="lead">${words}</p>
      <p><a class="button" href="${current ?? '/'}">Try again</a></p>`,
  })
}
