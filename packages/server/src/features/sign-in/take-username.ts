import { lookupKeyText, maxUsernameCharacters } from '../../protocol/precis.ts'
import type { SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import type { SignInNeeds } from './needs.ts'

export type UsernameOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_long' }
  /** Another tab of the same flow was first. */
  | { readonly kind: 'conflict' }

/** Remembers who the person says they are. Nothing is looked up here: this answer cannot depend on who exists. */
export async function takeUsername(needs: SignInNeeds, flow: SignInFlow, typed: string): Promise<UsernameOutcome> {
  const name = typed.trim()
  if (name === '') return { kind: 'empty' }
  if (name.length > maxUsernameCharacters) return { kind: 'too_long' }
  const next: SignInFlow = {
    ...flow,
    identifier: { typed: name, lookupText: lookupKeyText(name) },
    proof: undefined,
    refusal: undefined,
    waitUntilSeconds: undefined,
    waitFor: undefined,
  }
  return (await needs.db.statement((tx) => saveFlow(tx, next))) ? { kind: 'taken' } : { kind: 'conflict' }
}

/** "Not you?": back to the first page, with the name still there to correct. */
export async function forgetUsername(needs: SignInNeeds, flow: SignInFlow): Promise<string> {
  const typed = flow.identifier?.typed ?? ''
  if (!flow.isFinished) {
    await needs.db.transaction((tx) =>
      saveFlow(tx, {
        ...flow,
        identifier: undefined,
        proof: undefined,
        refusal: undefined,
        waitUntilSeconds: undefined,
        waitFor: undefined,
      }),
    )
  }
  return typed
}
