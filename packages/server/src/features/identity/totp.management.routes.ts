import { changeTotpSecret } from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { IdentityBackend } from './identity-backend.ts'
import { readUserId } from './users.management.routes.ts'

export function mountTotp(mount: Mount, { backend }: { readonly backend: IdentityBackend }): void {
  mount(changeTotpSecret, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    await backend.changeTotpSecret(caller, poolId(params.ipID), id, body.totp, body.new_totp_secret)
    return { body: undefined }
  })
}
