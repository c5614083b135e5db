import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { EventAction, EventSubject, Reason } from '../audit/index.ts'
import {
  assertAcceptable,
  findPassword,
  preparePassword,
  savePassword,
  setState,
  verifyPassword,
  voidCodes,
} from '../credentials/index.ts'
import type { PasswordRecord } from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { maySignIn, selectAddresses, selectIdentifiers } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { contextWords } from './context-words.ts'
import { countedAs, findPerson } from './find-person.ts'
import type { Caller, IdentityBackend, PasswordVerdict } from './identity-backend.ts'
import type { LocalNeeds, PasswordAttempts, TriedProof } from './local-needs.ts'
import { aboutPool, aboutUser, endedByClient, lockedUser, poolOf, userOf, workspaceOf } from './read-local.ts'

type HashNeeds = Pick<LocalNeeds, 'reader' | 'vault' | 'hasher'>
type Passwords = Pick<IdentityBackend, 'changePassword' | 'setPasswordState' | 'verifyPassword'>

export const localPasswords = (needs: LocalNeeds): Passwords => ({
  verifyPassword: (caller, poolId, who, password) =>
    // Before the try is counted: whoever is turned away has tried nothing.
    needs.hasher.reserved(async (hasher) => {
      const pool = await poolOf(needs.reader, caller, poolId)
      const user = await findPerson(needs.reader, pool, who)
      const key = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, who)
      await requireTry(needs.passwordAttempts, key, 'password', caller.tenantId)
      const { verdict, reason } = user
        ? await judged({ reader: needs.reader, vault: needs.vault, hasher }, user, password)
        : { verdict: { kind: 'unknown_user' } as const, reason: 'name.unknown' as const }
      await counted(needs.passwordAttempts, key, 'password', reason === undefined)
      await noteTry(needs, caller, pool, user, reason === undefined ? 'accepted' : 'rejected', reason)
      return verdict
    }),

  async setPasswordState(caller, poolId, id, state) {
    const changed = await needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      const reason = state === 'valid' ? '' : 'by_administrator'
      if (!(await setState(tx, user.organizationId, user.userId, state, reason, needs.clock.now()))) {
        throw new Problem('password.not_set')
      }
      await endAllSessions(tx, needs, endedByClient(user, caller))
      await recordEvents(tx, needs, caller.facts, [
        {
          ...aboutUser(pool, user),
          subject: 'credential',
          action: 'updated',
          reason: 'password.set_by_client',
          payload: { type: 'password', state },
        },
      ])
      return { pool, user }
    })
    if (state !== 'valid') return
    // Whoever may say that the password is good opens a name that too many wrong ones have closed.
    const workspace = await workspaceOf(needs.reader, changed.pool)
    const key = await countedAs(needs.reader, needs.nameKeys, workspace, changed.user, undefined)
    await needs.passwordAttempts.recordSuccess(key, 'password')
  },

  changePassword: (caller, poolId, id, oldPassword, newPassword) =>
    needs.hasher.reserved(async (hasher) => {
      const pool = await poolOf(needs.reader, caller, poolId)
      const user = await userOf(needs.reader, pool, id)
      const key = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, undefined)
      await requireTry(needs.passwordAttempts, key, 'password', caller.tenantId)
      const check = await verifyPassword(
        { reader: needs.reader, vault: needs.vault, hasher },
        user.organizationId,
        user.userId,
        oldPassword,
      )
      if (check.kind === 'not_set') throw new Problem('password.not_set')
      const reason = check.kind === 'incorrect' ? 'password.incorrect' : whyNotUsable(user, check.record)
      await counted(needs.passwordAttempts, key, 'password', reason === undefined)
      if (check.kind === 'incorrect' || reason !== undefined) {
        await noteTry(needs, caller, pool, user, 'rejected', reason)
        throw new Problem('password.incorrect')
      }
      const verifier = await newVerifier({ reader: needs.reader, vault: needs.vault, hasher }, pool, user, newPassword)
      await needs.transact(async (tx) => {
        const { user: current } = await lockedUser(tx, caller, poolId, id)
        const record = await findPassword(tx, needs.vault, user.organizationId, user.userId)
        // Proved outside this transaction: only what was proved may be replaced.
        if (record?.generation !== check.record.generation || current.status !== user.status) {
          throw new Problem('request.conflict')
        }
        const { organizationId, userId } = user
        const { credentialId } = record
        await savePassword(tx, needs.vault, {
          organizationId,
          userId,
          credentialId,
          verifier,
          state: 'valid',
          stateReason: '',
          now: needs.clock.now(),
        })
        await voidCodes(tx, 'password_reset', needs.codeSubject(key), needs.clock.now())
        await endAllSessions(tx, needs, endedByClient(user, caller), caller.person?.sessionUid)
        await recordEvents(tx, needs, caller.facts, [
          { ...aboutUser(pool, user), subject: 'password', action: 'updated', reason: 'password.changed_by_user' },
        ])
      })
    }),
})

