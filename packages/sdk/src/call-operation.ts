import { callLines } from './call-lines.ts'
import { exchange, isAboutToken } from './exchange.ts'
import type { Reply } from './exchange.ts'
import type { Line } from './line.ts'
import type { World } from './platform/world.ts'
import { readReply } from './read-reply.ts'
import type { Answer } from './read-reply.ts'
import type { CallOptions, LinesOptions, Settings } from './settings.ts'
import { createTokens } from './tokens.ts'
import { addressFor, invalid } from './write-request.ts'
import type { AnyInput } from './write-request.ts'

export interface OperationCaller {
  call(name: string, line: Line, input: AnyInput, options: CallOptions): Promise<Answer<unknown>>
  lines(name: string, line: Line, input: AnyInput, options: LinesOptions): AsyncIterable<unknown>
}

/** Calls any operation of one tenant, with a token that all calls have together. */
export function operationCaller(world: World, settings: Settings): OperationCaller {
  const { tenant, credentials, scopes, retries = 3, timeoutMilliseconds = 30_000 } = settings
  const { origin, pathname } = new URL(settings.baseUrl)
  if (pathname !== '/') throw invalid('settings', 'the base URL has a path')
  const issuer = `${origin}/${encodeURIComponent(tenant)}/system`
  const tokens = createTokens(world, { credentials, issuer, scopes, retries, timeoutMilliseconds })

  async function call(name: string, line: Line, input: AnyInput, options: CallOptions): Promise<Answer<unknown>> {
    const url = origin + addressFor(name, line, tenant, input)
    const body = input['body'] === undefined ? undefined : JSON.stringify(input['body'])
    const mostMilliseconds = options.timeoutMilliseconds ?? timeoutMilliseconds
    const timeOut = world.timeout(mostMilliseconds)
    const signal = options.signal ? AbortSignal.any([options.signal, timeOut]) : timeOut
    const patience = { retries, deadlineMilliseconds: world.nowMilliseconds() + mostMilliseconds, signal }
    const send = (token: string): Promise<Reply> => {
      const init = {
        method: line.method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
        },
        ...(body === undefined ? {} : { body }),
      }
      return exchange(world, { operation: name, url, isSafe: line.method === 'GET', init: () => init }, patience)
    }

    const token = await tokens.get(signal)
    const reply = await send(token)
    if (!isAboutToken(reply)) return readReply(world, name, reply)
    // Refused before anything was done: keys were changed, or the clock here is slow.
    tokens.refuse(token)
    return readReply(world, name, await send(await tokens.get(signal)))
  }

  async function* lines(name: string, line: Line, input: AnyInput, options: LinesOptions): AsyncGenerator {
    const { lines: given, ...parameters } = input
    const url = origin + addressFor(name, line, tenant, parameters)
    if (!isIterable(given)) throw invalid(name, '"lines" cannot be read one by one')
    const { signal, timeoutMilliseconds: mostMilliseconds } = options
    const timeOut = mostMilliseconds === undefined ? undefined : world.timeout(mostMilliseconds)
    const ends = [signal, timeOut].filter((one) => one !== undefined)
    const ending = ends.length === 0 ? undefined : AbortSignal.any(ends)
    const token = await tokens.get(ending ?? world.timeout(timeoutMilliseconds))
    const headers = {
      accept: 'application/x-ndjson, application/json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': options.idempotencyKey,
    }
    const request = { operation: name, url, method: line.method, headers, lines: given, signal: ending }
    yield* callLines(world, request, () => tokens.refuse(token))
  }

  return { call, lines }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
