const endpoints = [
  '.well-known/openid-configuration',
  '.well-known/jwks.json',
  'oauth2/authorize',
  'oauth2/authorize/:uid',
  'oauth2/introspect',
  'oauth2/par',
  'oauth2/revoke',
  'oauth2/token',
  'oidc/logout',
  'oidc/logout/confirm',
  'oidc/logout/success',
  'userinfo',
] as const

const patternOf = (endpoint: string): string => `/:tid/:wid/${endpoint}`

/** The engine has one route for all its endpoints; these tell them apart. */
export const protocolRoutes: readonly string[] = endpoints.map(patternOf)

const known: ReadonlySet<string> = new Set(endpoints)

/** Which of `protocolRoutes` an address belongs to; undefined when it is none of them. Nothing of the address is in it. */
export function protocolRoute(url: string): string | undefined {
  const [path = ''] = url.split('?', 1)
  const endpoint = path.split('/').slice(3).join('/')
  const found = endpoint.startsWith('oauth2/authorize/') ? 'oauth2/authorize/:uid' : endpoint
  return known.has(found) ? patternOf(found) : undefined
}
