/**
 * What every page says about itself to the browser. No script but ours by nonce, no frame, no third party.
 *
 * @param formTargets where a form's answer may lead besides here: browsers judge redirects after a post by this page's
 * `form-action` too, so the application that a sign-in returns to must be named (CSP Level 3 §6.4.2)
 * @param hasWorker for a page whose script works in a worker of this origin, through the one policy that is named for it
 */
export function contentSecurityPolicy(nonce: string, formTargets: readonly string[] = [], hasWorker = false): string {
  const origins = formTargets
    .map((target) => URL.parse(target))
    .filter((target) => target?.protocol === 'https:' || target?.protocol === 'http:')
    .map((target) => ` ${target?.origin}`)
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `form-action 'self'${origins.join('')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    ...(hasWorker ? ["worker-src 'self'", 'trusted-types work'] : ["trusted-types 'none'"]),
  ].join('; ')
}

/** Headers of a page: never kept by a cache, never framed, never sniffed, and the address is not told to others. */
export const pageHeaders = (isSecure: boolean): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
  // `no-referrer` would make browsers send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  ...(isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
})
