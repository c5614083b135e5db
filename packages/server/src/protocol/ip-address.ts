import { isIPv4, isIPv6 } from 'node:net'

/**
 * The one spelling of an address: IPv4 in dotted decimals, IPv6 in the short form of RFC 5952, an IPv4-mapped one as the
 * IPv4 address it is. Takes what proxies write: brackets, a port, a zone. Idempotent.
 *
 * @returns undefined for everything that is no address, such as `unknown` or an obfuscated identifier
 * @see RFC 4291 §2.5.5.2, RFC 5952 §4, RFC 7239 §6
 */
export function canonicalAddress(text: string): string | undefined {
  const bare = withoutPort(text.trim())
  if (isIPv4(bare)) return bare
  const unzoned = bare.replace(/%[\w.~-]*$/, '')
  if (!isIPv6(unzoned)) return undefined
  // The URL standard writes hosts as RFC 5952 does.
  const short = URL.parse(`http://[${unzoned}]/`)?.hostname.slice(1, -1)
  return short === undefined ? undefined : (mappedIPv4(short) ?? short)
}

/**
 * Whom a limit counts: one IPv4 address, or the /64 that one IPv6 subscriber is given at the least. Whoever has a /64 has
 * all of its addresses.
 *
 * @returns undefined for everything that is no address
 * @see RFC 6177 §2
 */
export function networkOf(address: string): string | undefined {
  const canonical = canonicalAddress(address)
  if (canonical === undefined || isIPv4(canonical)) return canonical
  const [head = '', tail] = canonical.split('::')
  const leading = head === '' ? [] : head.split(':')
  const trailing = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = Array.from({ length: 8 - leading.length - trailing.length }, () => '0')
  return `${[...leading, ...missing, ...trailing].slice(0, 4).join(':')}::/64`
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)
  if (bracketed) return bracketed[1] ?? ''
  return /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
}

/** `::ffff:c000:201` is 192.0.2.1. */
function mappedIPv4(short: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return undefined
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}
