import Fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { asProblem, Problem, problemDetails } from '../problem/index.ts'
import { protocolRoute } from '../surfaces/oidc/index.ts'
import { traceRequests } from '../surfaces/trace-requests.ts'
import { logProblem } from '../surfaces/log-problem.ts'
import type { Parts } from './parts.ts'

/** The HTTP server, with what holds for every request whatever its corridor. */
export function openListener({ config, log, moment, random, routes, traces, watching }: Parts): FastifyInstance {
  const app = Fastify({
    logger: false,
    // Asking for the head of a page must not take the steps that the page takes.
    exposeHeadRoutes: false,
    genReqId: () => random.uuid(),
    trustProxy: config.trustedHops === 0 ? false : (_address, hop) => hop < config.trustedHops,
    bodyLimit: 256 * 1024,
    requestTimeout: config.connections.requestMilliseconds,
    connectionTimeout: config.connections.stallMilliseconds,
    keepAliveTimeout: config.connections.idleMilliseconds,
    http: {
      headersTimeout: Math.ceil(config.connections.requestMilliseconds / 3),
      // How much later than said a slow request ends at most.
      connectionsCheckingInterval: Math.ceil(config.connections.requestMilliseconds / 10),
    },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  })
  app.server.maxConnections = config.connections.most
  const routeOf = (request: FastifyRequest): string | undefined =>
    protocolRoute(request.url) ?? request.routeOptions.url
  if (traces) traceRequests(app, traces, routeOf)
  app.setNotFoundHandler((request, reply) => {
    const { status, contentType, body } = problemDetails(new Problem('request.not_found'), request.id)
    return reply.code(status).headers({ 'content-type': contentType, 'cache-control': 'no-store' }).send(body)
  })
  app.setErrorHandler((thrown, request, reply) => {
    const problem = asProblem(thrown)
    logProblem(log, 'request failed', problem, request.id)
    const { status, contentType, headers, body } = problemDetails(problem, request.id)
    return reply
      .code(status)
      .headers({ ...headers, 'content-type': contentType, 'cache-control': 'no-store' })
      .send(body)
  })
  // Before all else, so that nobody is missed whom a later hook turns away.
  app.addHook('onRequest', async (_request, reply) => {
    moment.requestsUnderWay += 1
    reply.raw.once('close', () => (moment.requestsUnderWay -= 1))
  })
  app.addHook('onRoute', ({ url }) => void routes.add(url))
  app.addHook('onRequest', async (_request, reply) => {
    if (moment.isStopping) reply.raw.setHeader('connection', 'close')
  })
  // Two hosts are two readings of one request; which of them a proxy looked at cannot be known (RFC 9112 §3.2).
  app.addHook('onRequest', async (request) => {
    const { rawHeaders } = request.raw
    let hosts = 0
    for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1
    if (hosts > 1) throw new Problem('request.malformed', 'The request names more than one host.')
  })
  app.addHook('onResponse', async (request, reply) => {
    watching.answered({
      route: routeOf(request),
      method: request.method,
      status: reply.statusCode,
      tookMilliseconds: reply.elapsedTime,
      saysWhenToComeAgain: reply.raw.hasHeader('retry-after'),
    })
    log.debug('answered', {
      requestId: request.id,
      method: request.method,
      // The route's pattern, never the address: addresses carry codes and names.
      route: request.routeOptions.url,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    })
  })
  return app
}
