import {
  changePassword,
  completeResetPassword,
  confirmResetPassword,
  deprecatedChangePassword,
  requestResetPassword,
  setPasswordState,
  verifyPassword,
  verifyPasswordV2,
} from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { IdentityBackend, PasswordVerdict, UserKey } from './identity-backend.ts'
import { readUserId } from './users.management.routes.ts'

export function mountPasswords(mount: Mount, { backend }: { readonly backend: IdentityBackend }): void {
  mount(verifyPasswordV2, async ({ caller, params, body }) => {
    const who = requireKey(body.id === undefined || body.id === '' ? body.userID : body.id, body.identifier)
    return { body: shownVerdict(await backend.verifyPassword(caller, poolId(params.ipID), who, body.password)) }
  })

  mount(verifyPassword, async ({ caller, params, body }) => {
    const who = requireKey(body.id === undefined || body.id === '' ? body.userID : body.id, body.identifier)
    const verdict = await backend.verifyPassword(caller, poolId(params.ipID), who, body.password)
    if (verdict.kind !== 'correct') throw new Problem('password.incorrect')
    return { body: { id: verdict.userId, state: verdict.state } }
  })

  mount(setPasswordState, async ({ caller, params, body }) => {
    if (body.state === undefined) throw new Problem('request.invalid', 'Say which state.')
    await backend.setPasswordState(caller, poolId(params.ipID), readUserId(params.userID), body.state)
    return { body: undefined }
  })

  for (const operation of [changePassword, deprecatedChangePassword]) {
    mount(operation, async ({ caller, params, body }) => {
      const id = readUserId(params.userID)
      await backend.changePassword(caller, poolId(params.ipID), id, body.old_password, body.new_password)
      return { body: undefined }
    })
  }

  mount(requestResetPassword, async ({ caller, params, query, body }) => {
    await backend.requestPasswordReset(caller, poolId(params.ipID), {
      address: body.address,
      who: readKey(body.userID, body.identifier),
      form: query.code_type_in_message ?? 'link',
    })
    return { body: undefined }
  })

  mount(completeResetPassword, async ({ caller, params, body }) => {
    const named = readKey(body.userID, body.identifier)
    const who =
      named ?? (body.address === undefined ? undefined : ({ kind: 'address', address: body.address } as const))
    await backend.resetPassword(caller, poolId(params.ipID), { code: body.code, who, newPassword: body.new_password })
    return { body: undefined }
  })

  mount(confirmResetPassword, async ({ caller, params, body }) => {
    const named = readKey(body.userID, body.identifier)
    // In this older operation `identifier` is an address.
    const who = named?.kind === 'identifier' ? ({ kind: 'address', address: named.identifier } as const) : named
    await backend.resetPassword(caller, poolId(params.ipID), { code: body.code, who, newPassword: body.new_password })
    return { body: undefined }
  })
}

/** @throws Problem `request.invalid` when both are given */
export function readKey(id: string | undefined, identifier: string | undefined): UserKey | undefined {
  const hasId = id !== undefined && id !== ''
  const hasIdentifier = identifier !== undefined && identifier !== ''
  if (hasId && hasIdentifier) throw new Problem('request.invalid', 'Give either userID or identifier.')
  if (hasId) return { kind: 'id', userId: id }
  return hasIdentifier ? { kind: 'identifier', identifier } : undefined
}

function requireKey(id: string | undefined, identifier: string | undefined): UserKey {
  const key = readKey(id, identifier)
  if (!key) throw new Problem('request.invalid', 'Give either userID or identifier.')
  return key
}

// Divergence D-16
/** Where there is no password to have a state, the state says that nothing may be used. */
function shownVerdict(verdict: PasswordVerdict) {
  switch (verdict.kind) {
    case 'correct':
      return { id: verdict.userId, state: verdict.state, result: 'password_correct' as const }
    case 'expired':
      return { id: verdict.userId, state: verdict.state, result: 'password_expired' as const }
    case 'incorrect':
      return { id: verdict.userId, state: verdict.state, result: 'password_incorrect' as const }
    case 'not_set':
      return { id: verdict.userId, state: 'must_be_reset' as const, result: 'no_password' as const }
    case 'unknown_user':
      return { id: '' as const, state: 'must_be_reset' as const, result: 'user_not_found' as const }
  }
}
