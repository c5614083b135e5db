import type { Clock } from '../../platform/clock/index.ts'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { lifetimes, raceSeconds } from '../../surfaces/oidc/lifetimes.ts'
import type { ArtifactChange, CommitOutcome, OidcIssuer, ProtocolEvent, Work } from '../../surfaces/oidc/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent, RequestFacts } from '../audit/index.ts'
import { endSession, findSessionRules, joinSession, keepToLimit, saveSession } from '../sessions/index.ts'
import type { EndNeeds, HomeOf } from '../sessions/index.ts'
import { organizationId } from '../tenancy/index.ts'
import { findUserForUpdate, maySignIn, userId } from '../users/index.ts'
import {
  consumeArtifact,
  deleteArtifact,
  findAnswer,
  revokeGrant,
  revokeToken,
  saveArtifact,
} from './artifacts.store.ts'

interface Needs extends EndNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly homeOf: HomeOf
}

/** A single-use thing was spent by somebody else, or a user ended: rolls everything back. Never leaves this file. */
class Withdrawn extends Error {
  readonly outcome: Extract<CommitOutcome, { readonly kind: 'lost' | 'ended' }>
  readonly grantId: string | undefined
  constructor(outcome: Withdrawn['outcome'], grantId?: string) {
    super(outcome.kind)
    this.outcome = outcome
    this.grantId = grantId
  }
}

/**
 * Writes what one protocol request wants, in one transaction: artifacts, the session that begins, events.
 *
 * A consume must win. When it lost, nothing of the request is kept but the proofs it showed; the loss itself is recorded,
 * and for an authorization code everything issued from it is revoked (RFC 6749 §4.1.2). Who lost a refresh token to an
 * equal request of a moment ago hears what that one was answered.
 */
export async function commitWork(needs: Needs, work: Work, facts: RequestFacts): Promise<CommitOutcome> {
  const homes = await homesOf(needs, work)
  try {
    await needs.db.transaction(async (tx) => {
      // Consumes first: whoever loses has written nothing, and holds no other lock while it waits.
      const order = work.changes.toSorted((one, other) => rank(one) - rank(other))
      const { begun, joined } = work
      const steps = order.map((change) => () => apply(tx, needs, work, change, homes))
      if (begun) steps.push(() => begin(tx, needs, work, begun, facts))
      if (joined) steps.push(() => join(tx, needs, work, joined, homes))
      // Whoever ends a grant looks at what was saved under it before, so then each waits for the one before.
      if (!order.some((change) => change.kind === 'revoke_grant')) await Promise.all(steps.map((step) => step()))
      else for (const step of steps) await step()
      for (const write of work.also) await write(tx)
      await recordEvents(
        tx,
        needs,
        facts,
        work.events.map((event) => auditEvent(work.issuer, event, homes)),
      )
    })
    return { kind: 'committed' }
  } catch (error) {
    if (!(error instanceof Withdrawn)) throw error
    return recordLoss(needs, work, error, facts, homes)
  }
}

const rank = (change: ArtifactChange): number => (change.kind === 'consume' ? 0 : 1)

/** The artifact changes alone, in a transaction of somebody else: the result that a sign-in gives its interaction. */
export async function applyWork(
  tx: Tx,
  needs: Pick<Needs, 'announceLogout' | 'clock' | 'vault'>,
  work: Work,
): Promise<void> {
  const nobody: Homes = { people: new Map(), sessions: new Map() }
  for (const change of work.changes) await apply(tx, needs, work, change, nobody)
}

