import {
  selfBeginWebAuthnCredentialsGeneration,
  selfChangePassword,
  selfChangePasswordV2,
  selfChangeTotpSecret,
  selfCompleteWebAuthnCredentialsGeneration,
  selfDeleteMfaSession,
  selfDeleteWebAuthnKey,
  selfGetUserProfile,
  selfGetUserProfileV2,
  selfListUserMfaSessions,
  selfNameWebAuthnKey,
  selfResetPasswordConfirm,
  selfSetPassword,
  selfSetTotpSecret,
  selfSetWebAuthn,
  selfUpdateUserProfile,
  selfUpdateUserProfileV2,
} from '@gatehouse/contract'
import type { Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { MountSelf, SelfCaller } from '../../surfaces/management/index.ts'
import { findPool, poolId } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { hiddenFields } from '../schemas/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import type { User } from '../users/index.ts'
import type { Factors } from './factors.ts'
import type { Caller, IdentityBackend, UserDetails } from './identity-backend.ts'
import { ownSessions } from './own-sessions.ts'
import type { OwnSessionsNeeds } from './own-sessions.ts'
import { shownProfile, shownProfileV2 } from './show-profile.ts'
import { keyIdOf, readRegistration, shownKey, shownOptions } from './show-webauthn.ts'

/** Whose token the request carried. */
export interface SelfPerson {
  readonly user: User
  readonly sessionUid: string
}

export interface SelfNeeds extends OwnSessionsNeeds {
  readonly reader: Reader
  readonly backend: IdentityBackend
  readonly factors: Factors
}

/**
 * What signed-in people see and change through applications of theirs. No path says who: whose token it is, is whom it is
 * about. Factors are changed by the port, with the person as the one who acts.
 */
export function mountSelf(mount: MountSelf<SelfPerson>, needs: SelfNeeds): void {
  const { backend, factors, reader } = needs
  const sessions = ownSessions(needs)

  const hiddenOf = ({ user }: UserDetails) => hiddenFields(reader, user.tenantId, user.schemaIds?.metadata)
  const read = async (caller: SelfCaller<SelfPerson>) => {
    const { as, pool, id } = ownPlace(caller)
    return backend.getUser(as, pool, id)
  }
  const change = async (
    caller: SelfCaller<SelfPerson>,
    body: { payload?: Record<string, unknown> },
    expected: Expected,
  ) => {
    const { as, pool, id } = ownPlace(caller)
    return backend.updateUser(as, pool, id, { payload: body.payload }, expected)
  }

  mount(selfGetUserProfile, async ({ caller }) => {
    const details = await read(caller)
    return { body: shownProfile(details, await hiddenOf(details)), revision: details.user.revision }
  })
  mount(selfGetUserProfileV2, async ({ caller }) => {
    const details = await read(caller)
    return { body: shownProfileV2(details, await hiddenOf(details)), revision: details.user.revision }
  })
  mount(selfUpdateUserProfile, async ({ caller, body, expected }) => {
    const details = await change(caller, body, expected)
    return { body: shownProfile(details, await hiddenOf(details)), revision: details.user.revision }
  })
  mount(selfUpdateUserProfileV2, async ({ caller, body, expected }) => {
    const details = await change(caller, body, expected)
    return { body: shownProfileV2(details, await hiddenOf(details)), revision: details.user.revision }
  })

  for (const operation of [selfChangePassword, selfChangePasswordV2]) {
    mount(operation, async ({ caller, body }) => {
      const { as, pool, id } = ownPlace(caller)
      await backend.changePassword(as, pool, id, body.old_password, body.new_password)
      return { body: undefined }
    })
  }
  mount(selfSetPassword, async ({ caller, body }) => {
    const { as, pool, id } = ownPlace(caller)
    await factors.setPassword(as, pool, id, body.new_password)
    return { body: undefined }
  })
  mount(selfChangeTotpSecret, async ({ caller, body }) => {
    const { as, pool, id } = ownPlace(caller)
    await backend.changeTotpSecret(as, pool, id, body.totp, body.new_totp_secret)
    return { body: undefined }
  })
  mount(selfSetTotpSecret, async ({ caller, body }) => {
    const { as, pool, id } = ownPlace(caller)
    await factors.setTotpSecret(as, pool, id, body.new_totp_secret)
    return { body: undefined }
  })

  mount(selfBeginWebAuthnCredentialsGeneration, async ({ caller }) => {
    const { as, pool, id } = ownPlace(caller)
    return { body: shownOptions(await factors.beginWebAuthnKey(as, pool, id)) }
  })
  // Divergence D-48
  /** Here the key is the person's at once: they proved themselves a moment ago, and the key has just been proved. */
  mount(selfCompleteWebAuthnCredentialsGeneration, async ({ caller, body }) => {
    const { as, pool, id } = ownPlace(caller)
    const key = await factors.completeWebAuthnKey(as, pool, id, readRegistration(body))
    await factors.addWebAuthnKey(as, pool, id, key.keyId)
    return { body: { credentials: [shownKey(key)] } }
  })
  mount(selfSetWebAuthn, async ({ caller, body }) => {
    const { as, pool, id } = ownPlace(caller)
    await factors.addWebAuthnKey(as, pool, id, keyIdOf(body.new_webauthn ?? {}))
    return { body: undefined }
  })
  mount(selfNameWebAuthnKey, async ({ caller, params, body }) => {
    const { as, pool, id } = ownPlace(caller)
    await factors.nameWebAuthnKey(as, pool, id, params.webAuthnCredentialID, body.name ?? '')
    return { body: undefined }
  })
  mount(selfDeleteWebAuthnKey, async ({ caller, params }) => {
    const { as, pool, id } = ownPlace(caller)
    await factors.deleteWebAuthnKey(as, pool, id, params.webAuthnCredentialID)
    return { body: undefined }
  })

  mount(selfListUserMfaSessions, async ({ caller }) => ({ body: { sessions: await sessions.list(personOf(caller)) } }))
  mount(selfDeleteMfaSession, async ({ caller, params }) => {
    await sessions.end(personOf(caller), ownPlace(caller).as.facts, params.mfaSessionID)
    return { body: undefined }
  })

  mount(selfResetPasswordConfirm, async ({ caller, params, body }) => {
    const pool = await openPool(reader, caller, params.ipID)
    const { identifier } = body
    const as = { tenantId: caller.tenantId, scopes: portScopes, clientId: '', facts: caller.facts }
    await backend.resetPassword(as, pool.poolId, {
      code: body.code,
      who: identifier === undefined ? undefined : { kind: 'identifier', identifier },
      newPassword: body.new_password,
    })
    return { body: undefined }
  })
}

type Expected = readonly number[] | undefined

/** What the port asks of applications that manage people; here it is held to one person by the place alone. */
const portScopes: ReadonlySet<string> = new Set(['identity'])

function personOf(caller: SelfCaller<SelfPerson>): SelfPerson {
  if (!caller.proof) throw new Error('an operation of a person ran without one')
  return caller.proof.person
}

/** Where the person is, and they themselves as the one who acts there. */
function ownPlace(caller: SelfCaller<SelfPerson>) {
  const { user, sessionUid } = personOf(caller)
  const { userId } = user
  const as: Caller = {
    tenantId: user.tenantId,
    scopes: portScopes,
    clientId: caller.proof?.clientId ?? '',
    facts: { ...caller.facts, userId, sessionId: sessionUid },
    person: { userId, sessionUid },
  }
  return { as, pool: user.poolId, id: userId }
}

/**
 * A pool of this issuer whose settings let everybody finish a reset by themselves.
 *
 * @throws Problem `caller.forbidden` also for a pool that is not there
 */
async function openPool(reader: Reader, { tenantId, segment }: SelfCaller<SelfPerson>, id: string): Promise<Pool> {
  const issuer = await findIssuer(reader, tenantId, segment)
  const pool = issuer && (await findPool(reader, tenantId, poolId(id)))
  const isOfIssuer =
    pool?.workspaceId === issuer?.workspace.workspaceId &&
    (issuer?.organization === undefined || pool?.organizationId === issuer.organization.organizationId)
  const settings = pool?.wire['reset_credentials_settings'] as
    | { readonly do_not_allow_users_to_self_reset_credentials?: unknown }
    | undefined
  // Off unless somebody has said that it is on.
  const isOpen = settings?.do_not_allow_users_to_self_reset_credentials === false
  if (!pool || !isOfIssuer || !isOpen) throw new Problem('caller.forbidden')
  return pool
}
