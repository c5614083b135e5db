import { notOffered } from '@gatehouse/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../../platform/log/index.ts'
import { asProblem, Problem, secureAuthError } from '../../problem/index.ts'
import { mountOn, mountSelfOn } from './mount.ts'
import type { Mount, MountSelf } from './mount.ts'
import { linesType, mountLinesOn } from './mount-lines.ts'
import type { MountLines } from './mount-lines.ts'
import { mountNotOffered } from './not-offered.ts'
import type { VerifySystemToken } from './prove-caller.ts'
import type { VerifyPersonToken } from './prove-person.ts'
import { parseStrictJson } from '../../protocol/strict-json.ts'
import { logProblem } from '../log-problem.ts'

export interface ManagementNeeds {
  readonly verifySystemToken: VerifySystemToken
  readonly log: Log
}

// Divergence D-05: a larger one is answered 413; 412 is for entity tags only.
/** Bodies are single objects of settings or of one person. */
const largestBody = 256 * 1024

/**
 * The SecureAuth-compatible API under `/api/system`, `/api/identity`, `/api/admin` and `/api/hub`: proof of the caller, JSON and
 * nothing else, the vendor's error object, entity tags. What an operation does is given by `mountAll`.
 *
 * Every request needs a Bearer token of the tenant's `system` workspace; an address that is not an operation answers 404
 * to anybody.
 */
export async function managementSurface<Person = never>(
  app: FastifyInstance,
  needs: ManagementNeeds,
  mountAll: (mount: Mount, mountLines: MountLines) => void,
  self?: { readonly verify: VerifyPersonToken<Person>; readonly mountAll: (mount: MountSelf<Person>) => void },
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: largestBody },
      (_request, body, done) => {
        try {
          done(
            null,
            body.length === 0
              ? undefined
              : parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(body as Buffer)),
          )
        } catch (cause) {
          const reason = cause instanceof SyntaxError ? cause.message : 'the body is not UTF-8'
          done(new Problem('request.malformed', `The body cannot be read: ${reason}.`, { cause }))
        }
      },
    )
    scope.addHook('onRequest', async (request, reply) => {
      void reply.header('cache-control', 'no-store').header('x-request-id', request.id)
    })
    scope.setErrorHandler((thrown, request, reply) => refuse(thrown, request, reply, needs.log))
    for (const row of notOffered) mountNotOffered(scope, needs.verifySystemToken, row)
    await scope.register(async (lines) => {
      // Here bodies are read by whoever handles them, and nowhere else.
      lines.removeAllContentTypeParsers()
      lines.addContentTypeParser(linesType, (_request, body, done) => done(null, body))
      mountAll(mountOn(scope, needs.verifySystemToken), mountLinesOn(lines, needs.verifySystemToken, needs.log))
    })
    self?.mountAll(mountSelfOn(scope, self.verify))
  })
  for (const prefix of ['/api/admin', '/api/hub', '/api/identity', '/api/system']) {
    await app.register(
      async (scope) => {
        scope.setNotFoundHandler((request, reply) =>
          refuse(new Problem('request.not_found'), request, reply, needs.log),
        )
      },
      { prefix },
    )
  }
}

function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const problem = asProblem(thrown)
  logProblem(log, 'management request failed', problem, request.id)
  const { status, contentType, headers, body } = secureAuthError(problem, request.id)
  return reply
    .code(status)
    .headers({ ...headers, 'content-type': contentType })
    .send(body)
}