async function apply(
  tx: Tx,
  needs: Pick<Needs, 'announceLogout' | 'clock' | 'vault'>,
  { issuer, answer }: Pick<Work, 'issuer' | 'answer'>,
  change: ArtifactChange,
  homes: Homes,
): Promise<void> {
  const now = needs.clock.now()
  switch (change.kind) {
    case 'save': {
      const isKept = await saveArtifact(tx, needs.vault, homeOfIssuer(issuer), {
        kind: change.model,
        id: change.id,
        payload: change.payload,
        now,
        expiresAt: addSeconds(now, change.expiresInSeconds),
        // The engine's memory of assertions: it looked before, and five requests may have looked at once.
        isOnce: change.model === 'ReplayDetection',
      })
      if (!isKept) throw new Withdrawn({ kind: 'lost', model: change.model })
      return undefined
    }
    case 'consume':
      if (!(await consumeArtifact(tx, change.model, change.id, now, keptAnswer(needs, answer, change)))) {
        throw new Withdrawn({ kind: 'lost', model: change.model }, change.grantId)
      }
      return undefined
    case 'destroy': {
      await deleteArtifact(tx, change.model, change.id)
      const ended = change.sessionUid === undefined ? undefined : homes.sessions.get(change.sessionUid)
      if (ended !== undefined && change.sessionUid !== undefined) {
        const { sessionUid } = change
        await endSession(tx, organizationId(ended), sessionUid, 'sign_out', now)
        await needs.announceLogout(tx, organizationId(ended), { sessionUid })
      }
      return undefined
    }
    case 'revoke_grant':
      return revokeGrant(tx, change.grantId, now)
    case 'revoke_token':
      return revokeToken(tx, change.tokenId, new Date(change.expiresAtSeconds * 1000))
    default:
      return change satisfies never
  }
}

/** The session begins only if the user is still who was proved: proof and session see the same epoch. */
async function begin(
  tx: Tx,
  needs: Needs,
  { issuer }: Work,
  { login, sessionUid }: NonNullable<Work['begun']>,
  facts: RequestFacts,
): Promise<void> {
  const organization = organizationId(login.organizationId)
  const [user, rules] = await Promise.all([
    findUserForUpdate(tx, organization, userId(login.accountId)),
    findSessionRules(tx, issuer.tenantId, organization),
  ])
  if (!user || !maySignIn(user) || user.sessionEpoch !== login.sessionEpoch) throw new Withdrawn({ kind: 'ended' })
  if (!rules || rules.isSuspended) throw new Withdrawn({ kind: 'ended' })
  const { policy } = rules
  const now = needs.clock.now()
  const isRemembered = login.remember && policy.mayStaySignedIn
  const authenticatedAt = new Date(login.ts * 1000)
  const session = {
    organizationId: organization,
    sessionUid,
    tenantId: issuer.tenantId,
    workspaceId: issuer.workspaceId,
    userId: user.userId,
    sessionEpoch: user.sessionEpoch,
    route: login.route,
    methods: login.amr,
    authenticatedAt,
    ipAddress: facts.ipAddress,
    userAgent: facts.userAgent,
    createdAt: now,
    lastSeenAt: now,
    isRemembered,
    expiresAt: addSeconds(authenticatedAt, isRemembered ? policy.stayAbsoluteSeconds : policy.absoluteSeconds),
  }
  await saveSession(tx, session, policy)
  await recordEvents(tx, needs, facts, [
    {
      tenantId: issuer.tenantId,
      workspaceId: issuer.workspaceId,
      organizationId: organization,
      subject: 'session',
      action: 'created',
      userId: user.userId,
      userPoolId: user.poolId,
      sessionId: sessionUid,
      context: { route: login.route },
    },
  ])
  const ending = { organizationId: organization, userId: user.userId, reason: 'over_limit', facts } as const
  await keepToLimit(tx, needs, ending, sessionUid, policy.mostSessions)
}

async function join(
  tx: Tx,
  needs: Needs,
  { issuer }: Work,
  joined: NonNullable<Work['joined']>,
  homes: Homes,
): Promise<void> {
  const home = homes.people.get(joined.subjectId)
  if (home === undefined) return
  const { tenantId, workspaceId, path: issuerPath } = issuer
  const { subjectId, ...participant } = joined
  const now = needs.clock.now()
  await joinSession(
    tx,
    { ...participant, userId: subjectId, organizationId: organizationId(home), tenantId, workspaceId, issuerPath },
    now,
    addSeconds(now, lifetimes.rememberedSession),
  )
}

