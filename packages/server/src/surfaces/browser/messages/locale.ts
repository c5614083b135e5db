import type { Locale } from './translator.ts'

/**
 * Chooses the language of a page. The application's wish (`ui_locales`) goes before the browser's list;
 * within each list the person's order counts, and `es-MX` is served by `es` (RFC 4647 §3.4).
 *
 * @param acceptLanguage the request header as received (RFC 9110 §12.5.4)
 * @param uiLocales the parameter as received: tags with spaces between (OpenID Connect Core §3.1.2.1)
 * @param supported languages we have; the first answers when nothing fits
 */
export function chooseLocale<L extends string>(
  acceptLanguage: string | undefined,
  uiLocales: string | undefined,
  supported: readonly [L, ...L[]],
): L {
  const wishes = [...(uiLocales ?? '').split(' ').filter(Boolean), ...byQuality(acceptLanguage ?? '')]
  for (const wish of wishes.slice(0, 50)) {
    const found = lookUp(wish.toLowerCase(), supported)
    if (found) return found
  }
  return supported[0]
}

const directions = new Map<Locale, 'ltr' | 'rtl'>()

/** The writing direction for `<html dir>`. */
export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  const present = directions.get(locale)
  if (present) return present
  const direction = new Intl.Locale(locale).getTextInfo().direction === 'rtl' ? 'rtl' : 'ltr'
  directions.set(locale, direction)
  return direction
}

function lookUp<L extends string>(wish: string, supported: readonly L[]): L | undefined {
  for (let range = wish; range; range = range.slice(0, Math.max(range.lastIndexOf('-'), 0))) {
    const found = supported.find((locale) => locale.toLowerCase() === range)
    if (found) return found
  }
  return undefined
}

function byQuality(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter(({ tag, quality }) => tag !== '' && tag !== '*' && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}
