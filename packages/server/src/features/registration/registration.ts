import { Problem } from '../../problem/index.ts'
import { poolOf, userOf } from '../identity/index.ts'
import type { Caller, LocalNeeds, UserDetails } from '../identity/index.ts'
import type { PoolId } from '../pools/index.ts'
import type { UserId } from '../users/index.ts'
import { activate } from './activate.ts'
import type { Activation } from './activate.ts'
import { register } from './register.ts'
import type { Registrant } from './register.ts'
import { sendActivation } from './send-activation.ts'

/** How people come by themselves. Every operation throws `caller.forbidden` and `pool.not_found`. */
export interface Registration {
  /**
   * Makes a user in the status `new`, and sends a code where that is wanted. Whoever names themselves by what is taken
   * hears the same: the owner's id where the owner is of this pool, else one that nobody has; the owner is told.
   *
   * @throws Problem `pool.registration_closed`, `password.refused`, `request.invalid`
   */
  register(caller: Caller, pool: PoolId, registrant: Registrant): Promise<UserId>

  /**
   * Somebody who has the code becomes active. The address it was made for is verified, and an identifier of theirs.
   *
   * @throws Problem `user.not_found`, `code.refused` whatever was wrong with the code, `request.invalid` when a right one cannot be
   * followed, `password.refused`, `request.throttled`
   */
  activate(caller: Caller, pool: PoolId, id: UserId | undefined, activation: Activation): Promise<UserDetails>

  /** Sends a code where somebody can be activated by it; never says whether it did. @throws Problem `user.not_found` */
  sendActivation(caller: Caller, pool: PoolId, id: UserId, address: string | undefined): Promise<void>
}

export const localRegistration = (needs: LocalNeeds): Registration => ({
  async register(caller, poolId, registrant) {
    const pool = await poolOf(needs.reader, caller, poolId)
    if (pool.wire['public_registration_allowed'] !== true) throw new Problem('pool.registration_closed')
    return register(needs, caller, pool, registrant)
  },

  async activate(caller, poolId, id, activation) {
    const pool = await poolOf(needs.reader, caller, poolId)
    if (id !== undefined) await userOf(needs.reader, pool, id)
    return activate(needs, caller, pool, id, activation)
  },

  async sendActivation(caller, poolId, id, address) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    await needs.refusals.answer({
      work: () => sendActivation(needs, caller, pool, user, address),
      isAtOnce: () => false,
    })
  },
})
