import { createHash, randomBytes } from 'node:crypto'
import { send } from './door.ts'
import type { Answer, Door } from './door.ts'
import { apiAudience, issuerPath, origin, portal } from './installation.ts'

export interface Page {
  readonly status: number
  readonly url: string
  readonly body: string
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** A browser without scripts: keeps cookies, follows redirects within the server, fills forms. */
export class Browser {
  readonly #doorOf: () => Door
  readonly #address: string | undefined
  readonly #cookies = new Map<string, Cookie>()

  /**
   * @param doorOf asked at each request, as a balancer would be
   * @param address what a proxy in front says the client's address is; believed only where proxies are trusted
   */
  constructor(doorOf: () => Door, address?: string) {
    this.#doorOf = doorOf
    this.#address = address
  }

  /** The values of all cookies it has. */
  cookies(): string[] {
    return [...this.#cookies.values()].map(({ value }) => value)
  }

  get(url: string): Promise<Page> {
    return this.#follow('GET', new URL(url, origin), undefined)
  }

  /** Fills in the only form of a page (or the one whose action ends so) and submits it. */
  submit(page: Page, fields: Readonly<Record<string, string>>, actionEnding: string): Promise<Page> {
    const { url, body } = this.#formOf(page, fields, actionEnding)
    return this.#follow('POST', url, body)
  }

  /**
   * The same form, once, to a door of the caller's choice: nothing is followed and no cookie is kept.
   *
   * @param more headers that a proxy on the way would add
   */
  async submitTo(
    door: Door,
    page: Page,
    fields: Readonly<Record<string, string>>,
    actionEnding: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const { url, body } = this.#formOf(page, fields, actionEnding)
    const headers = { ...this.#headers(url, true), ...more }
    return send(door, { method: 'POST', path: url.pathname + url.search, headers, body })
  }

  #formOf(page: Page, fields: Readonly<Record<string, string>>, actionEnding: string) {
    const forms = [...page.body.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => form)
    const form = forms.find((one) => (attribute(one, 'action') ?? '').endsWith(actionEnding))
    const action = form === undefined ? undefined : attribute(form, 'action')
    if (form === undefined || action === undefined) {
      throw new Error(`no form ${actionEnding} on ${new URL(page.url).pathname}, which was answered ${page.status}`)
    }
    const body = new URLSearchParams(fields)
    for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
      const name = attribute(input, 'name') ?? ''
      if (!body.has(name)) body.set(name, attribute(input, 'value') ?? '')
    }
    return { url: new URL(action, page.url), body: body.toString() }
  }

  async #follow(method: 'GET' | 'POST', url: URL, body: string | undefined): Promise<Page> {
    const answer = await send(this.#doorOf(), {
      method,
      path: url.pathname + url.search,
      headers: this.#headers(url, body !== undefined),
      ...(body === undefined ? {} : { body }),
    })
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line, url)
    const { location } = answer.headers
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      const next = new URL(location, url)
      if (next.origin === origin) return this.#follow('GET', next, undefined)
      return { status: answer.status, url: next.href, body: '' }
    }
    return { status: answer.status, url: url.href, body: answer.body }
  }

  #headers(url: URL, isForm: boolean): Record<string, string> {
    const cookies = [...this.#cookies.values()].filter(({ path }) => isWithin(url.pathname, path))
    return {
      accept: 'text/html',
      ...(this.#address === undefined ? {} : { 'x-forwarded-for': this.#address }),
      ...(cookies.length === 0 ? {} : { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }),
      ...(isForm
        ? { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
        : {}),
    }
  }

  /** RFC 6265 §5.2, as far as our cookies go: a path, and an end that is now or later. */
  #keep(line: string, url: URL): void {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
    const attributes = new Map(rest.map((part) => [part.split('=')[0]?.toLowerCase() ?? '', after(part)]))
    const name = pair.split('=')[0] ?? ''
    const path = attributes.get('path') ?? url.pathname
    const expires = attributes.get('expires')
    const isGone = attributes.get('max-age') === '0' || (expires !== undefined && new Date(expires).getTime() <= 0)
    if (isGone || after(pair) === '') this.#cookies.delete(`${path} ${name}`)
    else this.#cookies.set(`${path} ${name}`, { name, value: after(pair), path })
  }
}

const after = (part: string): string => part.slice(part.indexOf('=') + 1)
const isWithin = (path: string, cookiePath: string): boolean =>
  path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(String.raw`\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')

/** A code as it came back to the application, and what only the application knows of it. */
export interface Code {
  readonly code: string
  readonly verifier: string
}

/** Access tokens are JWTs for an API, or opaque and for us alone. */
export type TokenKind = 'jwt' | 'opaque'

/** The address an application sends a person to, with PKCE (RFC 7636). */
export function authorization(kind: TokenKind): { readonly url: string; readonly verifier: string } {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: portal.clientId,
    redirect_uri: portal.redirectUri,
    response_type: 'code',
    scope: kind === 'jwt' ? 'openid profile invoices:read' : 'openid profile',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(kind === 'jwt' ? { resource: apiAudience } : {}),
  })
  return { url: `${issuerPath}/oauth2/authorize?${query.toString()}`, verifier }
}

/** From the application's redirect to the code that comes back. @returns undefined when the person was refused */
export async function signIn(
  browser: Browser,
  person: { readonly username: string; readonly password: string },
  kind: TokenKind = 'jwt',
): Promise<Code | undefined> {
  const { url, verifier } = authorization(kind)
  const first = await browser.get(url)
  const second = await browser.submit(first, { username: person.username }, '/username')
  const last = await browser.submit(second, { password: person.password }, '/password')
  if (last.status === 200 && last.body.includes('That username and password do not match.')) return undefined
  return codeOf(last, verifier)
}

/** One more code for somebody who is signed in. */
export async function nextCode(browser: Browser, kind: TokenKind = 'jwt'): Promise<Code> {
  const { url, verifier } = authorization(kind)
  return codeOf(await browser.get(url), verifier)
}

/** What an application hears that asks without showing anybody a page (OpenID Connect Core §3.1.2.1): a code, or an error. */
export async function askSilently(browser: Browser): Promise<{ readonly code?: string; readonly error?: string }> {
  const page = await browser.get(`${authorization('opaque').url}&prompt=none`)
  if (!page.url.startsWith(portal.redirectUri)) throw new Error(`a silent request was answered ${page.status}`)
  const said = new URL(page.url).searchParams
  const [code, error] = [said.get('code'), said.get('error')]
  return { ...(code === null ? {} : { code }), ...(error === null ? {} : { error }) }
}

/** The page that takes a new password, for somebody who says they forgot theirs. */
export async function forgetPassword(browser: Browser, username: string): Promise<Page> {
  const first = await browser.get(authorization('jwt').url)
  const form = await browser.get(`${new URL(first.url).pathname}/forgot-password`)
  return browser.submit(form, { username }, '/forgot-password')
}

function codeOf(page: Page, verifier: string): Code {
  const code = page.url.startsWith(portal.redirectUri) ? new URL(page.url).searchParams.get('code') : null
  if (code === null) throw new Error(`no code: ${new URL(page.url).pathname} was answered ${page.status}`)
  return { code, verifier }
}
