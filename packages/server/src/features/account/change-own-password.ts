import type { RequestFacts } from '../audit/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findPassword, verifyPassword } from '../credentials/index.ts'
import type { PolicyRefusal } from '../credentials/index.ts'
import { setNewPassword } from '../sign-in/index.ts'
import type { SignInNeeds } from '../sign-in/index.ts'
import type { Issuer } from '../tenancy/index.ts'
import { findUsername } from '../users/index.ts'
import type { Visitor } from './find-visitor.ts'
import { accountClientId } from './account-client.ts'

export type OwnPasswordOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'wrong_current' }
  | { readonly kind: 'refused'; readonly refusals: readonly PolicyRefusal[] }
  | { readonly kind: 'throttled'; readonly waitSeconds: number }
  /** Something of the person changed meanwhile; nothing was set. */
  | { readonly kind: 'conflict' }

export interface OwnPasswordForm {
  readonly current: string
  readonly password: string
  readonly endOthers: boolean
  readonly uiLocales: string
}

/**
 * Changes the password of a person in a pool, who gives the current one: that is their proof. Wrong ones count like at
 * sign-in, for the same name. The person is told by mail.
 *
 * @throws Problem `server.busy` before the try is counted
 */
export const changeOwnPassword = (
  needs: SignInNeeds,
  issuer: Issuer,
  visitor: Visitor,
  form: OwnPasswordForm,
  facts: RequestFacts,
): Promise<OwnPasswordOutcome> =>
  needs.hasher.reserved((hasher) => change({ ...needs, hasher }, issuer, visitor, form, facts))

async function change(
  needs: SignInNeeds,
  issuer: Issuer,
  { user, judged }: Visitor,
  form: OwnPasswordForm,
  facts: RequestFacts,
): Promise<OwnPasswordOutcome> {
  const { workspace } = issuer
  const { sessionUid } = judged.session
  const username = (await findUsername(needs.db.reader, user)) ?? user.userId
  const subject = needs.throttle.subjectOf(workspace, username)
  const tried = await needs.throttle.takeTry('password', subject, {
    ipAddress: facts.ipAddress,
    tenantId: workspace.tenantId,
  })
  if (tried.kind !== 'allowed') {
    return { kind: 'throttled', waitSeconds: Math.max(1, tried.untilSeconds - needs.clock.nowSeconds()) }
  }
  const check = await verifyPassword(
    { reader: needs.db.reader, vault: needs.vault, hasher: needs.hasher },
    user.organizationId,
    user.userId,
    form.current,
  )
  if (check.kind !== 'correct') {
    await needs.throttle.refused(tried)
    await needs.db.transaction((tx) =>
      recordEvents(tx, needs, facts, [
        {
          tenantId: workspace.tenantId,
          workspaceId: workspace.workspaceId,
          organizationId: user.organizationId,
          subject: 'password',
          action: 'rejected',
          reason: check.kind === 'incorrect' ? 'password.incorrect' : 'password.not_set',
          userId: user.userId,
          affectedUserId: user.userId,
          affectedUserPoolId: user.poolId,
          sessionId: sessionUid,
          context: { door: 'account' },
        },
      ]),
    )
    return { kind: 'wrong_current' }
  }
  await needs.throttle.giveBack(tried)
  const outcome = await setNewPassword(
    needs,
    {
      workspace,
      flow: { clientId: accountClientId, flowId: sessionUid, issuerPath: issuer.path, uiLocales: form.uiLocales },
      home: { user, person: undefined },
      password: form.password,
      reason: 'password.changed_by_user',
      facts,
      endSessions: form.endOthers,
      keepSession: sessionUid,
    },
    // Proved outside this transaction: only what was proved may be replaced.
    async (tx) => {
      const now = await findPassword(tx, needs.vault, user.organizationId, user.userId)
      return now?.generation === check.record.generation
    },
  )
  return outcome.kind === 'set' ? { kind: 'changed' } : outcome
}
