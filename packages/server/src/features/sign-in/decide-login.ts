import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Reader, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent, Reason, RequestFacts } from '../audit/index.ts'
import { findBiller } from '../billers/index.ts'
import { findHome } from '../directory/index.ts'
import { findSessionRules } from '../sessions/index.ts'
import { findOrganization, findWorkspace } from '../tenancy/index.ts'
import { findUserForUpdate, maySignIn, userId } from '../users/index.ts'
import type { ExternalLogin, LoginDecision, Proof, SignInFlow } from './flow.ts'
import { browserHash, findExternalFlow, saveFlow } from './flows.store.ts'
import type { LoginStates } from './login-states.ts'

export interface LoginNeeds {
  /** Our public origin. */
  readonly origin: string
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly loginStates: LoginStates
}

/** A sign-in as a login page names it. */
export interface NamedLogin {
  readonly tenantId: string
  readonly loginId: string
  /** Absent is wrong. */
  readonly loginState: string | undefined
}

/** Who it was, by the word of the login page. */
export interface ClaimedProof {
  readonly subject: string
  readonly methods: readonly string[]
  readonly acr: string | undefined
  /** Absent: now. */
  readonly provedAtSeconds: number | undefined
}

export interface LoginRefusal {
  readonly error: string
  readonly description: string | undefined
}

type ExternalFlow = SignInFlow & { readonly login: ExternalLogin }

/**
 * A sign-in that an external login page was asked to decide.
 *
 * @throws Problem `login.not_found` — the same for one that is absent, over, of another tenant, decided by our own pages, or
 * named with another state
 */
export async function findLogin(
  needs: Pick<LoginNeeds, 'clock' | 'loginStates'>,
  reader: Reader,
  { tenantId, loginId, loginState }: NamedLogin,
): Promise<ExternalFlow> {
  const flow = await findExternalFlow(reader, tenantId, loginId, needs.clock.now())
  if (!flow?.login || flow.isFinished || !needs.loginStates.isOf(flow, loginState)) throw new Problem('login.not_found')
  return { ...flow, login: flow.login }
}

/**
 * Takes the word of an external login page for who the person is. Once: whoever decides second finds nothing. What is said is
 * judged again when the browser comes back, which must be the one that was sent there.
 *
 * @returns where the page sends that browser
 * @throws Problem `login.not_found`; `login.refused` when this person may not be signed in here, which leaves the sign-in
 * open; `request.malformed` for a strength that is not met
 */
export async function acceptLogin(
  needs: LoginNeeds,
  named: NamedLogin,
  claimed: ClaimedProof,
  facts: RequestFacts,
): Promise<string> {
  const outcome = await needs.db.transaction(async (tx) => {
    const flow = await openLogin(needs, tx, named)
    await assertAcr(tx, flow, claimed)
    const judged = await judge(needs, tx, flow, claimed)
    if ('reason' in judged) {
      await recordEvents(tx, needs, facts, [{ ...about(flow), action: 'failed', reason: judged.reason }])
      return undefined
    }
    const event = {
      ...about(flow),
      organizationId: judged.proof.organizationId,
      action: 'confirmed' as const,
      reason: 'login.confirmed_by_page' as const,
      affectedUserId: judged.proof.userId,
    }
    return decide(needs, tx, flow, { kind: 'accepted', proof: judged.proof }, event, facts)
  })
  if (outcome === undefined) throw new Problem('login.refused')
  return outcome
}

/** The application hears the refusal when the browser comes back. Once. @throws Problem `login.not_found` */
export function rejectLogin(
  needs: LoginNeeds,
  named: NamedLogin,
  refusal: LoginRefusal,
  facts: RequestFacts,
): Promise<string> {
  return needs.db.transaction(async (tx) => {
    const flow = await openLogin(needs, tx, named)
    const event = { ...about(flow), action: 'rejected' as const, reason: 'login.rejected_by_page' as const }
    return decide(needs, tx, flow, { kind: 'rejected', ...refusal }, event, facts)
  })
}

async function openLogin(needs: LoginNeeds, tx: Tx, named: NamedLogin): Promise<ExternalFlow> {
  const flow = await findLogin(needs, tx, named)
  if (flow.login.decision) throw new Problem('login.not_found')
  return flow
}

