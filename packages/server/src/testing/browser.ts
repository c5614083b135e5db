import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { origin, portal, tenantId } from './open-server.ts'

export interface Page {
  readonly status: number
  readonly url: string
  readonly body: string
  readonly headers: LightMyRequestResponse['headers']
}

/** A browser without scripts: keeps cookies, follows redirects within the server, fills forms. */
export class Browser {
  /** Cookies of the whole origin, by name. */
  readonly cookies = new Map<string, string>()
  /** Cookies of one flow: name and value by the path they are sent to. */
  readonly #scoped = new Map<string, { readonly name: string; readonly path: string; readonly value: string }>()
  readonly #app: FastifyInstance
  readonly #address: string
  readonly #headers: Readonly<Record<string, string>>

  /** @param headers sent with every request, as a proxy on the way would */
  constructor(app: FastifyInstance, address = '192.0.2.1', headers: Readonly<Record<string, string>> = {}) {
    this.#app = app
    this.#address = address
    this.#headers = headers
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#follow('GET', url, undefined, headers)
  }

  /** Posts a form as a browser would from a page of ours. */
  async post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    return this.#follow('POST', url, new URLSearchParams(fields).toString(), {
      origin,
      'sec-fetch-site': 'same-origin',
      ...headers,
    })
  }

  /** Fills in the only form of a page (or the one whose action ends so) and submits it. */
  async submit(page: Page, fields: Readonly<Record<string, string>>, actionEnding = ''): Promise<Page> {
    const forms = [...page.body.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => form)
    const form = forms.find((one) => (attribute(one, 'action') ?? '').endsWith(actionEnding))
    const action = form === undefined ? undefined : attribute(form, 'action')
    if (form === undefined || action === undefined) throw new Error(`no form on ${page.url}`)
    const filled = [...form.matchAll(/<input\b[^>]*>/g)]
      .map(([input]) => ({
        name: attribute(input, 'name'),
        value: attribute(input, 'value'),
        type: attribute(input, 'type'),
      }))
      .flatMap(({ name, value, type }) =>
        name === undefined || value === undefined || type === 'checkbox' ? [] : [[name, value] as const],
      )
    const names = filled.map(([name]) => name)
    if (new Set(names).size < names.length) throw new Error(`a field stands twice in the form on ${page.url}`)
    const hidden = Object.fromEntries(filled)
    return this.post(new URL(action, page.url).href, { ...hidden, ...fields })
  }

  /** The most exact path first (RFC 6265 §5.4). */
  #cookieHeader(path: string): string {
    const scoped = [...this.#scoped.values()]
      .filter((one) => path === one.path || path.startsWith(`${one.path}/`))
      .map(({ name, value }) => `${name}=${value}`)
    return [...scoped, ...[...this.cookies].map(([name, value]) => `${name}=${value}`)].join('; ')
  }

  async #follow(
    method: 'GET' | 'POST',
    url: string,
    payload: string | undefined,
    headers: Record<string, string>,
  ): Promise<Page> {
    const target = new URL(url, origin)
    const cookie = this.#cookieHeader(target.pathname)
    const response = await this.#app.inject({
      method,
      url: target.pathname + target.search,
      remoteAddress: this.#address,
      headers: {
        host: 'localhost:4000',
        ...this.#headers,
        ...(cookie === '' ? {} : { cookie }),
        ...(payload === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
    for (const { name, value, path = '/', expires, maxAge } of response.cookies) {
      const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() <= 0) || value === ''
      if (path === '/') {
        if (isGone) this.cookies.delete(name)
        else this.cookies.set(name, value)
      } else if (isGone) this.#scoped.delete(`${name} ${path}`)
      else this.#scoped.set(`${name} ${path}`, { name, path, value })
    }
    const location = response.headers.location
    if (response.statusCode >= 300 && response.statusCode < 400 && typeof location === 'string') {
      const next = new URL(location, target)
      if (next.origin === origin) return this.#follow('GET', next.href, undefined, {})
      return { status: response.statusCode, url: next.href, body: '', headers: response.headers }
    }
    return { status: response.statusCode, url: target.href, body: response.body, headers: response.headers }
  }
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(String.raw`\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')

export const issuerPath = `/${tenantId}/portal`

export interface Authorization {
  readonly url: string
  readonly verifier: string
}

/** The address an application sends a person to. */
export function authorization(extra: Readonly<Record<string, string>> = {}, path = issuerPath): Authorization {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: portal.clientId,
    redirect_uri: portal.redirectUri,
    response_type: 'code',
    scope: 'openid profile email organization',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  })
  return { url: `${path}/oauth2/authorize?${query.toString()}`, verifier }
}

/** From the application's redirect to the code that comes back. */
export async function signIn(
  browser: Browser,
  username: string,
  password: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<{ readonly page: Page; readonly code: string | undefined; readonly verifier: string }> {
  const { url, verifier } = authorization(extra)
  const first = await browser.get(url)
  const second = await browser.submit(first, { username }, '/username')
  const page = await browser.submit(second, { password }, '/password')
  const code = page.url.startsWith(portal.redirectUri) ? new URL(page.url).searchParams.get('code') : null
  return { page, code: code ?? undefined, verifier }
}

export interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: LightMyRequestResponse['headers']
}

const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

export async function tokenRequest(
  app: FastifyInstance,
  fields: Readonly<Record<string, string>>,
  client: { readonly clientId: string; readonly secret: string } = portal,
  path = issuerPath,
): Promise<TokenAnswer> {
  const response = await app.inject({
    method: 'POST',
    url: `${path}/oauth2/token`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basic(client.clientId, client.secret),
    },
    payload: new URLSearchParams(fields).toString(),
  })
  return { status: response.statusCode, body: response.json<Record<string, unknown>>(), headers: response.headers }
}

export const redeem = (app: FastifyInstance, code: string, verifier: string): Promise<TokenAnswer> =>
  tokenRequest(app, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: portal.redirectUri,
  })
