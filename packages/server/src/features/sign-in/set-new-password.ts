import type { Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { Reason, RequestFacts } from '../audit/index.ts'
import { preparePassword, savePassword, voidCodes } from '../credentials/index.ts'
import type { PolicyRefusal } from '../credentials/index.ts'
import type { LegacyUser } from '../legacy/index.ts'
import { findPool } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { findOrganization } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findUserForUpdate, findUsername, maySignIn } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { SignInFlow } from './flow.ts'
import type { SignInNeeds } from './needs.ts'

export type NewPasswordOutcome =
  | { readonly kind: 'set'; readonly user: User }
  | { readonly kind: 'refused'; readonly refusals: readonly PolicyRefusal[] }
  /** The user, their password or their legacy row changed meanwhile; nothing was set. */
  | { readonly kind: 'conflict' }

/** Whose password, and where it lives: the store that proves this person at this door. */
export interface PasswordHome {
  readonly user: User
  /** Present when the legacy store is where the password is checked; it is written there. */
  readonly person: LegacyUser | undefined
}

export interface NewPasswordRequest {
  readonly workspace: Workspace
  readonly flow: Pick<SignInFlow, 'clientId' | 'flowId' | 'issuerPath' | 'uiLocales'>
  readonly home: PasswordHome
  readonly password: string
  readonly reason: Extract<Reason, 'password.changed_by_user' | 'password.reset_by_code'>
  readonly facts: RequestFacts
  /** Whether every session of the person ends, but the named one. */
  readonly endSessions: boolean
  readonly keepSession?: string
}

/**
 * Judges a new password and sets it where the person's password lives.
 *
 * @param permit what must still hold in the transaction (a code that is spent there); false sets nothing
 * @throws Problem `server.busy`, `legacy.unavailable`
 */
export async function setNewPassword(
  needs: SignInNeeds,
  request: NewPasswordRequest,
  permit: (tx: Tx) => Promise<boolean>,
): Promise<NewPasswordOutcome> {
  const { home, workspace, password } = request
  const pool = await findPool(needs.db.reader, home.user.tenantId, home.user.poolId)
  const prepared = await preparePassword(
    { reader: needs.db.reader, vault: needs.vault, hasher: needs.hasher },
    home.user,
    pool?.policy ?? {},
    await contextWords(needs, workspace, home.user),
    password,
  )
  if (!prepared.ok) return { kind: 'refused', refusals: prepared.refusals }
  const legacyHash =
    home.person?.passwordHash === undefined
      ? undefined
      : await needs.hasher.makeLike(password, home.person.passwordHash)
  if (home.person && legacyHash === undefined) {
    return { kind: 'refused', refusals: [{ code: 'too_long', max: longestInEveryFormat }] }
  }
  const user = await needs.db
    .transaction(async (tx) => {
      const found = await findUserForUpdate(tx, home.user.organizationId, home.user.userId)
      if (!found || !maySignIn(found) || !(await permit(tx))) return undefined
      if (!home.person) {
        await savePassword(tx, needs.vault, {
          organizationId: found.organizationId,
          userId: found.userId,
          credentialId: needs.random.uuid(),
          verifier: prepared.verifier,
          state: 'valid',
          stateReason: '',
          now: needs.clock.now(),
        })
      }
      const username = await findUsername(tx, found)
      const subject = username === undefined ? undefined : needs.throttle.subjectOf(workspace, username)
      if (subject) await voidCodes(tx, 'password_reset', subject, needs.clock.now())
      if (request.endSessions) {
        const { organizationId, userId } = found
        const ending = { organizationId, userId, by: userId, reason: 'password_changed', facts: request.facts } as const
        await endAllSessions(tx, needs, ending, request.keepSession)
      }
      await needs.messages.passwordChanged(tx, { flow: request.flow, proof: found })
      await recordEvents(tx, needs, request.facts, [
        {
          tenantId: found.tenantId,
          workspaceId: workspace.workspaceId,
          organizationId: found.organizationId,
          subject: 'password',
          action: 'updated',
          reason: request.reason,
          userId: found.userId,
          affectedUserId: found.userId,
          affectedUserPoolId: found.poolId,
          clientId: request.flow.clientId,
          sessionId: request.flow.flowId,
          context: { written_to: home.person ? home.person.storeId : 'pool' },
        },
      ])
      // Last, because it cannot be rolled back: the store's own compare-and-set on the hash that was read.
      if (home.person && legacyHash !== undefined && !(await writeLegacy(needs, home.person, legacyHash))) {
        throw new LegacyConflict()
      }
      return found
    })
    .catch((error: unknown) => {
      if (error instanceof LegacyConflict) return undefined
      throw error
    })
  return user ? { kind: 'set', user } : { kind: 'conflict' }
}

/** Bytes that bcrypt reads; other legacy formats hold more. */
const longestInEveryFormat = 72

/** Rolls the transaction back; never leaves this file. */
class LegacyConflict extends Error {}

async function writeLegacy(needs: SignInNeeds, person: LegacyUser, hash: string): Promise<boolean> {
  return (await needs.stores.get(person.storeId)?.writePassword(person, hash)) ?? false
}

/** What an attacker would try first for this very person. */
async function contextWords(needs: SignInNeeds, workspace: Workspace, user: User): Promise<string[]> {
  const username = await findUsername(needs.db.reader, user)
  const organization = await findOrganization(needs.db.reader, user.tenantId, user.organizationId)
  const name = user.payload['name']
  return [username, organization?.name, workspace.name, typeof name === 'string' ? name : undefined].filter(
    (word) => word !== undefined,
  )
}