function keptAnswer(
  { vault }: Pick<Needs, 'vault'>,
  answer: Work['answer'],
  change: { readonly model: string; readonly id: string },
): Parameters<typeof consumeArtifact>[4] {
  const isOfThis = answer !== undefined && change.model === 'RefreshToken' && change.id === answer.refreshToken
  return isOfThis ? { vault, kept: { sharedWith: answer.sharedWith, body: answer.body } } : undefined
}

async function recordLoss(
  needs: Needs,
  work: Work,
  loss: Withdrawn,
  facts: RequestFacts,
  homes: Homes,
): Promise<CommitOutcome> {
  const lostModel = loss.outcome.kind === 'lost' ? loss.outcome.model : undefined
  const answer = lostModel === 'RefreshToken' ? await answerOfWinner(needs, work) : undefined
  const told = answer
    ? ({ action: 'issued', reason: 'token.answered_again' } as const)
    : ({ action: 'denied', reason: lostModel === undefined ? 'account.ended' : 'token.raced' } as const)
  const isProofFresh = await needs.db.transaction(async (tx) => {
    if (lostModel === 'AuthorizationCode' && loss.grantId !== undefined) {
      await revokeGrant(tx, loss.grantId, needs.clock.now())
    }
    // Proofs that may be shown once were shown, whatever became of the rest.
    const proofs = work.changes.filter((change) => change.kind === 'save' && change.model === 'ReplayDetection')
    const areNew = lostModel === 'ReplayDetection' || (await keepProofs(tx, needs, work, proofs, homes))
    await recordEvents(
      tx,
      needs,
      facts,
      work.events.map((event) => ({
        ...auditEvent(work.issuer, event, homes),
        ...(areNew ? told : ({ action: 'denied', reason: 'token.raced' } as const)),
      })),
    )
    return areNew
  })
  if (!isProofFresh) return { kind: 'lost', model: 'ReplayDetection' }
  return answer ? { kind: 'answered', body: answer } : loss.outcome
}

async function keepProofs(
  tx: Tx,
  needs: Needs,
  work: Work,
  proofs: readonly ArtifactChange[],
  homes: Homes,
): Promise<boolean> {
  try {
    for (const proof of proofs) await apply(tx, needs, work, proof, homes)
    return true
  } catch (error) {
    if (error instanceof Withdrawn) return false
    throw error
  }
}

/** Another connection may have committed what this request lost against only just now; it is read afterwards. */
async function answerOfWinner(needs: Needs, { answer }: Work): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!answer) return undefined
  const since = addSeconds(needs.clock.now(), -raceSeconds)
  const kept = await findAnswer(needs.db.reader, needs.vault, 'RefreshToken', answer.refreshToken, since)
  return kept?.sharedWith === answer.sharedWith ? kept.body : undefined
}

/** Organizations of the people and sessions that the work speaks of; looked up before the transaction. */
interface Homes {
  readonly people: ReadonlyMap<string, string>
  readonly sessions: ReadonlyMap<string, string>
}

async function homesOf(needs: Needs, work: Work): Promise<Homes> {
  const people = new Map<string, string>()
  const sessions = new Map<string, string>()
  for (const { subjectId, sessionId } of work.events) {
    const home = subjectId === undefined ? undefined : await needs.homeOf(subjectId)
    if (subjectId === undefined || home === undefined) continue
    people.set(subjectId, home)
    if (sessionId !== undefined) sessions.set(sessionId, home)
  }
  return { people, sessions }
}

const homeOfIssuer = (issuer: OidcIssuer) => ({ tenantId: issuer.tenantId, workspaceId: issuer.workspaceId })

const auditEvent = (issuer: OidcIssuer, event: ProtocolEvent, homes: Homes): AuditEvent => ({
  tenantId: issuer.tenantId,
  workspaceId: issuer.workspaceId,
  organizationId:
    (event.subjectId === undefined ? undefined : homes.people.get(event.subjectId)) ?? issuer.organizationId,
  subject: event.subject,
  action: event.action,
  reason: event.reason,
  userId: event.subjectId,
  clientId: event.clientId,
  sessionId: event.sessionId,
  authorizationCorrelationId: event.correlationId,
  ...(event.payload === undefined ? {} : { payload: event.payload }),
})
