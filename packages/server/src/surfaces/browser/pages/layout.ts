/** The frame that every page shares: head, word mark, card, help. */
import { LRUCache } from 'lru-cache'
import { html, mailtoHref, safeHref, telHref } from '../../../platform/html/index.ts'
import type { Html, HtmlValue } from '../../../platform/html/index.ts'
import { directionOf } from '../messages/index.ts'
import type { Note, PageBrand, PageView } from './views.ts'

/** What a page puts into the frame. */
export type Content = {
  /** The heading; the document's title is made from it. */
  title: string
  /** The title then starts with "Error:", so that a screen reader says it first. */
  hasProblem?: boolean
  /** Stands above the heading: the error summary. */
  before?: HtmlValue
  body: HtmlValue
  /** Links under the card's content: ways out of this page. */
  ways?: Html | undefined
}

/** A whole document, doctype first. No inline style and no inline script, so that a strict CSP holds. */
export function page(view: PageView, content: Content): string {
  const { t, locale, brand, assets, nonce } = view
  const named = t('common.title', { title: content.title, brand: brand.name })
  const title = content.hasProblem ? t('common.errorTitle', { title: named }) : named
  return String(
    html`<!doctype html>
      <html lang="${locale}" dir="${directionOf(locale)}">
        <head>
          <meta charset="utf-8" />
          <title>${title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="referrer" content="same-origin" />
          <meta name="robots" content="noindex" />
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="${ourHref(assets.pagesCss)}" />
          <link rel="stylesheet" href="${ourHref(assets.brandCss)}" />
          <script type="module" nonce="${nonce}" src="${ourHref(assets.pagesJs)}"></script>
        </head>
        <body>
          <header class="top">${wordMark(brand)}</header>
          <main class="card">
            ${content.before}
            <h1>${content.title}</h1>
            ${content.body} ${content.ways ? html`<div class="ways">${content.ways}</div>` : null}
          </main>
          <footer class="foot">${help(view)}${languages(view)}</footer>
        </body>
      </html> `,
  )
}

/** A paragraph that sets a scene; text is escaped. */
export function lead(text: string): Html {
  return html`<p class="lead">${text}</p>`
}

/** The optional words of the caller, set apart from ours. */
export function noteBox(note: Note | undefined): HtmlValue {
  return note === undefined ? null : html`<div class="note">${note}</div>`
}

/** A link to another place of the flow. */
export function link(href: string, text: string): Html {
  return html`<p><a class="link" href="${ourHref(href)}">${text}</a></p>`
}

/** A link that looks like the main button, for pages where nothing is sent. */
export function buttonLink(href: string, text: string): Html {
  return html`<p class="act"><a class="button" href="${ourHref(href)}">${text}</a></p>`
}

/** @throws Error when the address is not one we may link to; views are ours, so that is our own mistake */
export function ourHref(address: string): string {
  const href = safeHref(address)
  if (href === undefined) throw new Error('a page was given an address that is neither a path nor http(s)')
  return href
}

/** Seconds in words a person uses, rounded up: 90 gives "2 minutes". */
export function duration(t: PageView['t'], seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds))
  if (whole < 60) return t('duration.seconds', { count: whole })
  const minutes = Math.ceil(whole / 60)
  return minutes <= 90
    ? t('duration.minutes', { count: minutes })
    : t('duration.hours', { count: Math.ceil(minutes / 60) })
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const initials = new LRUCache<string, string>({ max: 500 })

/** What a person would call the first letter, in capitals. */
function initialOf(name: string): string {
  const present = initials.get(name)
  if (present !== undefined) return present
  const [first] = graphemes.segment(name.trim())
  const initial = first?.segment.toUpperCase() ?? ''
  initials.set(name, initial)
  return initial
}

function wordMark(brand: PageBrand): Html {
  const text = brand.logoText ?? brand.name
  const initial = initialOf(text)
  return html`<p class="mark">
    <span class="tile" aria-hidden="true">${initial}</span><bdi class="word">${text}</bdi>
  </p>`
}

function help({ t, brand }: PageView): Html {
  const url = brand.help.url === undefined ? undefined : safeHref(brand.help.url)
  const { email, phone } = brand.help
  const ways: HtmlValue[] = [
    url && html`<li><a href="${url}">${t('help.link')}</a></li>`,
    email && html`<li><a href="${mailtoHref(email)}">${t('help.email', { email })}</a></li>`,
    phone && html`<li><a href="${telHref(phone)}">${t('help.phone', { phone: isolated(phone) })}</a></li>`,
  ]
  if (!ways.some(Boolean)) return html`<p class="help">${t('help.contact', { brand: brand.name })}</p>`
  return html`<nav class="help" aria-label="${t('help.heading')}">
    <ul>
      ${ways}
    </ul>
  </nav>`
}

/** Keeps a number in its own order inside right-to-left text (Unicode UAX #9 §2.4, LRI … PDI). */
function isolated(text: string): string {
  return `\u2066${text}\u2069`
}

function languages({ t, locale, languages: list = [] }: PageView): HtmlValue {
  if (list.length === 0) return null
  const items = list.map((language) => {
    const current = language.locale === locale && html` aria-current="true"`
    return html`<li>
      <a href="${ourHref(language.href)}" lang="${language.locale}" hreflang="${language.locale}" ${current}
        >${language.name}</a
      >
    </li>`
  })
  return html`<nav class="languages" aria-label="${t('common.language')}">
    <ul>
      ${items}
    </ul>
  </nav>`
}
