import { timingSafeEqual } from 'node:crypto'
import { addSeconds } from '../../platform/clock/index.ts'
import { lookupKeyText, maxUsernameCharacters } from '../../protocol/precis.ts'
import { recordEvents } from '../audit/index.ts'
import type { Reason, RequestFacts } from '../audit/index.ts'
import { checkNewPassword, consumeCode, saveCode, takeAttempt } from '../credentials/index.ts'
import type { PolicyRefusal } from '../credentials/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findUser, userId } from '../users/index.ts'
import { ensureUser } from './ensure-user.ts'
import { findRoute } from './find-route.ts'
import type { SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import type { SignInNeeds } from './needs.ts'
import { readPerson } from './prove.ts'
import { setNewPassword } from './set-new-password.ts'
import type { PasswordHome } from './set-new-password.ts'
import { trierOf } from './take-password.ts'

/** NIST SP 800-63B-4 §3.1.3: six digits, ten minutes; five tries each. */
export const resetCode = { digits: 6, lifeSeconds: 600, attempts: 5 } as const

/** The least any pool may ask for; what the person's own pool asks is judged once the code has proved them. */
const leastAnywhere = 8

export type AskOutcome =
  | { readonly kind: 'asked' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_long' }
  | { readonly kind: 'too_soon'; readonly waitSeconds: number }
  | { readonly kind: 'conflict' }

/**
 * Asks for a code to set a new password. The same rows are written for every name; whether there is anybody to write to
 * is found out by the worker that sends, where nobody waits for the answer.
 */
export async function askForCode(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  typedRaw: string,
  knownCookie: string | undefined,
  facts: RequestFacts,
): Promise<AskOutcome> {
  const typed = typedRaw.trim()
  if (typed === '') return { kind: 'empty' }
  if (typed.length > maxUsernameCharacters) return { kind: 'too_long' }
  return needs.refusals.answer({
    work: () => writeRequest(needs, workspace, flow, typed, knownCookie, facts),
    isAtOnce: () => false,
  })
}

async function writeRequest(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  typed: string,
  knownCookie: string | undefined,
  facts: RequestFacts,
): Promise<AskOutcome> {
  const now = needs.clock.now()
  const subjectKey = needs.throttle.subjectOf(workspace, typed)
  const messages = await needs.throttle.takeTry('message', subjectKey, {
    ...trierOf(flow, facts),
    knownBrowser: needs.known.find(knownCookie, subjectKey),
  })
  if (messages.kind !== 'allowed') {
    return { kind: 'too_soon', waitSeconds: Math.max(1, messages.untilSeconds - needs.clock.nowSeconds()) }
  }
  const isKept = await needs.db.transaction(async (tx) => {
    const next = { ...flow, recovery: { typed, lookupText: lookupKeyText(typed) } }
    if (!(await saveFlow(tx, next))) return false
    await saveCode(tx, needs.vault, {
      codeId: flow.flowId,
      purpose: 'password_reset',
      tenantId: workspace.tenantId,
      code: needs.random.digits(resetCode.digits),
      subjectKey,
      attempts: resetCode.attempts,
      createdAt: now,
      expiresAt: addSeconds(now, resetCode.lifeSeconds),
    })
    await needs.messages.resetCode(tx, { flow, typed })
    await recordEvents(tx, needs, facts, [recoveryEvent(workspace, flow, 'requested')])
    return true
  })
  return isKept ? { kind: 'asked' } : { kind: 'conflict' }
}

export interface CodeForm {
  readonly code: string
  readonly password: string
  readonly endOtherSessions: boolean
  readonly knownCookie: string | undefined
}

export type RedeemOutcome =
  | { readonly kind: 'set' }
  | { readonly kind: 'wrong_code' }
  | { readonly kind: 'refused'; readonly refusals: readonly PolicyRefusal[] }
  | { readonly kind: 'throttled'; readonly waitSeconds: number }

/**
 * Sets a new password against the code that was mailed. What can be judged without knowing anybody is judged first; a
 * code is spent in the transaction that sets the password, by one conditional update, so that of any number of parallel
 * requests one succeeds. Every refusal comes at the same moment and in the same words, name known or not.
 *
 * @throws Problem `server.busy`
 */
export async function redeemCode(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  form: CodeForm,
  facts: RequestFacts,
): Promise<RedeemOutcome> {
  const { recovery } = flow
  if (!recovery) return { kind: 'wrong_code' }
  const judged = await checkNewPassword(form.password, { minLength: leastAnywhere, contextWords: [recovery.typed] })
  if (!judged.ok) return { kind: 'refused', refusals: judged.refusals }
  return needs.refusals.answer({
    work: () =>
      needs.hasher.reserved((hasher) => spendCode({ ...needs, hasher }, workspace, flow, recovery, form, facts)),
    // A refused password comes after the code has proved the person.
    isAtOnce: ({ kind }) => kind === 'set' || kind === 'refused',
  })
}

async function spendCode(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  recovery: NonNullable<SignInFlow['recovery']>,
  { code, password, endOtherSessions, knownCookie }: CodeForm,
  facts: RequestFacts,
): Promise<RedeemOutcome> {
  const refuse = async (reason: Reason): Promise<RedeemOutcome> => {
    await needs.db.transaction((tx) =>
      recordEvents(tx, needs, facts, [{ ...recoveryEvent(workspace, flow, 'rejected'), reason }]),
    )
    return { kind: 'wrong_code' }
  }
  const subject = needs.throttle.subjectOf(workspace, recovery.typed)
  const allowed = await needs.throttle.takeTry('code', subject, {
    ...trierOf(flow, facts),
    knownBrowser: needs.known.find(knownCookie, subject),
  })
  if (allowed.kind !== 'allowed') {
    return { kind: 'throttled', waitSeconds: Math.max(1, allowed.untilSeconds - needs.clock.nowSeconds()) }
  }
  const now = needs.clock.now()
  const kept = await needs.db.transaction((tx) => takeAttempt(tx, needs.vault, flow.flowId, 'password_reset', now))
  // Each is compared, whichever it is.
  if (kept.filter((one) => isSameCode(one, code)).length === 0) return refuse('code.incorrect')
  const home = await findHomeOf(needs, workspace, flow, recovery.typed, facts)
  if (!home) return refuse('name.unknown')
  const outcome = await setNewPassword(
    needs,
    { workspace, flow, home, password, reason: 'password.reset_by_code', facts, endSessions: endOtherSessions },
    async (tx) => {
      const isSpent = await consumeCode(tx, flow.flowId, 'password_reset', needs.clock.now())
      if (!isSpent) return false
      await saveFlow(tx, {
        ...flow,
        recovery: undefined,
        proof: undefined,
        refusal: undefined,
        waitUntilSeconds: undefined,
        waitFor: undefined,
      })
      return true
    },
  )
  switch (outcome.kind) {
    case 'set':
      await needs.throttle.giveBack(allowed)
      return { kind: 'set' }
    case 'refused':
      return outcome
    case 'conflict':
      return refuse('code.incorrect')
    default:
      return outcome satisfies never
  }
}

/** Where the password of a name lives at this door, and whose it is. A legacy person becomes a user here at the latest. */
export async function findHomeOf(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: Pick<SignInFlow, 'fixedOrganizationId'>,
  typed: string,
  facts: RequestFacts,
): Promise<PasswordHome | undefined> {
  const destination = await findRoute(needs, workspace, flow, typed)
  const { entry, biller, canonical } = destination
  if (destination.route === 'unknown' || !entry || canonical === undefined) return undefined
  if (destination.route === 'pool') {
    const user =
      entry.userId === undefined
        ? undefined
        : await findUser(needs.db.reader, entry.organizationId, userId(entry.userId))
    return user && { user, person: undefined }
  }
  const person = destination.person ?? (await readPerson(needs, destination))
  if (!person || !biller || person.isDisabled) return undefined
  const user = await needs.db.transaction((tx) => ensureUser(tx, needs, facts, workspace, biller, canonical, person))
  return { user, person }
}

/** People paste codes with spaces and hyphens in them. */
function isSameCode(kept: string, typed: string): boolean {
  const given = Buffer.from(typed.replaceAll(/[\s\u00a0-]/g, ''))
  const expected = Buffer.from(kept)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export type UsernameAskOutcome =
  | { readonly kind: 'asked' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed' }

/** Asks for the usernames of an address to be mailed to it. The answer never says whether there are any. */
export async function askForUsernames(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  typedRaw: string,
  facts: RequestFacts,
): Promise<UsernameAskOutcome> {
  const address = typedRaw.trim()
  if (address === '') return { kind: 'empty' }
  if (!isOneAddress.test(address) || address.length > 254) return { kind: 'malformed' }
  return needs.refusals.answer({
    work: () => writeUsernameRequest(needs, workspace, flow, address, facts),
    isAtOnce: () => false,
  })
}

async function writeUsernameRequest(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  address: string,
  facts: RequestFacts,
): Promise<UsernameAskOutcome> {
  const subject = needs.throttle.subjectOfAddress(workspace, address)
  const allowed = await needs.throttle.takeTry('message', subject, trierOf(flow, facts))
  await needs.db.transaction(async (tx) => {
    // Beyond the limit nothing is sent and the page says what it always says.
    if (allowed.kind === 'allowed') await needs.messages.usernames(tx, { flow, address })
    await recordEvents(tx, needs, facts, [recoveryEvent(workspace, flow, 'requested')])
  })
  return { kind: 'asked' }
}

/** One address and nothing else: no list, no display name, no line break (RFC 5322 §3.4.1, the part people have). */
const isOneAddress = /^[^\s@,;:<>()[\]\\"]+@[^\s@,;:<>()[\]\\"]+\.[^\s@,;:<>()[\]\\".]+$/u

const recoveryEvent = (workspace: Workspace, flow: SignInFlow, action: 'requested' | 'rejected') => ({
  tenantId: workspace.tenantId,
  workspaceId: workspace.workspaceId,
  organizationId: flow.fixedOrganizationId,
  subject: 'recovery' as const,
  action,
  clientId: flow.clientId,
  sessionId: flow.flowId,
})
