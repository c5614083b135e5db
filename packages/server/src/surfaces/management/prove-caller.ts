import type { SystemScope } from '@gatehouse/contract'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { requestFacts } from '../request-facts.ts'

/** An application that proved itself, and what it may do. */
export interface ProvedClient {
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
}

/**
 * Whose token this is, if it was issued by the tenant's `system` workspace and is still good. A token of another tenant
 * or another workspace is no token.
 */
export type VerifySystemToken = (token: string, tenantId: string) => Promise<ProvedClient | undefined>

/** Who calls, in which tenant, and where the request came from. */
export interface ManagementCaller {
  readonly tenantId: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly facts: {
    readonly requestId: string
    readonly ipAddress: string
    readonly userAgent: string
    readonly clientId: string
  }
}

/**
 * Reads the token of the Authorization header and nothing else.
 *
 * @throws Problem `caller.unauthenticated` without a good token, `caller.forbidden` when it lacks the scope
 * @see RFC 6750 §2.1
 */
export async function proveCaller(
  request: FastifyRequest,
  tenantId: string,
  scope: SystemScope,
  verify: VerifySystemToken,
): Promise<ManagementCaller> {
  const token = bearerOf(request)
  const client = token === undefined ? undefined : await verify(token, tenantId)
  if (!client) throw new Problem('caller.unauthenticated')
  if (!client.scopes.has(scope)) throw new Problem('caller.forbidden', `The scope ${scope} is needed.`)
  return {
    tenantId,
    clientId: client.clientId,
    scopes: client.scopes,
    facts: { ...requestFacts(request), clientId: client.clientId },
  }
}

/** The token of the Authorization header. */
export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]

/** What a refused caller is told to do. @see RFC 6750 §3 */
export function challenge(problem: Problem, hadToken: boolean, scope: SystemScope | undefined): string | undefined {
  if (problem.code === 'caller.unauthenticated') {
    return hadToken ? 'Bearer realm="management", error="invalid_token"' : 'Bearer realm="management"'
  }
  if (problem.code !== 'caller.forbidden') return undefined
  return `Bearer realm="management", error="insufficient_scope"${scope === undefined ? '' : `, scope="${scope}"`}`
}
