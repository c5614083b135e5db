import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { savePassword } from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { findUserForUpdate } from '../users/index.ts'
import type { Caller, IdentityBackend, ResetProof } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { newVerifier } from './local-passwords.ts'
import { forgiveTries, spendCode, tryCode } from './prove-code.ts'
import { aboutUser, endedByClient, poolOf } from './read-local.ts'
import { mayUseCodes, recipientsOf, sendCodes } from './send-code.ts'

type Resets = Pick<IdentityBackend, 'requestPasswordReset' | 'resetPassword'>

export const localResets = (needs: LocalNeeds): Resets => ({
  async requestPasswordReset(caller, poolId, request) {
    const pool = await poolOf(needs.reader, caller, poolId)
    await needs.refusals.answer({
      work: async () => {
        const recipients = await recipientsOf(needs, pool, { ...request, may: mayUseCodes })
        await needs.transact((tx) => sendCodes(tx, needs, caller, pool, 'password_reset', recipients))
      },
      isAtOnce: () => false,
    })
  },

  async resetPassword(caller, poolId, proof) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const isSet = await needs.refusals.answer({
      // Before the code is tried: whoever is turned away has tried nothing.
      work: () =>
        needs.hasher.reserved((hasher) => resetBy({ ...needs, hasher, reader: needs.reader }, caller, pool, proof)),
      isAtOnce: (done) => done,
    })
    if (!isSet) throw new Problem('code.refused')
  },
})

/** @returns false whatever was wrong with the code */
async function resetBy(needs: LocalNeeds, caller: Caller, pool: Pool, { code, who, newPassword }: ResetProof) {
  const proof = await tryCode(needs, caller, pool, { purpose: 'password_reset', code, who, may: mayUseCodes })
  if (!proof) return false
  const { user } = proof
  const verifier = await newVerifier(needs, pool, user, newPassword)
  await needs.transact(async (tx) => {
    const { organizationId, userId } = user
    // The person first, as every way to a new password does.
    const current = await findUserForUpdate(tx, organizationId, userId)
    await spendCode(tx, needs, proof)
    if (!current || !mayUseCodes(current)) throw new Problem('code.refused')
    await savePassword(tx, needs.vault, {
      organizationId,
      userId,
      credentialId: needs.random.uuid(),
      verifier,
      state: 'valid',
      stateReason: '',
      now: needs.clock.now(),
    })
    await endAllSessions(tx, needs, endedByClient(user, caller))
    await recordEvents(tx, needs, caller.facts, [
      { ...aboutUser(pool, user), subject: 'password', action: 'updated', reason: 'password.reset_by_code' },
    ])
  })
  await forgiveTries(needs, proof)
  return true
}
