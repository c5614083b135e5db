import { SecureAuthError } from '@gatehouse/sdk'
import type { AnswerOf, SecureAuth } from '@gatehouse/sdk'
import type { PoolId } from '../pools/index.ts'
import { userId } from '../users/index.ts'
import { asked, requireCloud } from './ask-cloud.ts'
import type { CloudOf } from './ask-cloud.ts'
import type { Caller, IdentityBackend, PasswordVerdict, UserKey } from './identity-backend.ts'
import { requireScope } from './read-local.ts'

type Passwords = Pick<
  IdentityBackend,
  | 'changePassword'
  | 'changeTotpSecret'
  | 'requestPasswordReset'
  | 'resetPassword'
  | 'setPasswordState'
  | 'verifyPassword'
>

const aboutUser = { 400: 'request.invalid', 404: 'user.not_found' } as const
const aboutPool = { 400: 'request.invalid', 404: 'pool.not_found', 422: 'request.invalid' } as const

export const cloudPasswords = (cloudOf: CloudOf): Passwords => {
  const cloudFor = (caller: Caller) => {
    requireScope(caller, 'identity')
    return requireCloud(cloudOf, caller, 'pool.not_found').api
  }

  return {
    async verifyPassword(caller, pool, who, password) {
      const api = cloudFor(caller)
      return asked(aboutPool, async () => {
        const named = who.kind === 'address' ? await idOf(api, pool, who.address) : namedBy(who)
        if (!named) return { kind: 'unknown_user' }
        const { body } = await api.identity.verifyPasswordV2({ ipID: pool, body: { ...named, password } })
        return readVerdict(body)
      })
    },

    async setPasswordState(caller, pool, id, state) {
      const api = cloudFor(caller)
      const said = { ...aboutUser, 422: 'password.not_set' } as const
      await asked(said, () => api.identity.setPasswordState({ ipID: pool, userID: id, body: { state } }))
    },

    async changePassword(caller, pool, id, oldPassword, newPassword) {
      const api = cloudFor(caller)
      const said = { ...aboutUser, 401: 'password.incorrect', 422: 'password.refused' } as const
      const body = { old_password: oldPassword, new_password: newPassword }
      await asked(said, () => api.identity.changePassword({ ipID: pool, userID: id, body }))
    },

    async changeTotpSecret(caller, pool, id, code, newSecret) {
      const api = cloudFor(caller)
      const said = { ...aboutUser, 401: 'totp.incorrect', 422: 'request.invalid' } as const
      const body = { totp: code, new_totp_secret: newSecret }
      await asked(said, () => api.identity.changeTotpSecret({ ipID: pool, userID: id, body }))
    },

    async requestPasswordReset(caller, pool, { address, who, form }) {
      const api = cloudFor(caller)
      const body = { address, ...(who && who.kind !== 'address' ? namedBy(who) : {}) }
      await asked(aboutPool, () => api.identity.requestResetPassword({ ipID: pool, code_type_in_message: form, body }))
    },

    async resetPassword(caller, pool, { code, who, newPassword }) {
      const api = cloudFor(caller)
      const said = { ...aboutPool, 401: 'code.refused', 422: 'password.refused' } as const
      const named = who && (who.kind === 'address' ? { address: who.address } : namedBy(who))
      const body = { code, new_password: newPassword, ...named }
      await asked(said, () => api.identity.completeResetPassword({ ipID: pool, body }))
    },
  }
}

type Named = { readonly identifier: string } | { readonly userID: string }
const namedBy = (who: Exclude<UserKey, { readonly kind: 'address' }>): Named =>
  who.kind === 'id' ? { userID: who.userId } : { identifier: who.identifier }

/** Passwords are verified for ids and identifiers only. */
async function idOf(api: SecureAuth, pool: PoolId, address: string): Promise<Named | undefined> {
  try {
    const { body } = await api.identity.systemGetUserByKey({ ipID: pool, body: { address } })
    return { userID: body.id }
  } catch (thrown) {
    const isUnknown = thrown instanceof SecureAuthError && thrown.status === 404 && thrown.code !== 'pool.not_found'
    if (isUnknown) return undefined
    throw thrown
  }
}

function readVerdict({ id, result, state }: AnswerOf<'identity', 'verifyPasswordV2'>): PasswordVerdict {
  switch (result) {
    case 'password_correct':
      return { kind: 'correct', userId: userId(id), state }
    case 'password_expired':
      return { kind: 'expired', userId: userId(id), state }
    case 'password_incorrect':
      return { kind: 'incorrect', userId: userId(id), state }
    case 'no_password':
      return { kind: 'not_set', userId: userId(id) }
    case 'user_not_found':
      return { kind: 'unknown_user' }
  }
}
