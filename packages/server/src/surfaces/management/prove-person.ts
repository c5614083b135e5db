import type { SelfOperation } from '@gatehouse/contract'
import type { FastifyRequest } from 'fastify'
import { Problem } from '../../problem/index.ts'
import { requestFacts } from '../request-facts.ts'
import { bearerOf } from './prove-caller.ts'

/** A person who acts through an application, and what the application may do for them. */
export interface PersonProof<Person> {
  readonly person: Person
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly proofAgeSeconds: number
}

/** Whose token this is at the issuer `/{tid}/{wid}`, at this moment. */
export type VerifyPersonToken<Person> = (
  token: string,
  tenantId: string,
  segment: string,
) => Promise<PersonProof<Person> | undefined>

/** Who calls the self-service API of an issuer; nobody where the operation asks for nobody. */
export interface SelfCaller<Person> {
  readonly tenantId: string
  /** As it stands in the address: a workspace, or an organization in the place of one. */
  readonly segment: string
  readonly proof: PersonProof<Person> | undefined
  readonly facts: ReturnType<typeof requestFacts> & { readonly clientId?: string }
}

/**
 * @throws Problem `caller.unauthenticated` without a good token, `caller.forbidden` when it lacks the scope,
 * `caller.proof_too_old` where the operation wants a newer one
 */
export async function provePerson<Person>(
  request: FastifyRequest,
  operation: Pick<SelfOperation, 'access' | 'maxAgeSeconds'>,
  verify: VerifyPersonToken<Person>,
): Promise<SelfCaller<Person>> {
  const { tid: tenantId, wid: segment } = request.params as { tid: string; wid: string }
  const facts = requestFacts(request)
  const { access, maxAgeSeconds } = operation
  if (access === 'none') return { tenantId, segment, proof: undefined, facts }
  const token = bearerOf(request)
  const proof = token === undefined ? undefined : await verify(token, tenantId, segment)
  if (!proof) throw new Problem('caller.unauthenticated')
  if (access !== 'any' && !proof.scopes.has(access)) {
    throw new Problem('caller.forbidden', `The scope ${access} is needed.`)
  }
  if (maxAgeSeconds !== undefined && proof.proofAgeSeconds > maxAgeSeconds) throw new Problem('caller.proof_too_old')
  return { tenantId, segment, proof, facts: { ...facts, clientId: proof.clientId } }
}

/** What a refused caller is told to do. @see RFC 6750 §3, RFC 9470 §3 */
export function personChallenge(
  problem: Problem,
  hadToken: boolean,
  { access, maxAgeSeconds }: Pick<SelfOperation, 'access' | 'maxAgeSeconds'>,
): string | undefined {
  switch (problem.code) {
    case 'caller.unauthenticated':
      return hadToken ? 'Bearer realm="identity", error="invalid_token"' : 'Bearer realm="identity"'
    case 'caller.forbidden':
      return `Bearer realm="identity", error="insufficient_scope", scope="${access}"`
    case 'caller.proof_too_old':
      return `Bearer realm="identity", error="insufficient_user_authentication", max_age="${maxAgeSeconds}"`
    default:
      return undefined
  }
}
