import { addSeconds } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import { recordEvents } from '../audit/index.ts'
import {
  answerChallenge,
  claimedChallenge,
  deleteWebAuthnKey,
  insertWebAuthnKey,
  keepProvedKey,
  nameWebAuthnKey,
  provedKey,
  saveChallenge,
  selectWebAuthnKeys,
} from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import { findUsername } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { Factors } from './factors.ts'
import type { Caller } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { aboutUser, lockedUser, poolOf, userOf } from './read-local.ts'

type WebAuthn = Pick<Factors, 'beginWebAuthnKey' | 'completeWebAuthnKey' | 'deleteWebAuthnKey' | 'nameWebAuthnKey'>

/** From the page's question to its answer: people look for their key. */
const challengeSeconds = 300
/** More keys than a person has. */
const mostKeys = 20

export const localWebAuthn = (needs: LocalNeeds): WebAuthn => ({
  async beginWebAuthnKey(caller, poolId, id) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    const { rpId, name: rpName, origins } = await needs.relyingParty(pool)
    const username = await findUsername(needs.reader, user)
    const keys = await selectWebAuthnKeys(needs.reader, user)
    const challenge = needs.random.secret()
    const now = needs.clock.now()
    await needs.transact(async (tx) => {
      await lockedUser(tx, caller, poolId, id)
      await saveChallenge(tx, user, { challenge, rpId, origins }, now, addSeconds(now, challengeSeconds))
    })
    const { name } = user.payload
    return {
      challenge,
      rpId,
      rpName,
      userId: user.userId,
      userName: username ?? user.userId,
      displayName: typeof name === 'string' ? name : '',
      timeoutSeconds: challengeSeconds,
      keys,
    }
  },

  async completeWebAuthnKey(caller, poolId, id, registration) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    const challenge = claimedChallenge(registration)
    const asked =
      challenge === undefined
        ? undefined
        : await needs.transact((tx) => answerChallenge(tx, user, challenge, needs.clock.now()))
    const key = asked && (await provedKey(asked, registration))
    if (!asked || !key) {
      await needs.transact((tx) =>
        recordEvents(tx, needs, caller.facts, [
          { ...ofKeys(pool, user), action: 'rejected', reason: 'webauthn.refused', context: { door: 'management' } },
        ]),
      )
      throw new Problem('webauthn.refused')
    }
    await needs.transact((tx) => keepProvedKey(tx, user, asked.challenge, key))
    return key
  },

  async nameWebAuthnKey(caller, poolId, id, credentialId, name) {
    await needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      const isTheirs = isUuid.test(credentialId)
      if (!isTheirs || !(await nameWebAuthnKey(tx, user, credentialId, name, needs.clock.now()))) {
        throw new Problem('credential.not_found')
      }
      const payload = { type: 'webauthn', credential_id: credentialId, changed: ['name'] }
      await recordEvents(tx, needs, caller.facts, [{ ...ofKeys(pool, user), action: 'updated', payload }])
    })
  },

  async deleteWebAuthnKey(caller, poolId, id, credentialId) {
    await needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      const keys = await selectWebAuthnKeys(tx, user)
      const isTheirs = isUuid.test(credentialId)
      if (caller.person && keys.length === 1 && keys[0]?.credentialId === credentialId) {
        throw new Problem('webauthn.last_key')
      }
      if (!isTheirs || !(await deleteWebAuthnKey(tx, user, credentialId))) throw new Problem('credential.not_found')
      const payload = { type: 'webauthn', credential_id: credentialId }
      await recordEvents(tx, needs, caller.facts, [{ ...ofKeys(pool, user), action: 'deleted', payload }])
    })
  },
})

/**
 * Gives a person a key, in the transaction of what allows it. The person is locked.
 *
 * @throws Problem `webauthn.refused` where somebody of the organization has it, or the person has too many
 */
export async function addKey(
  tx: Tx,
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  user: User,
  key: WebAuthnKey,
): Promise<void> {
  const credentialId = needs.random.uuid()
  const keys = await selectWebAuthnKeys(tx, user)
  if (keys.length >= mostKeys) throw new Problem('webauthn.refused', `A user has ${mostKeys} keys at most.`)
  if (!(await insertWebAuthnKey(tx, user, credentialId, key, needs.clock.now()))) throw new Problem('webauthn.refused')
  const payload = { type: 'webauthn', credential_id: credentialId }
  await recordEvents(tx, needs, caller.facts, [
    { ...ofKeys(pool, user), action: 'created', reason: 'webauthn.added', payload },
  ])
}

const ofKeys = (pool: Pool, user: User) => ({
  ...aboutUser(pool, user),
  subject: 'credential' as const,
  payload: { type: 'webauthn' },
})

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
