import { AsyncResource } from 'node:async_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RequestTrace, Traces } from '../platform/traces/index.ts'

interface Traced {
  readonly trace: RequestTrace
  readonly resource: AsyncResource
}

/** One trace for each request, begun before everything else and ended when it was answered or given up. To be mounted first. */
export function traceRequests(
  app: FastifyInstance,
  traces: Traces,
  routeOf: (request: FastifyRequest) => string | undefined,
): void {
  const traced = new WeakMap<FastifyRequest, Traced>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { traceparent } = request.headers
    const trace = traces.request(typeof traceparent === 'string' ? traceparent : undefined)
    trace.within(() => {
      const resource = new AsyncResource('request')
      traced.set(request, { trace, resource })
      done()
    })
  })
  // The body has come in by the connection's own events, which know nothing of the request.
  app.addHook('preValidation', (request, _reply, done) => {
    const found = traced.get(request)
    if (found) found.resource.runInAsyncScope(done)
    else done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const found = traced.get(request)
    if (!found) {
      done()
      return
    }
    found.trace.end({
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      requestId: request.id,
    })
    found.resource.runInAsyncScope(done)
  })
}
