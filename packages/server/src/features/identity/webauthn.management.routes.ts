import {
  beginWebAuthnCredentialsGeneration,
  completeAddWebAuthn,
  completeWebAuthnCredentialsGeneration,
  deleteWebAuthnKey,
  nameWebAuthnKey,
  requestAddWebAuthn,
} from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { Factors } from './factors.ts'
import { addressHolder, readHolder } from './read-holder.ts'
import { keyIdOf, readRegistration, shownKey, shownOptions } from './show-webauthn.ts'
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

  mount(requestAddWebAuthn, async ({ caller, params, body }) => {
    const request = { address: body.address, who: readHolder(body) }
    await factors.requestFactorCode(caller, poolId(params.ipID), 'enroll_webauthn', request)
    return { body: undefined }
  })

  mount(completeAddWebAuthn, async ({ caller, params, body }) => {
    const proof = { code: body.code, who: readHolder(body) ?? addressHolder(body.address) }
    await factors.addWebAuthnKeyByCode(caller, poolId(params.ipID), proof, keyIdOf(body.new_web_authn))
    return { body: undefined }
  })
}
