import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../platform/log/index.ts'
import { asProblem, Problem } from '../../problem/index.ts'
import { contentSecurityPolicy, pageHeaders } from './headers.ts'
import { chooseLocale, supportedLocales } from './messages/index.ts'
import type { Locale } from './messages/index.ts'
import { logProblem } from '../log-problem.ts'

export interface BrowserNeeds {
  /** Our public origin: the only one whose forms are taken. */
  readonly origin: string
  readonly isSecure: boolean
  readonly log: Log
  /** Fresh and unguessable, for `script-src 'nonce-…'`. */
  nonce(): string
  /** A whole page that says in words what went wrong. */
  errorPage(problem: Problem, page: PageContext, request: FastifyRequest): Promise<string>
}

/** What a page needs to know of its request. */
export interface PageContext {
  readonly nonce: string
  readonly locale: Locale
  readonly requestId: string
  /** Its script runs a worker of ours. */
  readonly hasWorker?: boolean
}

/** Where features mount their pages. */
export interface BrowserScope {
  readonly app: FastifyInstance
  readonly isSecure: boolean
  page(request: FastifyRequest, reply: FastifyReply, uiLocales?: string): PageContext
  /** @param formTargets where the page's form may lead besides here */
  send(
    reply: FastifyReply,
    status: number,
    page: PageContext,
    document: string,
    formTargets?: readonly string[],
  ): FastifyReply
}

/** Forms carry a name, a password and little else. */
const largestForm = 64 * 1024
const languageCookie = 'language'

/** Pages for people: forms only from this origin, no cache, no frame, no script but ours; they work without any. */
export async function browserSurface(
  app: FastifyInstance,
  needs: BrowserNeeds,
  mountAll: (scope: BrowserScope) => void,
): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(cookie)
    // Forms and nothing else: what a script of another site may post without asking, such as text, is not read.
    scope.removeAllContentTypeParsers()
    await scope.register(formbody, { bodyLimit: largestForm })
    scope.addHook('preHandler', async (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') assertOwnOrigin(request, needs.origin)
    })
    const browser: BrowserScope = {
      app: scope,
      isSecure: needs.isSecure,
      page: (request, reply, uiLocales) => ({
        nonce: needs.nonce(),
        locale: localeOf(request, reply, uiLocales, needs.isSecure),
        requestId: request.id,
      }),
      send: (reply, status, page, document, formTargets) =>
        reply
          .code(status)
          .headers({
            ...pageHeaders(needs.isSecure),
            'content-security-policy': contentSecurityPolicy(page.nonce, formTargets, page.hasWorker),
          })
          .send(document),
    }
    scope.setErrorHandler(async (thrown, request, reply) => {
      const problem = asProblem(thrown)
      logProblem(needs.log, 'page failed', problem, request.id)
      const page = browser.page(request, reply)
      if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds))
      return browser.send(reply, problem.row.status, page, await needs.errorPage(problem, page, request))
    })
    mountAll(browser)
  })
}

/**
 * Every browser in use sends `Origin` with a form, and most say `Sec-Fetch-Site`. A request with neither, or with another
 * site's, is not one of our forms (ASVS 3.5.1).
 */
function assertOwnOrigin(request: FastifyRequest, origin: string): void {
  const site = request.headers['sec-fetch-site']
  const isOwn = request.headers.origin === origin && (site === undefined || site === 'same-origin')
  if (!isOwn) throw new Problem('request.untrusted_origin')
}

/** The link the person chose before the application's wish before the browser's list. */
function localeOf(
  request: FastifyRequest,
  reply: FastifyReply,
  uiLocales: string | undefined,
  isSecure: boolean,
): Locale {
  const { query } = request
  const asked = typeof query === 'object' && query !== null && 'lang' in query ? query.lang : undefined
  const chosen = supportedLocales.find((locale) => locale === asked)
  if (chosen !== undefined) {
    void reply.setCookie(languageCookie, chosen, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: isSecure,
      maxAge: 31_536_000,
    })
    return chosen
  }
  const kept = supportedLocales.find((locale) => locale === request.cookies[languageCookie])
  return kept ?? chooseLocale(request.headers['accept-language'], uiLocales, supportedLocales)
}

/** One field of a form. @throws Problem `request.malformed` when it is given twice or is not text (BF07) */
export function field(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  if (value === undefined) return ''
  if (typeof value !== 'string') throw new Problem('request.malformed')
  return value
}
