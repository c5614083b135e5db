import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { LoginRefusal } from './decide-login.ts'
import { doorOf } from './find-route.ts'
import type { Proof, SignInFlow } from './flow.ts'
import { saveFlow } from './flows.store.ts'
import type { SignInNeeds } from './needs.ts'

/**
 * Hands a proved person back to the protocol: the flow ends, the interaction gets its result and the audit its event, at
 * once or not at all. The session itself begins when the browser arrives there, and is judged again.
 *
 * @returns where to send the browser; undefined when the flow cannot be completed (another tab was first, or time ran out)
 */
export async function complete(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: SignInFlow,
  proof: Proof,
  facts: RequestFacts,
): Promise<string | undefined> {
  const finished = await needs.finishInteraction(flow, proof)
  if (!finished) return undefined
  const isKept = await needs.db.transaction(async (tx) => {
    if (!(await saveFlow(tx, { ...flow, isFinished: true }))) return false
    await finished.write(tx)
    await recordEvents(tx, needs, facts, [
      {
        tenantId: workspace.tenantId,
        workspaceId: workspace.workspaceId,
        organizationId: proof.organizationId,
        subject: 'login',
        action: 'accepted',
        userId: proof.userId,
        affectedUserId: proof.userId,
        clientId: flow.clientId,
        sessionId: flow.flowId,
        context: {
          route: proof.route,
          door: doorOf(flow),
          epoch: proof.billerEpoch,
          ...(flow.login?.decision === undefined ? {} : { decided_by: flow.login.decision.clientId }),
        },
      },
    ])
    return true
  })
  return isKept ? finished.redirectTo : undefined
}

/**
 * Hands the refusal of an external login page to the protocol, which tells the application. Who decided, and why, was written
 * when they did.
 *
 * @returns as above
 */
export async function refuse(needs: SignInNeeds, flow: SignInFlow, refusal: LoginRefusal): Promise<string | undefined> {
  const finished = await needs.refuseInteraction(flow, refusal)
  if (!finished) return undefined
  const isKept = await needs.db.transaction(async (tx) => {
    if (!(await saveFlow(tx, { ...flow, isFinished: true }))) return false
    await finished.write(tx)
    return true
  })
  return isKept ? finished.redirectTo : undefined
}