/** @throws Problem `request.throttled` */
export async function requireTry(
  attempts: PasswordAttempts,
  key: Buffer,
  proof: TriedProof,
  tenantId: string,
): Promise<void> {
  const wait = await attempts.mayTry(key, proof, tenantId)
  if (wait) throw new Problem('request.throttled', undefined, { retryAfterSeconds: Math.ceil(wait.retryAfterSeconds) })
}

export const counted = (attempts: PasswordAttempts, key: Buffer, proof: TriedProof, isRight: boolean): Promise<void> =>
  isRight ? attempts.recordSuccess(key, proof) : attempts.recordFailure(key, proof)

/** @throws Problem `password.refused`, `server.busy` */
export async function newVerifier(needs: HashNeeds, pool: Pool, user: User, password: string): Promise<string> {
  const ids = [user.userId]
  const identifiers = (await selectIdentifiers(needs.reader, user.organizationId, ids)).get(user.userId) ?? []
  const addresses = (await selectAddresses(needs.reader, user.organizationId, ids)).get(user.userId) ?? []
  const typed = [...identifiers.map((one) => one.identifier), ...addresses.map((one) => one.address)]
  return assertAcceptable(
    await preparePassword(needs, user, pool.policy, contextWords(pool, user.payload, typed), password),
  )
}

interface Judged {
  readonly verdict: PasswordVerdict
  /** Absent: the password may be used. */
  readonly reason: Reason | undefined
}

async function judged(needs: HashNeeds, user: User, password: string): Promise<Judged> {
  const { userId } = user
  const check = await verifyPassword(needs, user.organizationId, userId, password)
  if (check.kind === 'not_set') return { verdict: { kind: 'not_set', userId }, reason: 'password.not_set' }
  if (check.kind === 'incorrect') {
    return { verdict: { kind: 'incorrect', userId, state: 'valid' }, reason: 'password.incorrect' }
  }
  const { state, stateReason } = check.record
  if (!maySignIn(user)) return { verdict: { kind: 'incorrect', userId, state: 'valid' }, reason: 'user.inactive' }
  const isExpired = state === 'must_be_reset' && stateReason === 'expired'
  return { verdict: { kind: isExpired ? 'expired' : 'correct', userId, state }, reason: undefined }
}

const whyNotUsable = (user: User, record: PasswordRecord): Reason | undefined =>
  user.status === 'inactive' || user.status === 'deleted'
    ? 'user.inactive'
    : record.state === 'must_be_reset'
      ? 'password.must_be_reset'
      : undefined

export function noteTry(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  user: User | undefined,
  action: EventAction,
  reason: Reason | undefined,
  subject: EventSubject = 'password',
): Promise<void> {
  const about = user ? aboutUser(pool, user) : { ...aboutPool(pool), affectedUserPoolId: pool.poolId }
  return needs.transact((tx) =>
    recordEvents(tx, needs, caller.facts, [{ ...about, subject, action, reason, context: { door: 'management' } }]),
  )
}
