import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export interface GuardedRequest {
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface GuardedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/**
 * Asks an address that somebody else has set.
 *
 * Only https to public addresses, and whatever to a host and port that the configuration names. The addresses that were
 * judged are the ones that are connected to; a redirect is an answer like any other and is not followed; ten seconds and
 * 64 kB at most.
 *
 * @throws FetchFailed the same for everything that can go wrong, so that nobody learns what is behind an address
 */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<GuardedAnswer>

/** Its message is always the same; `cause` is for the log. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
  constructor(cause: unknown) {
    super('the address could not be asked', { cause })
  }
}

/** Finds all addresses of a name. */
export type Resolve = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[] | undefined) => void,
) => void

const longestAnswer = 64 * 1024
const longestMilliseconds = 10_000

export interface FetchSettings {
  /** `host:port`, exactly: these may be private and may speak http. */
  readonly allowedHosts: readonly string[]
  readonly resolve?: Resolve
  readonly milliseconds?: number
}

export function createGuardedFetch({
  allowedHosts,
  resolve = (host, done) => systemLookup(host, { all: true }, done),
  milliseconds = longestMilliseconds,
}: FetchSettings): GuardedFetch {
  const allowed = new Set(allowedHosts)

  /** What the socket asks when it connects: it gets addresses that were judged, or none. */
  const judgedLookup: LookupFunction = (host, options, done) => {
    resolve(host, (error, addresses = []) => {
      const [first] = addresses
      if (error || !first) done(error ?? new Error('the name has no address'), '', 0)
      else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        done(new Error('the name leads to an address that is not public'), '', 0)
      } else if (options.all === true) done(null, [...addresses])
      else done(null, first.address, first.family)
    })
  }

  return async (url, request) => {
    try {
      const target = new URL(url)
      const isAllowed = isListed(allowed, target)
      if (!isAllowed) assertPublic(target)
      return await ask(target, request, isAllowed ? trustedLookup : judgedLookup, milliseconds)
    } catch (cause) {
      throw new FetchFailed(cause)
    }
  }
}

/** Names under localhost are this machine everywhere, also where the resolver does not know it (RFC 6761 §6.3). */
const trustedLookup: LookupFunction = (host, options, done) => {
  systemLookup(host.endsWith('.localhost') ? 'localhost' : host, options, done)
}

/**
 * Whether an address would be asked as far as it says itself, for whoever stores one. Where its name leads is judged when it is
 * asked.
 */
export function mayBeAsked(url: string, allowedHosts: readonly string[]): boolean {
  const target = URL.parse(url)
  if (!target) return false
  if (isListed(new Set(allowedHosts), target)) return /^https?:$/.test(target.protocol)
  try {
    assertPublic(target)
    return !/(^|\.)localhost\.?$/.test(target.hostname)
  } catch {
    return false
  }
}

const isListed = (allowed: ReadonlySet<string>, target: URL): boolean =>
  allowed.has(`${target.hostname}:${portOf(target)}`)

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80')

/** What the address itself says; a name is judged when it is resolved. The parser has made every spelling of an IP the one. */
function assertPublic(url: URL): void {
  if (url.protocol !== 'https:') throw new Error('only https is asked')
  if (url.username !== '' || url.password !== '') throw new Error('an address with a name and password is not asked')
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new Error('the address is not public')
}

function ask(
  url: URL,
  { method, headers = {}, body }: GuardedRequest,
  lookup: LookupFunction,
  milliseconds: number,
): Promise<GuardedAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        method,
        headers: {
          accept: '*/*',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        // A connection of its own: none that was opened to somewhere else is used again.
        agent: false,
        signal: AbortSignal.timeout(milliseconds),
        lookup,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let length = 0
        incoming.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > longestAnswer) incoming.destroy(new Error('the answer is too long'))
          else chunks.push(chunk)
        })
        incoming.once('error', reject)
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}
