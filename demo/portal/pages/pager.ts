import { html } from '../../web/html.ts'
import type { Html } from '../../web/html.ts'

/** Links to the page before and after; nothing where there is one page only. */
export function pager(
  path: string,
  query: Readonly<Record<string, string>>,
  page: number,
  pages: number,
  words: { readonly before: string; readonly after: string },
): Html | undefined {
  if (pages === 1) return undefined
  const kept = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== 'all'))
  const href = (to: number): string => `${path}?${new URLSearchParams({ ...kept, page: String(to) }).toString()}`
  return html`<nav class="pager" aria-label="Pages">
    ${page > 1 ? html`<a href="${href(page - 1)}" rel="prev">${words.before}</a>` : html`<span></span>`}
    <span class="soft">Page ${page} of ${pages}</span>
    ${page < pages ? html`<a href="${href(page + 1)}" rel="next">${words.after}</a>` : html`<span></span>`}
  </nav>`
}