/** One conditional update decides: of two at once the second finds that the flow has moved. */
async function decide(
  needs: LoginNeeds,
  tx: Tx,
  flow: ExternalFlow,
  word: LoginDecision['word'],
  event: AuditEvent,
  facts: RequestFacts,
): Promise<string> {
  const verifier = needs.random.secret()
  const decision: LoginDecision = {
    word,
    clientId: facts.clientId ?? '',
    verifierHash: browserHash(verifier).toString('hex'),
  }
  if (!(await saveFlow(tx, { ...flow, login: { ...flow.login, decision } }))) throw new Problem('login.not_found')
  await recordEvents(tx, needs, facts, [event])
  const query = new URLSearchParams({ login_verifier: verifier })
  return `${needs.origin}${flow.issuerPath}/sign-in/${flow.flowId}/continue?${query.toString()}`
}

/**
 * The decision that a browser brings back. Without the verifier, which went through the login page to the browser that it
 * proved, whoever began the sign-in could wait for another person to finish it and be signed in as them.
 */
export function broughtDecision(flow: SignInFlow, verifier: unknown): LoginDecision | undefined {
  const { decision } = flow.login ?? {}
  if (!decision || flow.isFinished || typeof verifier !== 'string') return undefined
  const [kept, brought] = [Buffer.from(decision.verifierHash, 'hex'), browserHash(verifier)]
  return kept.length === brought.length && timingSafeEqual(kept, brought) ? decision : undefined
}

/** @throws Problem `request.malformed` for a strength that the workspace does not name or the methods do not meet */
async function assertAcr(reader: Reader, flow: SignInFlow, { acr, methods }: ClaimedProof): Promise<void> {
  if (acr === undefined) return
  const workspace = await findWorkspace(reader, flow.tenantId, flow.workspaceId)
  const wanted = workspace?.acrs?.find(({ name }) => name === acr)
  if (!wanted?.methods.every((method) => methods.includes(method))) {
    throw new Problem('request.malformed', 'acr must be one that the workspace names, and amr must hold its methods.')
  }
}

async function judge(
  needs: LoginNeeds,
  tx: Tx,
  flow: ExternalFlow,
  claimed: ClaimedProof,
): Promise<{ readonly proof: Proof } | { readonly reason: Reason }> {
  const home = isUuid.test(claimed.subject) ? await findHome(tx, claimed.subject) : undefined
  if (home?.tenantId !== flow.tenantId) return { reason: 'login.subject_unknown' }
  const { organizationId } = home
  const organization = await findOrganization(tx, flow.tenantId, organizationId)
  const isHere = organization?.workspaceId === flow.workspaceId
  if (!isHere || (flow.fixedOrganizationId ?? organizationId) !== organizationId) {
    return { reason: 'login.subject_unknown' }
  }
  const user = await findUserForUpdate(tx, organizationId, userId(claimed.subject))
  const rules = await findSessionRules(tx, flow.tenantId, organizationId)
  if (!user || !rules) return { reason: 'login.subject_unknown' }
  if (!maySignIn(user)) return { reason: 'user.inactive' }
  if (rules.isSuspended) return { reason: 'organization.suspended' }
  const now = needs.clock.nowSeconds()
  const provedAtSeconds = claimed.provedAtSeconds ?? now
  const { maxAgeSeconds, isFresh, requestedAtSeconds } = flow.login.request
  const earliest = Math.max(
    now - (maxAgeSeconds ?? Infinity),
    isFresh ? requestedAtSeconds : -Infinity,
    // A session that is over when it begins would be asked for again at once, for ever.
    now - rules.policy.absoluteSeconds + 1,
  )
  if (provedAtSeconds < earliest || provedAtSeconds > now) return { reason: 'login.proof_out_of_time' }
  const biller = await findBiller(tx, flow.tenantId, organizationId)
  return {
    proof: {
      userId: user.userId,
      organizationId,
      route: 'external',
      billerEpoch: biller?.epoch ?? 0,
      sessionEpoch: user.sessionEpoch,
      methods: claimed.methods,
      provedAtSeconds,
      mustChange: false,
      mustReset: false,
    },
  }
}

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const about = (flow: SignInFlow) => ({
  tenantId: flow.tenantId,
  workspaceId: flow.workspaceId,
  organizationId: flow.fixedOrganizationId,
  subject: 'login' as const,
  sessionId: flow.flowId,
  context: { route: 'external', application: flow.clientId },
})
