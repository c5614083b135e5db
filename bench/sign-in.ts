import { createHash, randomBytes } from 'node:crypto'
import { basic, formHeaders, jsonOf, send, textOf, TurnedAway } from './http.ts'
import type { Answer, Door, Sent } from './http.ts'
import { installation } from './installation.ts'
import type { Person } from './people.ts'
import type { ReadToken } from './token-check.ts'

/** The requests of one sign-in, in order. Assets of the pages are left out: browsers cache them. */
export const steps = [
  'authorize',
  'username page',
  'username post',
  'password page',
  'credential post',
  'complete',
  'resume',
  'code exchange',
] as const
export type Step = (typeof steps)[number]

export interface SignedIn {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds of each request, from sending it to its whole answer. */
  readonly tookMilliseconds: Readonly<Record<Step, number>>
}

/**
 * From the application's redirect to checked tokens, as a browser does it: every page is fetched, the forms' own
 * addresses and hidden fields are used, every redirect is followed.
 *
 * @throws TurnedAway when a step is answered 429 or 503 with a time to come again
 * @throws Error when any answer is not what a right password gets, or the tokens are not of this person
 */
export async function signIn(door: Door, readToken: ReadToken, person: Person): Promise<SignedIn> {
  const cookies = new Map<string, string>()
  const took = new Map<Step, number>()
  const visit = async (step: Step, sent: Sent): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const startedAt = performance.now()
    const answer = await send(door, { ...sent, headers: { ...sent.headers, ...(cookie === '' ? {} : { cookie }) } })
    const tookMilliseconds = performance.now() - startedAt
    took.set(step, tookMilliseconds)
    if ((answer.status === 503 || answer.status === 429) && answer.headers['retry-after'] !== undefined) {
      throw new TurnedAway(tookMilliseconds)
    }
    keepCookies(cookies, answer)
    return answer
  }
  const get = (step: Step, path: string): Promise<Answer> =>
    visit(step, { method: 'GET', path, headers: { accept: 'text/html' } })
  const post = (step: Step, page: Answer, ending: string, typed: Readonly<Record<string, string>>): Promise<Answer> => {
    const { action, hidden } = formOf(page, ending)
    return visit(step, {
      method: 'POST',
      path: action,
      headers: { ...formHeaders, accept: 'text/html', origin: installation.origin, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ ...hidden, ...typed }).toString(),
    })
  }

  const verifier = randomBytes(32).toString('base64url')
  const nonce = randomBytes(8).toString('base64url')
  const flow = pathAfter(await get('authorize', authorization(verifier, nonce)))
  const usernamePage = await get('username page', flow)
  const named = pathAfter(await post('username post', usernamePage, '/username', { username: person.username }))
  const passwordPage = await get('password page', named)
  const proved = pathAfter(await post('credential post', passwordPage, '/password', { password: person.password }))
  const resume = pathAfter(await get('complete', proved))
  const code = new URL(locationOf(await get('resume', resume))).searchParams.get('code')
  if (code === null) throw new Error('no code came back')

  const { portal } = installation
  const body = jsonOf(
    await visit('code exchange', {
      method: 'POST',
      path: `${installation.issuerPath}/oauth2/token`,
      headers: { ...formHeaders, authorization: basic(portal.id, portal.secret) },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: portal.redirectUri,
      }).toString(),
    }),
    200,
  )
  const idToken = readToken(textOf(body, 'id_token'))
  const accessToken = readToken(textOf(body, 'access_token'))
  if (idToken['sub'] !== person.userId || idToken['nonce'] !== nonce) throw new Error('an ID token of somebody else')
  if (accessToken['sub'] !== person.userId) throw new Error('an access token of somebody else')
  return {
    accessToken: textOf(body, 'access_token'),
    refreshToken: textOf(body, 'refresh_token'),
    tookMilliseconds: Object.fromEntries(steps.map((step) => [step, took.get(step) ?? Number.NaN])) as Record<
      Step,
      number
    >,
  }
}

/** The address an application sends a person to, with PKCE (RFC 7636). */
function authorization(verifier: string, nonce: string): string {
  const query = new URLSearchParams({
    client_id: installation.portal.id,
    redirect_uri: installation.portal.redirectUri,
    response_type: 'code',
    scope: 'openid profile invoices:read',
    resource: installation.apiAudience,
    state: 'bench',
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `${installation.issuerPath}/oauth2/authorize?${query.toString()}`
}

function keepCookies(cookies: Map<string, string>, { headers }: Answer): void {
  for (const line of headers['set-cookie'] ?? []) {
    const [pair = ''] = line.split(';')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
}

function locationOf({ status, headers, body }: Answer): string {
  if (status < 300 || status >= 400 || headers.location === undefined) {
    throw new Error(`no redirect but ${status}: ${body.slice(0, 200)}`)
  }
  return headers.location
}

function pathAfter(answer: Answer): string {
  const url = new URL(locationOf(answer), installation.origin)
  if (url.origin !== installation.origin) throw new Error(`sent away to ${url.origin}`)
  return url.pathname + url.search
}

interface Form {
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
}

function formOf({ status, body }: Answer, ending: string): Form {
  for (const [form] of body.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)) {
    const action = attribute(form, 'action')
    if (action?.endsWith(ending) !== true) continue
    const hidden: Record<string, string> = {}
    for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
      hidden[attribute(input, 'name') ?? ''] = attribute(input, 'value') ?? ''
    }
    const url = new URL(action, installation.origin)
    return { action: url.pathname + url.search, hidden }
  }
  throw new Error(`no form ${ending} on a page that was answered ${status}`)
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(String.raw`\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')
