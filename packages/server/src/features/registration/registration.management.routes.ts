import {
  activateSelfRegisteredUser,
  activateSelfRegisteredUserUsingExtendedCode,
  generateActivationCode,
  selfRegisterUser,
  selfSendActivationMessage,
} from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import type { Codes } from '../codes/index.ts'
import { readUserId, shownUser } from '../identity/index.ts'
import type { UserDetails } from '../identity/index.ts'
import { poolId } from '../pools/index.ts'
import type { Registration } from './registration.ts'

interface Needs {
  readonly registration: Registration
  readonly codes: Codes
}

export function mountRegistration(mount: Mount, { registration, codes }: Needs): void {
  const answer = (details: UserDetails) => ({ body: shownUser(details), revision: details.user.revision })

  mount(selfRegisterUser, async ({ caller, params, query, body }) => {
    refuseFactors(body.totp_secret, body.webauthn_credentials)
    const id = await registration.register(caller, poolId(params.ipID), {
      identifier: body.identifier,
      address: given(body.otp_address),
      password: body.password,
      payload: body.payload ?? {},
      isToBeSent: query.send_activation_message ?? true,
    })
    return { body: { id } }
  })

  mount(activateSelfRegisteredUser, async ({ caller, params, body }) => {
    refuseFactors(body.totp_secret, body.webauthn)
    const activation = { code: body.code, address: given(body.otp_address), password: body.password }
    return answer(await registration.activate(caller, poolId(params.ipID), readUserId(params.userID), activation))
  })

  mount(activateSelfRegisteredUserUsingExtendedCode, async ({ caller, params, body }) => {
    refuseFactors(body.totp_secret, body.webauthn)
    const activation = { code: body.code, address: given(body.otp_address), password: body.password }
    return answer(await registration.activate(caller, poolId(params.ipID), undefined, activation))
  })

  mount(generateActivationCode, async ({ caller, params, body }) => {
    const who = { kind: 'id', userId: readUserId(params.userID) } as const
    const address = given(body.identifier) ?? given(body.address)
    const issued = await codes.generate(caller, poolId(params.ipID), { purpose: 'activation', who, address })
    return { body: { code_id: issued.issueId } }
  })

  mount(selfSendActivationMessage, async ({ caller, params, body }) => {
    const address = given(body.identifier) ?? given(body.address)
    await registration.sendActivation(caller, poolId(params.ipID), readUserId(params.userID), address)
    return { body: undefined }
  })
}

// Divergence D-40
/** @throws Problem `request.invalid` */
function refuseFactors(totp: string | undefined, webauthn: readonly unknown[] | undefined): void {
  if (totp !== undefined || (webauthn !== undefined && webauthn.length > 0)) {
    throw new Problem('request.invalid', 'Factors are added after the activation.')
  }
}

const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
