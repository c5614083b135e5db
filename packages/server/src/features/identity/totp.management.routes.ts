import { changeTotpSecret, completeResetTotp, requestResetTotp } from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { Factors } from './factors.ts'
import type { IdentityBackend } from './identity-backend.ts'
import { addressHolder, readHolder } from './read-holder.ts'
import { readUserId } from './users.management.routes.ts'

export function mountTotp(
  mount: Mount,
  { backend, factors }: { readonly backend: IdentityBackend; readonly factors: Factors },
): void {
  mount(changeTotpSecret, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    await backend.changeTotpSecret(caller, poolId(params.ipID), id, body.totp, body.new_totp_secret)
    return { body: undefined }
  })

  mount(requestResetTotp, async ({ caller, params, body }) => {
    const request = { address: body.address, who: readHolder(body) }
    await factors.requestFactorCode(caller, poolId(params.ipID), 'reset_totp', request)
    return { body: undefined }
  })

  mount(completeResetTotp, async ({ caller, params, body }) => {
    const proof = { code: body.code, who: readHolder(body) ?? addressHolder(body.address) }
    await factors.resetTotpSecret(caller, poolId(params.ipID), proof, body.new_totp_secret)
    return { body: undefined }
  })
}
