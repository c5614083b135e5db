import {
  beginWebAuthnCredentialsGeneration,
  completeWebAuthnCredentialsGeneration,
  deleteWebAuthnKey,
  nameWebAuthnKey,
} from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { Factors } from './factors.ts'
import { readRegistration, shownKey, shownOptions } from './show-webauthn.ts'
import { readUserId } from './users.management.routes.ts'

export function mountWebAuthn(mount: Mount, { factors }: { readonly factors: Factors }): void {
  mount(beginWebAuthnCredentialsGeneration, async ({ caller, params }) => ({
    body: shownOptions(await factors.beginWebAuthnKey(caller, poolId(params.ipID), readUserId(params.userID))),
  }))

  mount(completeWebAuthnCredentialsGeneration, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    const key = await factors.completeWebAuthnKey(caller, poolId(params.ipID), id, readRegistration(body))
    return { body: { credentials: [shownKey(key)] } }
  })

  mount(deleteWebAuthnKey, async ({ caller, params }) => {
    const id = readUserId(params.userID)
    await factors.deleteWebAuthnKey(caller, poolId(params.ipID), id, params.webAuthnCredentialID)
    return { body: undefined }
  })

  mount(nameWebAuthnKey, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    const { webAuthnCredentialID: credentialId } = params
    await factors.nameWebAuthnKey(caller, poolId(params.ipID), id, credentialId, body.name ?? '')
    return { body: undefined }
  })
}
