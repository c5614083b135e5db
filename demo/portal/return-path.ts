const base = 'https://own.invalid'
const longest = 1000

/** Pages of the way in and out; to be sent back to one of them would go in circles. */
const notForReturn = new Set(['/sign-in', '/signed-in', '/sign-out', '/signed-out', '/login'])

/**
 * A place of ours to go to after the sign-in: a path with its query.
 *
 * @returns `/` for everything else: other hosts in any spelling, other schemes, and pages of the sign-in itself
 */
export function safeReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > longest || !/^\/(?![/\\])/u.test(wanted)) return '/'
  const url = URL.parse(wanted, base)
  // Parsers drop tabs and line breaks, so "/\t/host" would leave us; what they made of it is what counts.
  if (!url || url.origin !== base || url.pathname.startsWith('//') || notForReturn.has(url.pathname)) return '/'
  return url.pathname + url.search
}

/** The same for a whole address of ours, as third-party initiated login has them (OpenID Connect Core §4). */
export function safeTargetPath(wanted: unknown, ownOrigin: string): string {
  const url = typeof wanted === 'string' ? URL.parse(wanted) : null
  return url && url.origin === ownOrigin ? safeReturnPath(url.pathname + url.search) : '/'
}
