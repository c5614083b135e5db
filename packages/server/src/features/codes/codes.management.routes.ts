import {
  completeAddressVerification,
  generateCode,
  generateCodeForUser,
  inspectOTP,
  requestAddressVerification,
  requestOTPChallenge,
  verifyAuthenticationCode,
  verifyOTP,
} from '@gatehouse/contract'
import type { CodeType } from '@gatehouse/contract'
import type { Mount } from '../../surfaces/management/index.ts'
import { wirePurpose } from '../credentials/index.ts'
import type { CodePurpose, IssuedCode } from '../credentials/index.ts'
import { readKey, readUserId } from '../identity/index.ts'
import { poolId } from '../pools/index.ts'
import type { Codes } from './codes.ts'

export function mountCodes(mount: Mount, { codes }: { readonly codes: Codes }): void {
  mount(generateCode, async ({ caller, params, body }) => {
    const who = { kind: 'id', userId: readUserId(params.userID) } as const
    const address = given(body.identifier) ?? given(body.address)
    return shown(await codes.generate(caller, poolId(params.ipID), { purpose: purposeOf(body.type), who, address }))
  })

  mount(generateCodeForUser, async ({ caller, params, body }) => {
    const who = readKey(body.userID, body.identifier)
    const address = given(body.address)
    return shown(await codes.generate(caller, poolId(params.ipID), { purpose: purposeOf(body.type), who, address }))
  })

  mount(requestOTPChallenge, async ({ caller, params, body }) => {
    const who = readKey(body.userID, body.identifier)
    await codes.requestChallenge(caller, poolId(params.ipID), { who, address: given(body.address) })
    return { body: undefined }
  })

  mount(verifyOTP, async ({ caller, params, body }) => {
    const who = readKey(given(body.id) ?? body.userID, body.identifier)
    return { body: { id: await codes.verify(caller, poolId(params.ipID), 'challenge', { who, code: body.code }) } }
  })

  mount(verifyAuthenticationCode, async ({ caller, params, body }) => {
    const who = readKey(body.userID, body.identifier)
    return { body: { id: await codes.verify(caller, poolId(params.ipID), 'authentication', { who, code: body.code }) } }
  })

  mount(inspectOTP, async ({ caller, params, body }) => {
    const { userId, hasPassword, purpose } = await codes.inspect(caller, poolId(params.ipID), body.code)
    return { body: { user_id: userId, password_set: hasPassword, code_type: wirePurpose(purpose) } }
  })

  mount(requestAddressVerification, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    await codes.requestAddressVerification(caller, poolId(params.ipID), id, body.address)
    return { body: undefined }
  })

  mount(completeAddressVerification, async ({ caller, params, body }) => {
    const id = readUserId(params.userID)
    await codes.completeAddressVerification(caller, poolId(params.ipID), id, body.address, body.code)
    return { body: undefined }
  })
}

const purposeOf = (type: CodeType): CodePurpose => (type === 'reset_password' ? 'password_reset' : type)
const shown = ({ code, extended }: IssuedCode) => ({ body: { code, extended_code: extended } })
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
