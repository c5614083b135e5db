import type { Answer, Door } from '../e2e/processes/door.ts'
import { authorization, Browser } from '../e2e/processes/browser.ts'
import type { Page } from '../e2e/processes/browser.ts'

/** A browser that has typed its name and looks at the password page. */
export interface Visitor {
  readonly browser: Browser
  readonly name: string
  readonly page: Page
}

/** @param address what the hop in front says the client's address is */
export async function arrive(door: Door, name: string, address: string): Promise<Visitor> {
  const browser = new Browser(() => door, address)
  const first = await browser.get(authorization('jwt').url)
  return { browser, name, page: await browser.submit(first, { username: name }, '/username') }
}

/** A browser that looks at the username page. @param address as for `arrive` */
export async function comeToName(door: Door, name: string, address: string): Promise<Visitor> {
  const browser = new Browser(() => door, address)
  return { browser, name, page: await browser.get(authorization('jwt').url) }
}

export interface Attempt {
  /** From sending the password to the whole answer. */
  readonly milliseconds: number
  /** Everything the visitor was sent: the password page, the answer to the form, the page it leads to. */
  readonly bytes: string
}

/** One wrong password. */
export async function attempt(door: Door, { browser, name, page }: Visitor): Promise<Attempt> {
  const startedAt = performance.now()
  const answer = await browser.submitTo(door, page, { password: 'not the password of anybody' }, '/password')
  const milliseconds = performance.now() - startedAt
  const after = await browser.get(new URL(answer.headers.location ?? '', page.url).href)
  return { milliseconds, bytes: masked([page.body, shown(answer), String(after.status), after.body].join('\n'), name) }
}

/** One look-up, in a workspace that redirects: where does this name lead? */
export async function lookUp(door: Door, { browser, name, page }: Visitor): Promise<Attempt> {
  const startedAt = performance.now()
  const answer = await browser.submitTo(door, page, { username: name }, '/username')
  const milliseconds = performance.now() - startedAt
  // The hint is signed anew each time; its length is what could tell.
  const bytes = `${page.body}\n${shown(answer)}`
    .replaceAll(/(?<=state=portal\.)[\w-]+/g, (state) => `STATE of ${state.length}`)
    .replaceAll(/(?<=login_hint=)[\w.-]+/g, (hint) => `HINT of ${hint.length}`)
  return { milliseconds, bytes: masked(bytes, name) }
}

const shown = ({ status, headers, body }: Answer): string => {
  const rest = Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return `${status}\n${rest.map(([name, value]) => `${name}: ${String(value)}`).join('\n')}\n${body}`
}

/** What may differ between two answers to one person: numbers of the flow and of the request, and the name they typed. */
const masked = (text: string, name: string): string =>
  text
    .replaceAll(name, 'NAME')
    .replaceAll(/sign-in\/[\w-]{20,}/g, 'sign-in/FLOW')
    .replaceAll(/nonce(-|=")[\w-]+/g, 'nonce')
