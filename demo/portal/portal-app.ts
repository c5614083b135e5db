import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { addFile, addPageRules, sendPage } from '../web/pages.ts'
import { addInsidePages } from './inside.routes.ts'
import { troublePage, troubles } from './pages/outside.ts'
import { createSessions } from './sessions.ts'
import { createSignInService, SignInUnreachable } from './sign-in-service.ts'
import type { PortalSettings } from './portal-settings.ts'
import { addSignIn } from './sign-in.routes.ts'

/** The Harborline Biller Portal: an application like any other, which leaves the question "who is this?" to its issuer. */
export async function buildPortal(settings: PortalSettings): Promise<FastifyInstance> {
  const { origin, issuer, now } = settings
  const app = Fastify({ logger: false, forceCloseConnections: true, routerOptions: { maxParamLength: 200 } })
  addPageRules(app, { hosts: [new URL(origin).host], formTargets: [new URL(issuer).origin] })
  await app.register(cookie)
  await app.register(formbody)
  addFile(app, '/portal.css', new URL('portal.css', import.meta.url), 'text/css; charset=utf-8')
  addFile(app, '/icon.svg', new URL('icon.svg', import.meta.url), 'image/svg+xml')

  const sessions = createSessions(now)
  const signIn = createSignInService(
    { ...settings, redirectUri: `${origin}/signed-in`, postLogoutRedirectUri: `${origin}/signed-out` },
    now,
  )
  // A form of another site must not act here; browsers say where a form stands (and Lax cookies stay away besides).
  app.addHook('preHandler', async (request, reply) => {
    const from = request.headers.origin
    if (request.method === 'POST' && request.url !== '/login' && from !== undefined && from !== origin) {
      return sendPage(reply, troublePage(troubles.ours), 403)
    }
    return undefined
  })
  addSignIn(app, { settings, sessions, signIn })
  addInsidePages(app, { settings, sessions, signIn })

  app.setNotFoundHandler(async (_request, reply) => sendPage(reply, troublePage(troubles.notThere), 404))
  app.setErrorHandler(async (error, _request, reply) => {
    settings.logError(error)
    if (error instanceof SignInUnreachable) return sendPage(reply, troublePage(troubles.unreachable), 503)
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    return sendPage(reply, troublePage(troubles.ours), status >= 400 && status < 500 ? status : 500)
  })
  return app
}
