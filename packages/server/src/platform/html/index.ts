/**
 * HTML as tagged templates: every value is escaped unless it is HTML already.
 * Synchronous, no dependency. Attribute values must stand in quotes in the template.
 */

const own = Symbol('html')

/** HTML that is safe to send as it is. Only `html` and `raw` can make one. */
export type Html = { readonly [own]: true; toString(): string }

/** What may stand in a template. `false`, `null` and `undefined` vanish; arrays are joined without a separator. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe for element content and for attribute values in double or single quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Declares a string to be HTML already. The only way round the escaping: never give it anything a person typed. */
export function raw(markup: string): Html {
  return { [own]: true, toString: () => markup }
}

/**
 * Builds HTML and escapes every value in it.
 *
 * @example html`<p class="${kind}">${text}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? ''
  values.forEach((value, index) => {
    markup += render(value) + (strings[index + 1] ?? '')
  })
  return raw(markup)
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'object') return own in value ? value.toString() : value.map(render).join('')
  return escapeHtml(String(value))
}

export { mailtoHref, safeHref, telHref } from './href.ts'
