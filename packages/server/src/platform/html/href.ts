/** Targets of links and forms. Escaping does not stop `javascript:`, so an address is read before it is written. */

const base = 'https://own.invalid'

/**
 * An address that may stand in `href` or `action`: a path on our own host, or an absolute http(s) URL.
 *
 * @returns the address in normal form, or `undefined` for every other scheme, for `//host` and for text that is no URL
 */
export function safeHref(address: string): string | undefined {
  if (/^\/(?![/\\])/.test(address)) {
    const url = URL.parse(address, base)
    // Tabs and line breaks are dropped by URL parsers, so "/\t/host" would leave our host.
    return url && url.origin === base ? url.pathname + url.search + url.hash : undefined
  }
  const url = URL.parse(address)
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
  return isWeb && !url.username && !url.password ? url.href : undefined
}

/** A `mailto:` link to one address; what could add headers or recipients is percent-encoded. */
export function mailtoHref(email: string): string {
  return `mailto:${encodeURIComponent(email).replaceAll('%40', '@')}`
}

/** A `tel:` link: digits and one leading plus are kept (RFC 3966 §3). */
export function telHref(phone: string): string {
  return `tel:${phone.trim().startsWith('+') ? '+' : ''}${phone.replaceAll(/\D/g, '')}`
}
