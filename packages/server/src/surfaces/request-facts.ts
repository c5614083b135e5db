import type { IncomingHttpHeaders } from 'node:http'
import { canonicalAddress } from '../protocol/ip-address.ts'

interface Asked {
  readonly id: string
  /** As Fastify found it: the entry that the outermost trusted proxy wrote, or the socket's. */
  readonly ip: string
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingHttpHeaders
}

/**
 * Where a request came from, for events and limits. Only as many entries of `X-Forwarded-For` as there are trusted hops
 * are believed, counted from the right; what a client wrote further left is never looked at. An entry that is no address
 * is nobody's: the request then counts for the proxy that passed it on.
 */
export const requestFacts = (
  request: Asked,
): { readonly requestId: string; readonly ipAddress: string; readonly userAgent: string } => ({
  requestId: request.id,
  ipAddress: canonicalAddress(request.ip) ?? canonicalAddress(request.socket.remoteAddress ?? '') ?? '',
  userAgent: request.headers['user-agent'] ?? '',
})
