import type { RequestFacts } from '../audit/index.ts'
import type { PolicyRefusal } from '../credentials/index.ts'
import { findUser } from '../users/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findRoute } from './find-route.ts'
import type { SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import type { SignInNeeds } from './needs.ts'
import { readPerson } from './prove.ts'
import { setNewPassword } from './set-new-password.ts'

export type ChangeOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly refusals: readonly PolicyRefusal[] }
  | { readonly kind: 'conflict' }

/** A password that had to be changed at sign-in: set where it was proved; the same flow then goes on. */
export async function changePassword(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  password: string,
  facts: RequestFacts,
): Promise<ChangeOutcome> {
  const { proof, identifier } = flow
  if (!proof?.mustChange || !identifier) return { kind: 'conflict' }
  const user = await findUser(needs.db.reader, proof.organizationId, proof.userId)
  if (!user || user.sessionEpoch !== proof.sessionEpoch) return { kind: 'conflict' }
  const destination = proof.route === 'legacy' ? await findRoute(needs, workspace, flow, identifier.typed) : undefined
  const person = destination && (destination.person ?? (await readPerson(needs, destination)))
  if (proof.route === 'legacy' && !person) return { kind: 'conflict' }
  const outcome = await setNewPassword(
    needs,
    {
      workspace,
      flow,
      home: { user, person },
      password,
      reason: 'password.changed_by_user',
      facts,
      endSessions: true,
    },
    async (tx) =>
      saveFlow(tx, {
        ...flow,
        proof: { ...proof, mustChange: false, sessionEpoch: proof.sessionEpoch + 1 },
      }),
  )
  return outcome.kind === 'set' ? { kind: 'changed' } : outcome
}
