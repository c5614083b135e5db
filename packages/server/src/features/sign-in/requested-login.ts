/** What the application asked for, as far as a login page elsewhere needs it. */
export interface RequestedLogin {
  readonly scopes: readonly string[]
  readonly acrs: readonly string[]
  readonly audiences: readonly string[]
  readonly redirectUri: string
  readonly maxAgeSeconds: number | undefined
  /** The application wants proof that is not older than its request (OpenID Connect Core §3.1.2.1, `prompt=login`). */
  readonly isFresh: boolean
  /** Words of the request that may be shown to others. */
  readonly query: Readonly<Record<string, string>>
  readonly requestedAtSeconds: number
}

const shownParameters = [
  'acr_values',
  'login_hint',
  'max_age',
  'organization',
  'prompt',
  'scope',
  'ui_locales',
] as const

/** Reads the parameters of an authorization request, which the protocol has checked. */
export function requestedLogin(params: Readonly<Record<string, unknown>>, nowSeconds: number): RequestedLogin {
  const text = (name: string): string => {
    const value = params[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const words = (name: string): string[] => text(name).split(' ').filter(Boolean)
  const { resource } = params
  return {
    scopes: words('scope'),
    acrs: words('acr_values'),
    audiences: Array.isArray(resource) ? resource.map(String) : words('resource'),
    redirectUri: text('redirect_uri'),
    maxAgeSeconds: text('max_age') === '' ? undefined : Number(text('max_age')),
    isFresh: words('prompt').includes('login'),
    query: Object.fromEntries(
      shownParameters.filter((name) => text(name) !== '').map((name): [string, string] => [name, text(name)]),
    ),
    requestedAtSeconds: nowSeconds,
  }
}
