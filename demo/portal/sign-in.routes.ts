import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendPage } from '../web/pages.ts'
import { createCookies } from './cookies.ts'
import { signedOutPage, troublePage, troubles } from './pages/outside.ts'
import type { PortalSettings } from './portal-settings.ts'
import { safeReturnPath, safeTargetPath } from './return-path.ts'
import { randomId } from './sessions.ts'
import type { Sessions } from './sessions.ts'
import { SignInRefused } from './sign-in-service.ts'
import type { SignInService } from './sign-in-service.ts'

export interface PortalNeeds {
  readonly settings: PortalSettings
  readonly sessions: Sessions
  readonly signIn: SignInService
}

type Query = Readonly<Record<string, unknown>>

/** The ways in and out. */
export function addSignIn(app: FastifyInstance, { settings, sessions, signIn }: PortalNeeds): void {
  const cookies = createCookies(settings.origin)

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    options: { readonly returnPath: string; readonly organization?: string; readonly loginHint?: string },
  ): Promise<FastifyReply> {
    const { url, state, nonce, codeVerifier } = await signIn.begin(options)
    const browserId = cookies.read(request, 'browser') ?? randomId()
    sessions.keepAttempt(state, { browserId, nonce, codeVerifier, returnPath: options.returnPath })
    cookies.write(reply, 'browser', browserId)
    return reply.redirect(url, 303)
  }

  app.get<{ Querystring: Query }>('/sign-in', async (request, reply) =>
    begin(request, reply, { returnPath: safeReturnPath(request.query['return-to']) }),
  )

  /** A sign-in that begins elsewhere, at a biller's own address for instance. @see OpenID Connect Core §4 */
  async function initiated(request: FastifyRequest, reply: FastifyReply, given: Query): Promise<FastifyReply> {
    if (given['iss'] !== settings.issuer) return sendPage(reply, troublePage(troubles.wrongIssuer), 400)
    const [organization, loginHint] = [shortText(given['organization']), shortText(given['login_hint'])]
    return begin(request, reply, {
      returnPath: safeTargetPath(given['target_link_uri'], settings.origin),
      ...(organization === undefined ? {} : { organization }),
      ...(loginHint === undefined ? {} : { loginHint }),
    })
  }
  app.get<{ Querystring: Query }>('/login', async (request, reply) => initiated(request, reply, request.query))
  app.post<{ Body: Query | undefined }>('/login', async (request, reply) =>
    initiated(request, reply, request.body ?? {}),
  )

  app.get<{ Querystring: Query }>('/signed-in', async (request, reply) => {
    const { state } = request.query
    const attempt = typeof state === 'string' ? sessions.takeAttempt(state) : undefined
    if (!attempt || typeof state !== 'string' || attempt.browserId !== cookies.read(request, 'browser')) {
      return sendPage(reply, troublePage(troubles.tooOld), 400)
    }
    try {
      const { person, tokens, sid } = await signIn.finish(new URL(request.url, settings.origin), { ...attempt, state })
      sessions.end(cookies.read(request, 'session'))
      cookies.write(reply, 'session', sessions.begin(person, tokens, sid))
      return await reply.redirect(attempt.returnPath, 303)
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error
      settings.logError(error)
      return sendPage(reply, troublePage(error.code === undefined ? troubles.notBelieved : troubles.denied), 400)
    }
  })

  app.post('/sign-out', async (request, reply) => {
    const session = sessions.end(cookies.read(request, 'session'))
    cookies.remove(reply, 'session')
    if (!session) return reply.redirect('/signed-out', 303)
    const state = randomId()
    cookies.write(reply, 'sign-out', state)
    return reply.redirect(await signIn.endUrl(session.tokens, state), 303)
  })

  /** The sign-in service says so itself, when somebody signs out elsewhere or is switched off. */
  app.post<{ Body: Query | undefined }>('/session-ended', async (request, reply) => {
    const token = request.body?.['logout_token']
    const sid = typeof token === 'string' ? await signIn.readLogout(token) : undefined
    if (sid !== undefined) sessions.endAllOf(sid)
    return reply
      .header('cache-control', 'no-store')
      .code(sid === undefined ? 400 : 200)
      .send('')
  })

  app.get<{ Querystring: Query }>('/signed-out', async (request, reply) => {
    const state = cookies.read(request, 'sign-out')
    cookies.remove(reply, 'sign-out')
    return sendPage(reply, signedOutPage(state !== undefined && state === request.query['state']))
  })
}

const shortText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined
