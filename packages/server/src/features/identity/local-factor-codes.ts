import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { replaceTotp, selectWebAuthnKeys, takeProvedKey } from '../credentials/index.ts'
import type { Factors } from './factors.ts'
import type { LocalNeeds } from './local-needs.ts'
import { requireTotpSecret } from './local-totp.ts'
import { addKey } from './local-webauthn.ts'
import { forgiveTries, proveCode, spendCode } from './prove-code.ts'
import { aboutUser, lockedUser, poolOf } from './read-local.ts'
import { mayUseCodes, recipientsOf, sendCodes } from './send-code.ts'

type FactorCodes = Pick<Factors, 'addWebAuthnKeyByCode' | 'requestFactorCode' | 'resetTotpSecret'>

export const localFactorCodes = (needs: LocalNeeds): FactorCodes => ({
  async requestFactorCode(caller, poolId, purpose, request) {
    const pool = await poolOf(needs.reader, caller, poolId)
    await needs.refusals.answer({
      work: async () => {
        const recipients = await recipientsOf(needs, pool, { ...request, may: mayUseCodes })
        await needs.transact((tx) => sendCodes(tx, needs, caller, pool, purpose, recipients))
      },
      isAtOnce: () => false,
    })
  },

  async resetTotpSecret(caller, poolId, { code, who }, newSecret) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const secret = requireTotpSecret(newSecret, 'new_totp_secret')
    const proof = await proveCode(needs, caller, pool, { purpose: 'reset_totp', code, who, may: mayUseCodes })
    await needs.transact(async (tx) => {
      const { user } = await lockedUser(tx, caller, poolId, proof.user.userId)
      await spendCode(tx, needs, proof)
      if (!mayUseCodes(user)) throw new Problem('code.refused')
      await replaceTotp(tx, needs.vault, { ...user, credentialId: needs.random.uuid(), secret, now: needs.clock.now() })
      await recordEvents(tx, needs, caller.facts, [
        {
          ...aboutUser(pool, user),
          subject: 'credential',
          action: 'updated',
          reason: 'totp.reset_by_code',
          payload: { type: 'totp' },
        },
      ])
    })
    await forgiveTries(needs, proof)
  },

  async addWebAuthnKeyByCode(caller, poolId, { code, who }, keyId) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const proof = await proveCode(needs, caller, pool, { purpose: 'enroll_webauthn', code, who, may: mayUseCodes })
    await needs.transact(async (tx) => {
      const { user } = await lockedUser(tx, caller, poolId, proof.user.userId)
      await spendCode(tx, needs, proof)
      if (!mayUseCodes(user)) throw new Problem('code.refused')
      if ((await selectWebAuthnKeys(tx, user)).some((key) => key.keyId === keyId)) return
      // Refused, nothing is spent: the code stays good for the key that was proved.
      const key = await takeProvedKey(tx, user, keyId, needs.clock.now())
      if (!key) throw new Problem('webauthn.refused')
      await addKey(tx, needs, caller, pool, user, key)
    })
    await forgiveTries(needs, proof)
  },
})
