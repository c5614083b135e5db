import { lookupKeyText, maxUsernameCharacters } from '../../protocol/precis.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { hostedPageOf } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findRoute } from './find-route.ts'
import type { SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import { hostedAddress } from './hosted-page.ts'
import type { SignInNeeds } from './needs.ts'
import { lookUpInTime, loginEvent } from './take-password.ts'

export type UsernameOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_long' }
  /** Another tab of the same flow was first. */
  | { readonly kind: 'conflict' }
  /** `address`: of the hosted page, for this name. */
  | { readonly kind: 'hosted'; readonly address: string }
  | { readonly kind: 'throttled'; readonly waitSeconds: number }

/**
 * Remembers who the person says they are. Where everybody gets the same page nothing is looked up, so that the answer cannot
 * depend on who exists. Where a workspace redirects, the answer tells the names of legacy stores from all others: it is
 * limited per network, and comes at the deadline of refusals whatever the name.
 *
 * @param knownCookie the cookie of `knownBrowsers`: a name that was proved on this browser is no news to it
 */
export async function takeUsername(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  typed: string,
  knownCookie: string | undefined,
  facts: RequestFacts,
): Promise<UsernameOutcome> {
  const name = typed.trim()
  if (name === '') return { kind: 'empty' }
  if (name.length > maxUsernameCharacters) return { kind: 'too_long' }
  const next: SignInFlow = { ...unnamed(flow), identifier: { typed: name, lookupText: lookupKeyText(name) } }
  if (!hostedPageOf(workspace)) {
    return (await needs.db.statement((tx) => saveFlow(tx, next))) ? { kind: 'taken' } : { kind: 'conflict' }
  }
  const outcome = await needs.refusals.answer({
    work: () => lookUp(needs, workspace, next, name, knownCookie, facts),
    isAtOnce: () => false,
  })
  return outcome
}

/** The same steps for every name: count, index, every store, one event, one signature. */
async function lookUp(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  name: string,
  knownCookie: string | undefined,
  facts: RequestFacts,
): Promise<UsernameOutcome> {
  const knownBrowser = needs.known.find(knownCookie, needs.throttle.subjectOf(workspace, name))
  const counted = knownBrowser === undefined ? await needs.throttle.takeLookUp(facts) : undefined
  if (counted?.kind === 'wait') {
    // Shown again after the wait, so that nobody types it twice.
    await needs.db.statement((tx) => saveFlow(tx, { ...unnamed(flow), loginHint: name }))
    // Rounded like the end of the wait.
    const nowSeconds = Math.ceil(needs.clock.now().getTime() / 1000)
    return { kind: 'throttled', waitSeconds: Math.max(1, counted.untilSeconds - nowSeconds) }
  }
  const destination = await findRoute(needs, workspace, flow, name, { ...lookUpInTime(needs), isInFull: true })
  const isHosted = destination.route !== 'legacy'
  const isKept = await needs.db.transaction(async (tx) => {
    if (!(await saveFlow(tx, isHosted ? { ...flow, isHosted } : flow))) return false
    await recordEvents(tx, needs, facts, [
      {
        ...loginEvent(workspace, flow, destination),
        action: 'requested',
        reason: destination.reason,
        affectedUserId: destination.entry?.userId,
      },
    ])
    return true
  })
  const address = await hostedAddress(needs, workspace, flow, name)
  if (!isKept) return { kind: 'conflict' }
  return isHosted ? { kind: 'hosted', address } : { kind: 'taken' }
}

/** "Not you?": back to the first page, with the name still there to correct. */
export async function forgetUsername(needs: SignInNeeds, flow: SignInFlow): Promise<string> {
  const typed = flow.identifier?.typed ?? ''
  if (!flow.isFinished) await needs.db.transaction((tx) => saveFlow(tx, unnamed(flow)))
  return typed
}

/** Nothing is left of a name that was taken before. */
const unnamed = (flow: SignInFlow): SignInFlow => ({
  ...flow,
  identifier: undefined,
  isHosted: false,
  proof: undefined,
  refusal: undefined,
  waitUntilSeconds: undefined,
  waitFor: undefined,
})
