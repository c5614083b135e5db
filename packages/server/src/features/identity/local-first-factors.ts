import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import {
  findPasswordSummary,
  insertTotp,
  savePassword,
  selectWebAuthnKeys,
  takeProvedKey,
} from '../credentials/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { maySignIn } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { Factors } from './factors.ts'
import type { LocalNeeds } from './local-needs.ts'
import { newVerifier } from './local-passwords.ts'
import { requireTotpSecret } from './local-totp.ts'
import { addKey } from './local-webauthn.ts'
import { aboutUser, endedByClient, lockedUser, poolOf, userOf } from './read-local.ts'

type FirstFactors = Pick<Factors, 'addWebAuthnKey' | 'setPassword' | 'setTotpSecret'>

export const localFirstFactors = (needs: LocalNeeds): FirstFactors => ({
  setPassword: (caller, poolId, id, password) =>
    needs.hasher.reserved(async (hasher) => {
      const pool = await poolOf(needs.reader, caller, poolId)
      const user = await userOf(needs.reader, pool, id)
      const { organizationId, userId } = user
      if (hasLegacyPassword(user) || (await findPasswordSummary(needs.reader, organizationId, userId))) {
        throw new Problem('password.already_set')
      }
      const verifier = await newVerifier({ reader: needs.reader, vault: needs.vault, hasher }, pool, user, password)
      await needs.transact(async (tx) => {
        const { user: current } = await lockedUser(tx, caller, poolId, id)
        // Looked at outside this transaction: somebody may have set one, or switched the person off.
        if (!maySignIn(current)) throw new Problem('user.not_found')
        if (await findPasswordSummary(tx, organizationId, userId)) throw new Problem('password.already_set')
        await savePassword(tx, needs.vault, {
          organizationId,
          userId,
          credentialId: needs.random.uuid(),
          verifier,
          state: 'valid',
          stateReason: '',
          now: needs.clock.now(),
        })
        await endAllSessions(tx, needs, endedByClient(user, caller), caller.person?.sessionUid)
        await recordEvents(tx, needs, caller.facts, [
          { ...aboutUser(pool, user), subject: 'password', action: 'created', reason: 'password.set_by_user' },
        ])
      })
    }),

  async setTotpSecret(caller, poolId, id, newSecret) {
    const secret = requireTotpSecret(newSecret, 'new_totp_secret')
    await needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      const credentialId = needs.random.uuid()
      if (!(await insertTotp(tx, needs.vault, { ...user, credentialId, secret, now: needs.clock.now() }))) {
        throw new Problem('totp.already_set')
      }
      await recordEvents(tx, needs, caller.facts, [
        {
          ...aboutUser(pool, user),
          subject: 'credential',
          action: 'created',
          reason: 'totp.set_by_user',
          payload: { type: 'totp' },
        },
      ])
    })
  },

  async addWebAuthnKey(caller, poolId, id, keyId) {
    await needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      const keys = await selectWebAuthnKeys(tx, user)
      if (keys.some((key) => key.keyId === keyId)) return
      const key = await takeProvedKey(tx, user, keyId, needs.clock.now())
      if (!key) throw new Problem('webauthn.refused')
      await addKey(tx, needs, caller, pool, user, key)
    })
  },
})

/** Their password is where they came from: one more here would be a second truth. */
const hasLegacyPassword = ({ legacyId }: User): boolean => legacyId !== undefined
