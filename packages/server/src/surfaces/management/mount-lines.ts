import { Readable } from 'node:stream'
import { addressOf } from '@gatehouse/contract'
import type { Operation } from '@gatehouse/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Log } from '../../platform/log/index.ts'
import { asProblem, Problem, secureAuthError } from '../../problem/index.ts'
import { linesOf } from '../../protocol/lines.ts'
import type { Line } from '../../protocol/lines.ts'
import { logProblem } from '../log-problem.ts'
import { checked, proving } from './mount.ts'
import type { ManagementCaller, VerifySystemToken } from './prove-caller.ts'
import { readQuery } from './read-query.ts'

export const linesType = 'application/x-ndjson'

/** A person with everything that is kept of them is a tenth of this. */
const mostLineBytes = 64 * 1024
/** More than can come in the time that a request has. */
const mostBytes = 1024 ** 3

/** A request whose body is read line by line, while it comes. */
export interface LinesRequest<P extends TSchema, Q extends TSchema> {
  readonly caller: ManagementCaller
  readonly params: Static<P>
  readonly query: Static<Q>
  /** The header `Idempotency-Key`. */
  readonly key: string
  readonly lines: AsyncIterable<readonly Line[]>
}

/** Adds one operation of the contract whose body and answer are lines of JSON. */
export type MountLines = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  operation: Operation<P, Q, B, A>,
  handler: (request: LinesRequest<P, Q>) => AsyncIterable<readonly Static<A>[]>,
) => void

/**
 * Nothing is read ahead of the handler, and the handler is not asked ahead of the client: whoever stops reading stops the
 * work, and the limits of the connection end what stands still (docs/operations/overload.md).
 *
 * What fails before the first line is answered like any other request. Later the status has been said: the last line is then
 * the error object.
 */
export const mountLinesOn =
  (app: FastifyInstance, verify: VerifySystemToken, log: Log): MountLines =>
  (operation, handler) => {
    const callers = new WeakMap<FastifyRequest, ManagementCaller>()
    const parts = { params: Compile<TSchema>(operation.params), query: Compile<TSchema>(operation.query) }
    app.route({
      method: operation.method,
      url: addressOf(operation).replaceAll(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      onRequest: proving(operation, verify, callers),
      handler: async (request, reply) => {
        const caller = callers.get(request)
        if (!caller) throw new Error('a handler ran without a proved caller')
        const { tid: _, ...params } = request.params as Record<string, string>
        const answers = handler({
          caller,
          params: checked(parts.params, params, 'path'),
          query: checked(parts.query, readQuery(operation.query, request.query as Record<string, unknown>), 'query'),
          key: keyOf(request),
          lines: linesOf(bounded(request), mostLineBytes),
        })[Symbol.asyncIterator]()
        const first = await answers.next()
        const refusal = (thrown: unknown): string => {
          const problem = asProblem(thrown)
          logProblem(log, 'management request failed after its first line', problem, request.id)
          return `${JSON.stringify(secureAuthError(problem, request.id).body)}\n`
        }
        return reply
          .code(operation.status)
          .type(linesType)
          .send(Readable.from(writtenFrom(first, answers, refusal), { objectMode: false }))
      },
    })
  }

/** @throws Problem `request.malformed` */
function keyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (typeof key === 'string' && /^[!-~]{1,100}$/.test(key)) return key
  throw new Problem('request.malformed', 'The header Idempotency-Key names the file, in 1 to 100 visible characters.')
}

/** @throws Problem `request.too_large`, `request.malformed` when the client went away in the middle */
async function* bounded(request: FastifyRequest): AsyncGenerator<Uint8Array> {
  // Without a body there is nothing to read, and nothing that was parsed.
  const body = (request.body ?? Readable.from([])) as AsyncIterable<Uint8Array>
  const pieces = body[Symbol.asyncIterator]()
  let bytes = 0
  while (true) {
    const next = await pieces.next().catch((cause: unknown) => {
      throw new Problem('request.malformed', 'The body ended before its end.', { cause })
    })
    if (next.done === true) return
    bytes += next.value.length
    if (bytes > mostBytes) throw new Problem('request.too_large')
    yield next.value
  }
}

async function* writtenFrom<T>(
  first: IteratorResult<readonly T[]>,
  answers: AsyncIterator<readonly T[]>,
  refusal: (thrown: unknown) => string,
): AsyncGenerator<string> {
  try {
    for (let next = first; next.done !== true; next = await answers.next()) {
      yield next.value.map((one) => `${JSON.stringify(one)}\n`).join('')
    }
  } catch (thrown) {
    yield refusal(thrown)
  } finally {
    await answers.return?.()
  }
}
