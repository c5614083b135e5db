import { Problem } from '../../problem/index.ts'
import { canonicalTotpSecret, totpStepOf } from '../../protocol/totp.ts'
import { recordEvents } from '../audit/index.ts'
import { findTotp, replaceTotp, takeTotpStep } from '../credentials/index.ts'
import type { TotpRecord } from '../credentials/index.ts'
import { maySignIn } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { IdentityBackend } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { counted, requireTry } from './local-passwords.ts'
import { aboutUser, lockedUser, poolOf, userOf, workspaceOf } from './read-local.ts'

type Totp = Pick<IdentityBackend, 'changeTotpSecret'>

export const localTotp = (needs: LocalNeeds): Totp => ({
  async changeTotpSecret(caller, poolId, id, code, newSecret) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    const secret = requireTotpSecret(newSecret, 'new_totp_secret')
    const record = await findTotp(needs.reader, needs.vault, user)
    if (!record) throw new Problem('totp.not_set')
    const key = totpKey(needs, await workspaceOf(needs.reader, pool), user)
    await requireTry(needs.passwordAttempts, key, 'code', caller.tenantId)
    const step = maySignIn(user) ? totpStepOf(record.secret, code, needs.clock.nowSeconds()) : undefined
    const isChanged = step !== undefined && (await change(step, record))
    await counted(needs.passwordAttempts, key, 'code', isChanged)
    if (isChanged) return
    await needs.transact((tx) =>
      recordEvents(tx, needs, caller.facts, [
        {
          ...aboutUser(pool, user),
          subject: 'credential',
          action: 'rejected',
          reason: maySignIn(user) ? 'totp.incorrect' : 'user.inactive',
          payload: { type: 'totp' },
          context: { door: 'management' },
        },
      ]),
    )
    throw new Problem('totp.incorrect')

    function change(taken: number, proved: TotpRecord): Promise<boolean> {
      return needs.transact(async (tx) => {
        const { user: current } = await lockedUser(tx, caller, poolId, id)
        if (!maySignIn(current) || !(await takeTotpStep(tx, user, proved, taken))) return false
        const credentialId = needs.random.uuid()
        await replaceTotp(tx, needs.vault, { ...user, credentialId, secret, now: needs.clock.now() })
        await recordEvents(tx, needs, caller.facts, [
          {
            ...aboutUser(pool, user),
            subject: 'credential',
            action: 'updated',
            reason: 'totp.changed_by_user',
            payload: { type: 'totp' },
          },
        ])
        return true
      })
    }
  },
})

/**
 * What wrong codes of an authenticator are counted under: apart from those of messages, which are the way out when the
 * authenticator is lost. A zero byte keeps it apart from usernames.
 */
const totpKey = (needs: LocalNeeds, workspace: Parameters<LocalNeeds['nameKeys']['ofName']>[0], user: User): Buffer =>
  needs.nameKeys.ofName(workspace, `\0totp\0${user.userId}`)

/** @throws Problem `request.invalid` naming the field, never the text */
export function requireTotpSecret(text: string, field: string): string {
  const secret = canonicalTotpSecret(text)
  if (secret !== undefined) return secret
  throw new Problem('request.invalid', `${field} is not base32 of 128 to 512 bits.`, {
    details: { fields: [{ field }] },
  })
}
