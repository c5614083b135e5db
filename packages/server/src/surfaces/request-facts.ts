import type { IncomingHttpHeaders } from 'node:http'

/** Where a request came from, for events and limits. The address is the trusted one: Fastify has counted the hops. */
export const requestFacts = (request: {
  readonly id: string
  readonly ip: string
  readonly headers: IncomingHttpHeaders
}): { readonly requestId: string; readonly ipAddress: string; readonly userAgent: string } => ({
  requestId: request.id,
  ipAddress: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
})
