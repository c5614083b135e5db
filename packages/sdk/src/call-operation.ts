import { exchange } from './exchange.ts'
import type { Reply } from './exchange.ts'
import type { Line } from './line.ts'
import type { World } from './platform/world.ts'
import { readReply } from './read-reply.ts'
import type { Answer } from './read-reply.ts'
import type { CallOptions, Settings } from './settings.ts'
import { createTokens } from './tokens.ts'
import { addressFor, invalid } from './write-request.ts'
import type { AnyInput } from './write-request.ts'

export type CallOperation = (
  name: string,
  line: Line,
  input: AnyInput,
  options: CallOptions,
) => Promise<Answer<unknown>>

/** Calls any operation of one tenant, with a token that all calls have together. */
export function operationCaller(world: World, settings: Settings): CallOperation {
  const { tenant, credentials, scopes, retries = 3, timeoutMilliseconds = 30_000 } = settings
  const { origin, pathname } = new URL(settings.baseUrl)
  if (pathname !== '/') throw invalid('settings', 'the base URL has a path')
  const issuer = `${origin}/${encodeURIComponent(tenant)}/system`
  const tokens = createTokens(world, { credentials, issuer, scopes, retries, timeoutMilliseconds })

  return async (name, line, input, options) => {
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
}

/** A wrong password is answered 401 too, and must not be tried twice. @see RFC 6750 §3 */
const isAboutToken = ({ status, headers }: Reply): boolean =>
  status === 401 && /^bearer\b/i.test(headers.get('www-authenticate') ?? '')
