import type { Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent, Reason, RequestFacts } from '../audit/index.ts'
import { findBiller } from '../billers/index.ts'
import { findPassword, replaceVerifier } from '../credentials/index.ts'
import type { LegacyUser } from '../legacy/index.ts'
import { hostedPageOf } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findUserForUpdate, maySignIn } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { ensureUser } from './ensure-user.ts'
import { findRoute } from './find-route.ts'
import type { Destination, LookUp } from './find-route.ts'
import type { Proof, SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import type { SignInNeeds } from './needs.ts'
import { isPartial } from './is-partial.ts'
import { prove } from './prove.ts'
import type { Verdict } from './prove.ts'
import type { Trier } from './throttle.ts'

/** What a form brought to a try: the password, and what may speak for the browser. */
export interface PasswordForm {
  readonly password: string
  /** The cookie of `knownBrowsers`. */
  readonly knownCookie: string | undefined
  /** Work that was done for this try. */
  readonly work: string
}

export type PasswordOutcome =
  /** `knownCookie`: what the browser is to keep from now on; undefined when what it has is fresh. */
  | { readonly kind: 'proved'; readonly knownCookie: string | undefined }
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled' }
  /** Since the name was taken it has come to be proved at the hosted page. */
  | { readonly kind: 'hosted' }
  /** Something changed while the password was checked: look at the flow again. */
  | { readonly kind: 'conflict' }

/**
 * Checks the password of the name in the flow. The right one is answered at once; every refusal (wrong password, unknown,
 * locked or switched-off name, unreachable store) at the same moment after it was asked, in the same words.
 *
 * The try is counted before the password is looked at. A success is judged again inside the transaction that keeps it:
 * the user, the password and the biller must still be what they were when the hash was checked.
 *
 * @throws Problem `server.busy`, alike for every name, before the try is counted
 */
export async function takePassword(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  form: PasswordForm,
  facts: RequestFacts,
): Promise<PasswordOutcome> {
  const { identifier } = flow
  if (!identifier) return { kind: 'conflict' }
  if (form.password === '') return { kind: 'empty' }
  // Known before any store is asked, so that what this very name does to a store cannot show in its own answer.
  const isShort = await isPartial(needs, workspace, flow)
  const checked = await needs.refusals.answer({
    // Before the try is counted, and before the name is looked at: being turned away costs no try and tells nothing.
    work: () =>
      needs.hasher.reserved((hasher) =>
        checkPassword({ ...needs, hasher }, workspace, flow, identifier.typed, form, isShort, facts),
      ),
    isAtOnce: ({ outcome }) => outcome.kind === 'proved' || outcome.kind === 'conflict',
    proverOf: ({ prover }) => prover,
  })
  return checked.outcome
}

/** Of the time until the deadline, what the stores get to say whether they have a name that the index lacks. */
const lookUpShare = 0.8

export const lookUpInTime = ({ refusals }: Pick<SignInNeeds, 'refusals'>): LookUp => ({
  storesMilliseconds: refusals.milliseconds * lookUpShare,
})

interface Checked {
  readonly outcome: PasswordOutcome
  /** Who looked at the password; nobody while waiting, or when a store could not be asked. */
  readonly prover?: string
}

async function checkPassword(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  typed: string,
  { password, knownCookie, work }: PasswordForm,
  isShort: boolean,
  facts: RequestFacts,
): Promise<Checked> {
  const subject = needs.throttle.subjectOf(workspace, typed)
  const outcome = await needs.throttle.takeTry('password', subject, {
    ...trierOf(flow, facts),
    knownBrowser: needs.known.find(knownCookie, subject),
    solved: needs.work.read(work, { flowId: flow.flowId, ipAddress: facts.ipAddress }),
  })
  if (outcome.kind !== 'allowed') {
    const waiting: SignInFlow = {
      ...flow,
      refusal: undefined,
      waitUntilSeconds: outcome.untilSeconds,
      waitFor: outcome.kind === 'wait' ? undefined : outcome.kind,
    }
    await refuse(needs, workspace, waiting, reasonOf[outcome.kind], undefined, facts)
    return { outcome: { kind: 'throttled' } }
  }
  const destination = await findRoute(needs, workspace, flow, typed, lookUpInTime(needs))
  if (hostedPageOf(workspace) && destination.route !== 'legacy') {
    // No password of ours is tried in the place of the page that asks for a second factor, whichever biller has just moved.
    await needs.throttle.refused(outcome)
    const hosted: SignInFlow = { ...flow, isHosted: true, refusal: undefined, waitUntilSeconds: undefined }
    await refuse(needs, workspace, hosted, destination.reason, destination, facts)
    return { outcome: { kind: 'hosted' } }
  }
  const verdict = await prove(needs, destination, password)
  if (verdict.kind === 'refused') {
    await needs.throttle.refused(outcome)
    const refused: SignInFlow = {
      ...flow,
      refusal: { isPartial: isShort },
      waitUntilSeconds: undefined,
      waitFor: undefined,
    }
    await refuse(needs, workspace, refused, verdict.reason, destination, facts)
    return { outcome: { kind: 'refused' }, ...proverOf(destination, verdict) }
  }
  const isKept = await needs.db.transaction((tx) => keepProof(tx, needs, workspace, flow, destination, verdict, facts))
  if (!isKept) return { outcome: { kind: 'conflict' } }
  await needs.throttle.giveBack(outcome)
  const proved = { kind: 'proved', knownCookie: needs.known.note(knownCookie, subject) } as const
  return { outcome: proved, ...proverOf(destination, verdict) }
}

/** A store that did not answer in time says nothing about how long a check takes. */
function proverOf({ route, entry }: Destination, verdict: Verdict): { readonly prover?: string } {
  if (verdict.kind === 'refused' && verdict.reason === 'legacy.unavailable') return {}
  return { prover: route === 'legacy' ? (entry?.legacyStoreId ?? route) : route }
}

/** Whose tries are counted: the request's network, at the flow's door. */
export const trierOf = (
  flow: Pick<SignInFlow, 'tenantId' | 'workspaceId' | 'fixedOrganizationId'>,
  facts: Pick<RequestFacts, 'ipAddress'>,
): Trier => ({
  ipAddress: facts.ipAddress,
  door: { tenantId: flow.tenantId, workspaceId: flow.workspaceId, organizationId: flow.fixedOrganizationId },
})

const reasonOf = { wait: 'throttle.waiting', work: 'throttle.work_asked', closed: 'throttle.closed' } as const

async function refuse(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  reason: Reason | undefined,
  destination: Destination | undefined,
  facts: RequestFacts,
): Promise<void> {
  await needs.db.transaction(async (tx) => {
    // Another tab of this flow may have been first; its page is then the one that is shown.
    await saveFlow(tx, flow)
    await recordEvents(tx, needs, facts, [
      {
        ...loginEvent(workspace, flow, destination),
        action: 'failed',
        reason,
        affectedUserId: destination?.entry?.userId,
        // The person's own spelling helps support; it is kept only for names that exist, so that a password typed into
        // the wrong field is not kept.
        ...(destination?.entry ? { payload: { username: flow.identifier?.typed } } : {}),
      },
    ])
  })
}

export const loginEvent = (
  workspace: Workspace,
  flow: SignInFlow,
  destination: Destination | undefined,
): Pick<
  AuditEvent,
  'tenantId' | 'workspaceId' | 'organizationId' | 'subject' | 'clientId' | 'sessionId' | 'context'
> => ({
  tenantId: workspace.tenantId,
  workspaceId: workspace.workspaceId,
  organizationId: destination?.entry?.organizationId ?? flow.fixedOrganizationId,
  subject: 'login',
  clientId: flow.clientId,
  sessionId: flow.flowId,
  context: {
    route: destination?.route,
    door: destination?.door,
    mode: destination?.biller?.mode,
    epoch: destination?.biller?.epoch,
  },
})

type Proved = Exclude<Verdict, { readonly kind: 'refused' }>
type ProvedInPool = Extract<Verdict, { readonly kind: 'proved_in_pool' }>

async function keepProof(
  tx: Tx,
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  destination: Destination,
  verdict: Proved,
  facts: RequestFacts,
): Promise<boolean> {
  const { biller } = destination
  const [billerNow, inPool] = await Promise.all([
    biller && findBiller(tx, biller.tenantId, biller.organizationId),
    verdict.kind === 'proved_in_pool' ? provedInPool(tx, needs, verdict) : undefined,
  ])
  if (billerNow?.epoch !== biller?.epoch) return false
  const kept =
    verdict.kind === 'proved_in_pool'
      ? inPool
      : await provedInLegacy(tx, needs, workspace, destination, verdict.person, facts)
  if (!kept) return false
  await renewVerifier(tx, needs, verdict)
  const { user, state } = kept
  const proof: Proof = {
    userId: user.userId,
    organizationId: user.organizationId,
    route: verdict.kind === 'proved_in_pool' ? 'pool' : 'legacy',
    billerEpoch: biller?.epoch ?? 0,
    sessionEpoch: user.sessionEpoch,
    ...(verdict.kind === 'proved_in_pool' ? { generation: verdict.record.generation } : {}),
    provedAtSeconds: needs.clock.nowSeconds(),
    mustChange: state === 'must_be_changed',
    mustReset: state === 'must_be_reset',
  }
  if (!(await saveFlow(tx, { ...flow, proof, refusal: undefined, waitUntilSeconds: undefined, waitFor: undefined })))
    return false
  const told = { affectedUserId: user.userId, affectedUserPoolId: user.poolId, userId: user.userId }
  await recordEvents(tx, needs, facts, [
    {
      ...loginEvent(workspace, flow, destination),
      ...told,
      action: proof.mustReset ? 'failed' : 'attempted',
      ...(state === 'must_be_reset' ? { reason: 'password.must_be_reset' as const } : {}),
      ...(state === 'must_be_changed' ? { reason: 'password.must_be_changed' as const } : {}),
    },
    ...(verdict.kind === 'proved_in_pool' && verdict.renewedVerifier !== undefined
      ? [
          {
            ...loginEvent(workspace, flow, destination),
            ...told,
            subject: 'credential' as const,
            action: 'updated' as const,
            reason: 'password.rehashed' as const,
          },
        ]
      : []),
  ])
  return true
}

interface ProvedUser {
  /** As they are now, locked until the proof is kept. */
  readonly user: User
  readonly state: string
}

/** Writes nothing. @returns undefined when what was proved is no longer so */
async function provedInPool(
  tx: Tx,
  { vault }: Pick<SignInNeeds, 'vault'>,
  proved: ProvedInPool,
): Promise<ProvedUser | undefined> {
  const { organizationId, userId } = proved.user
  const [user, record] = await Promise.all([
    findUserForUpdate(tx, organizationId, userId),
    findPassword(tx, vault, organizationId, userId),
  ])
  const isSame =
    user !== undefined &&
    maySignIn(user) &&
    user.sessionEpoch === proved.user.sessionEpoch &&
    record?.generation === proved.record.generation
  return isSame ? { user, state: record.state } : undefined
}

/** Makes the person's half here if they have none yet. @returns undefined when they may not sign in */
async function provedInLegacy(
  tx: Tx,
  needs: SignInNeeds,
  workspace: Workspace,
  { biller, canonical }: Destination,
  person: LegacyUser,
  facts: RequestFacts,
): Promise<ProvedUser | undefined> {
  if (!biller || canonical === undefined) return undefined
  const made = await ensureUser(tx, needs, facts, workspace, biller, canonical, person)
  const user = await findUserForUpdate(tx, made.organizationId, made.userId)
  if (!user || !maySignIn(user)) return undefined
  return { user, state: person.mustChange ? 'must_be_changed' : 'valid' }
}

async function renewVerifier(tx: Tx, { vault, clock }: SignInNeeds, verdict: Proved): Promise<void> {
  if (verdict.kind !== 'proved_in_pool' || verdict.renewedVerifier === undefined) return
  const { user, record, renewedVerifier } = verdict
  await replaceVerifier(tx, vault, user.organizationId, user.userId, record, renewedVerifier, clock.now())
}
