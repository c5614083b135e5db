import { addressOf, noBody } from '@gatehouse/contract'
import type { Operation, SelfOperation } from '@gatehouse/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Problem } from '../../problem/index.ts'
import { entityTag, expectedRevisions } from './entity-tags.ts'
import type { ExpectedRevisions } from './entity-tags.ts'
import { challenge, proveCaller } from './prove-caller.ts'
import type { ManagementCaller, VerifySystemToken } from './prove-caller.ts'
import { personChallenge, provePerson } from './prove-person.ts'
import type { SelfCaller, VerifyPersonToken } from './prove-person.ts'
import { readQuery } from './read-query.ts'

/** A request that was proved, read and checked against the contract. */
export interface OperationRequest<P extends TSchema, Q extends TSchema, B extends TSchema, C = ManagementCaller> {
  readonly caller: C
  readonly params: Static<P>
  readonly query: Static<Q>
  readonly body: Static<B>
  /** From `If-Match`. Operations that change something compare it with what they lock. */
  readonly expected: ExpectedRevisions
}

export interface OperationAnswer<A extends TSchema> {
  readonly body: Static<A>
  /** Becomes the `ETag`. */
  readonly revision?: number
}

/** Adds one operation of the contract. There is no other way to add a route. */
export type Mount = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  operation: Operation<P, Q, B, A>,
  handler: (request: OperationRequest<P, Q, B>) => Promise<OperationAnswer<A>>,
) => void

/** The same for the self-service API, where a person calls and not an application. */
export type MountSelf<Person> = <P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  operation: SelfOperation<P, Q, B, A>,
  handler: (request: OperationRequest<P, Q, B, SelfCaller<Person>>) => Promise<OperationAnswer<A>>,
) => void

export const mountOn =
  (app: FastifyInstance, verify: VerifySystemToken): Mount =>
  (operation, handler) =>
    addRoute(
      app,
      operation,
      {
        prove: (request) => proveCaller(request, tenantNamed(request), operation.scope, verify),
        challenge: (problem, hadToken) => challenge(problem, hadToken, operation.scope),
      },
      handler,
    )

export const mountSelfOn =
  <Person>(app: FastifyInstance, verify: VerifyPersonToken<Person>): MountSelf<Person> =>
  (operation, handler) =>
    addRoute(
      app,
      operation,
      {
        prove: (request) => provePerson(request, operation, verify),
        challenge: (problem, hadToken) => personChallenge(problem, hadToken, operation),
      },
      handler,
    )

interface Proof<C> {
  prove(request: FastifyRequest): Promise<C>
  challenge(problem: Problem, hadToken: boolean): string | undefined
}

function addRoute<C, P extends TSchema, Q extends TSchema, B extends TSchema, A extends TSchema>(
  app: FastifyInstance,
  operation: Omit<Operation<P, Q, B, A>, 'scope'>,
  proof: Proof<C>,
  handler: (request: OperationRequest<P, Q, B, C>) => Promise<OperationAnswer<A>>,
): void {
  const callers = new WeakMap<FastifyRequest, { readonly caller: C }>()
  const parts = {
    params: Compile<TSchema>(operation.params),
    query: Compile<TSchema>(operation.query),
    body: Compile<TSchema>(operation.body),
  }
  app.route({
    method: operation.method,
    url: addressOf(operation).replaceAll(/\{(\w+)\}/g, ':$1'),
    exposeHeadRoute: false,
    // Before the body is read: strangers cost nothing.
    onRequest: async (request, reply) => {
      try {
        callers.set(request, { caller: await proof.prove(request) })
      } catch (thrown) {
        sayChallenge(request, reply, thrown, proof)
        throw thrown
      }
    },
    handler: async (request, reply) => {
      const proved = callers.get(request)
      if (!proved) throw new Error('a handler ran without a proved caller')
      const expected = expectedRevisions(request.headers['if-match'])
      const answer = await handler({
        caller: proved.caller,
        params: checked(parts.params, ownParams(operation, request.params as Record<string, string>), 'path'),
        query: checked(parts.query, readQuery(operation.query, request.query as Record<string, unknown>), 'query'),
        body: checked(parts.body, request.body ?? undefined, 'body'),
        expected,
      })
      if (answer.revision !== undefined) void reply.header('etag', entityTag(answer.revision))
      if (operation.method === 'GET' && isUnwanted(answer.revision, expected)) throw new Problem('request.conflict')
      return reply.code(operation.status).send((operation.answer as TSchema) === noBody ? undefined : answer.body)
    },
  })
}

/** Without what the prefix names: that is for whoever proves the caller. */
function ownParams({ surface }: Pick<Operation, 'surface'>, all: Record<string, string>): Record<string, string> {
  const { tid: _tid, ...params } = all
  if (surface !== 'self') return params
  const { wid: _wid, ...own } = params
  return own
}

/** Before the body is read: strangers cost nothing. */
export const proving =
  (
    operation: Pick<Operation, 'scope'>,
    verify: VerifySystemToken,
    callers: WeakMap<FastifyRequest, ManagementCaller>,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      callers.set(request, await proveCaller(request, tenantNamed(request), operation.scope, verify))
    } catch (thrown) {
      sayChallenge(request, reply, thrown, {
        challenge: (problem, hadToken) => challenge(problem, hadToken, operation.scope),
      })
      throw thrown
    }
  }

/** Where the address does not say which tenant, the query does; no tenant has the name of none, or of several. */
function tenantNamed(request: FastifyRequest): string {
  const { tid } = request.params as { readonly tid?: string }
  const tenant = tid ?? (request.query as { readonly tid?: unknown }).tid
  return typeof tenant === 'string' ? tenant : ''
}

const isUnwanted = (revision: number | undefined, expected: ExpectedRevisions): boolean =>
  revision !== undefined && expected !== undefined && !expected.includes(revision)

export type Checker = ReturnType<typeof Compile<TSchema>>

/** @throws Problem `request.malformed` naming the fields, never their values */
export function checked<S extends TSchema>(
  checker: Checker,
  value: unknown,
  part: 'body' | 'path' | 'query',
): Static<S> {
  // U+0000 is in no name and no text that a database holds; in bodies nothing lets it in.
  if (part !== 'body' && JSON.stringify(value).includes(String.raw`\u0000`)) {
    throw new Problem('request.malformed', `The ${part} holds a character that is not allowed.`)
  }
  if (checker.Check(value)) return value as Static<S>
  const fields = checker
    .Errors(value)
    .slice(0, 20)
    .filter(({ message }) => message !== 'schema is false')
    .map((error) => ({ field: `${part}${error.instancePath}`, message: `${error.message}${named(error.params)}` }))
  throw new Problem('request.malformed', `The ${part} does not have the shape that this operation takes.`, {
    details: { fields },
  })
}

function named(params: object): string {
  const names: unknown =
    'additionalProperties' in params
      ? params.additionalProperties
      : 'requiredProperties' in params
        ? params.requiredProperties
        : undefined
  return Array.isArray(names) ? `: ${names.map((name) => String(name).slice(0, 60)).join(', ')}` : ''
}

function sayChallenge(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  proof: Pick<Proof<unknown>, 'challenge'>,
): void {
  if (!(thrown instanceof Problem)) return
  const words = proof.challenge(thrown, /^Bearer /i.test(request.headers.authorization ?? ''))
  if (words !== undefined) void reply.header('www-authenticate', words)
}
