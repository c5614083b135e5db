import { isIPv4, isIPv6 } from 'node:net'

/**
 * A network, not a person's line: the first three numbers of an IPv4 address, the first three groups of an IPv6 address.
 * Enough to recognise "not mine", and nothing to find somebody by.
 *
 * @returns undefined for text that is no address
 */
export function shortenedAddress(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.x`
  if (!isIPv6(plain)) return undefined
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = [...before, ...zeros, ...after].slice(0, 3).map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
  return `${groups.join(':')}:x`
}
