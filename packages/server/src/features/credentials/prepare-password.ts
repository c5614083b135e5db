import type { Reader } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { Problem } from '../../problem/index.ts'
import type { PoolPolicy } from '../pools/index.ts'
import type { User } from '../users/index.ts'
import type { PasswordHasher } from './hasher.ts'
import { checkNewPassword } from './password-policy.ts'
import type { PolicyRefusal } from './password-policy.ts'
import { findPassword, selectHistory } from './passwords.store.ts'

export type PreparedPassword =
  | { readonly ok: true; readonly verifier: string }
  | { readonly ok: false; readonly refusals: readonly PolicyRefusal[] }

/**
 * Judges a new password and makes its verifier, both outside any transaction because both are slow.
 *
 * @param contextWords what an attacker would try first: username, names, the biller's name
 * @throws Problem `server.busy`
 */
export async function preparePassword(
  needs: { readonly reader: Reader; readonly vault: Vault; readonly hasher: PasswordHasher },
  user: Pick<User, 'organizationId' | 'userId'>,
  policy: PoolPolicy,
  contextWords: readonly string[],
  password: string,
): Promise<PreparedPassword> {
  const judged = await checkNewPassword(password, { ...policy, contextWords })
  if (!judged.ok) return { ok: false, refusals: judged.refusals }
  const history = policy.history ?? 0
  if (history > 0) {
    const current = await findPassword(needs.reader, needs.vault, user.organizationId, user.userId)
    const earlier = await selectHistory(needs.reader, needs.vault, user.organizationId, user.userId, history - 1)
    for (const verifier of current ? [current.verifier, ...earlier] : earlier) {
      // One after the other on purpose: a history of twenty must not take twenty places in the hash pool.
      if (await needs.hasher.verify(password, verifier)) return { ok: false, refusals: [{ code: 'used_before' }] }
    }
  }
  return { ok: true, verifier: await needs.hasher.make(judged.password) }
}

/** For callers that hear of a refusal as a failure: the management API. @throws Problem `password.refused` with the codes */
export function assertAcceptable(prepared: PreparedPassword): string {
  if (prepared.ok) return prepared.verifier
  throw new Problem('password.refused', 'The password does not meet the policy of the pool.', {
    details: { reasons: prepared.refusals },
  })
}
