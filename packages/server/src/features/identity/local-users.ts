import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { canonicalUsername } from '../../protocol/precis.ts'
import { recordEvents } from '../audit/index.ts'
import { releaseName } from '../directory/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import {
  deleteUser,
  findUserForUpdate,
  selectAddresses,
  selectIdentifiers,
  selectUsers,
  updateUser,
} from '../users/index.ts'
import type { User, UserId } from '../users/index.ts'
import { findPerson } from './find-person.ts'
import type { Caller, IdentityBackend, UserInput } from './identity-backend.ts'
import { localCreateUser } from './local-create-user.ts'
import type { LocalNeeds } from './local-needs.ts'
import {
  aboutUser,
  detailsOf,
  endedByClient,
  inPool,
  pageOf,
  poolOf,
  requireExpected,
  userOf,
  workspaceOf,
} from './read-local.ts'

type Users = Pick<
  IdentityBackend,
  'createUser' | 'deleteUser' | 'getUser' | 'getUserByKey' | 'listUsers' | 'updateUser'
>

export const localUsers = (needs: LocalNeeds): Users => ({
  createUser: localCreateUser(needs),

  async listUsers(caller, poolId, filter) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const { organizationId } = pool
    const users = await pageOf(filter, (page) => selectUsers(needs.reader, { ...page, organizationId, poolId }))
    const ids = users.map((user) => user.userId)
    const identifiers = await selectIdentifiers(needs.reader, organizationId, ids)
    const addresses = await selectAddresses(needs.reader, organizationId, ids)
    return users.map((user) => ({
      user,
      identifiers: identifiers.get(user.userId) ?? [],
      addresses: addresses.get(user.userId) ?? [],
    }))
  },

  async getUser(caller, poolId, id) {
    const pool = await poolOf(needs.reader, caller, poolId)
    return detailsOf(needs.reader, await userOf(needs.reader, pool, id))
  },

  async getUserByKey(caller, poolId, key) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await findPerson(needs.reader, pool, key)
    if (!user) throw new Problem('user.not_found')
    return detailsOf(needs.reader, user)
  },

  async updateUser(caller, poolId, id, input, expected) {
    return needs.transact(async (tx) => {
      const { pool, user: before } = await lockedUser(tx, caller, poolId, id)
      requireExpected(expected, before.revision)
      const after = changed(before, input, needs.clock.now())
      const fields = changedFields(before, after)
      if (fields.length > 0) {
        if (!(await updateUser(tx, after))) throw new Problem('request.conflict')
        if (after.status !== before.status && after.status !== 'active') {
          await endAllSessions(tx, needs, endedByClient(after, caller))
        }
        const payload = { id: after.userId, status: after.status, changed: fields }
        await recordEvents(tx, needs, caller.facts, [
          { ...aboutUser(pool, after), subject: 'user', action: 'updated', payload },
        ])
      }
      return detailsOf(tx, fields.length === 0 ? before : { ...after, revision: before.revision + 1 })
    })
  },

  async deleteUser(caller, poolId, id, expected) {
    return needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      requireExpected(expected, user.revision)
      const workspace = await workspaceOf(tx, pool)
      const identifiers = (await selectIdentifiers(tx, user.organizationId, [user.userId])).get(user.userId) ?? []
      for (const { type, identifier } of identifiers) {
        const name = type === 'uid' ? canonicalUsername(identifier)?.canonical : undefined
        if (name !== undefined) await releaseName(tx, needs.nameKeys.inIndex(workspace, name), user.userId)
      }
      await endAllSessions(tx, needs, endedByClient(user, caller))
      // Their row in `directory_people` stays.
      await deleteUser(tx, user.organizationId, user.userId)
      await recordEvents(tx, needs, caller.facts, [
        { ...aboutUser(pool, user), subject: 'user', action: 'deleted', payload: { id: user.userId } },
      ])
    })
  },
})

/** @throws Problem `pool.not_found`, `user.not_found` */
export async function lockedUser(
  tx: Tx,
  caller: Caller,
  poolId: PoolId,
  id: UserId,
): Promise<{ readonly pool: Pool; readonly user: User }> {
  const pool = await poolOf(tx, caller, poolId)
  return { pool, user: inPool(pool, await findUserForUpdate(tx, pool.organizationId, id)) }
}

function changed(before: User, input: UserInput, now: Date): User {
  const status = input.status ?? before.status
  const isNewStatus = status !== before.status
  return {
    ...before,
    status,
    payload: input.payload ?? before.payload,
    metadata: input.metadata ?? before.metadata,
    businessMetadata: input.businessMetadata ?? before.businessMetadata,
    updatedAt: now,
    statusUpdatedAt: isNewStatus ? now : before.statusUpdatedAt,
  }
}

const changedFields = (before: User, after: User): string[] =>
  (['status', 'payload', 'metadata', 'businessMetadata'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  )
