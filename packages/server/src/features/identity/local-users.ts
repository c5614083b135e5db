import type { Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { Pool } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { deleteUser, selectAddresses, selectIdentifiers, selectUsers, selectUsersById } from '../users/index.ts'
import type { User, UserId } from '../users/index.ts'
import { releaseUsername } from './claim-username.ts'
import { findPerson } from './find-person.ts'
import type { IdentityBackend, ListedUser } from './identity-backend.ts'
import { localCreateUser } from './local-create-user.ts'
import type { LocalNeeds } from './local-needs.ts'
import { localUpdateUser } from './local-update-user.ts'
import {
  aboutUser,
  detailsOf,
  endedByClient,
  lockedUser,
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
    return withNames(needs.reader, organizationId, users)
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

  updateUser: localUpdateUser(needs),

  async deleteUser(caller, poolId, id, expected) {
    return needs.transact(async (tx) => {
      const { pool, user } = await lockedUser(tx, caller, poolId, id)
      requireExpected(expected, user.revision)
      const workspace = await workspaceOf(tx, pool)
      const identifiers = (await selectIdentifiers(tx, user.organizationId, [user.userId])).get(user.userId) ?? []
      for (const { type, identifier } of identifiers) {
        if (type === 'uid') await releaseUsername(tx, needs, workspace, user, identifier)
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

/** Those of these users that the pool still has, in the order of their ids. */
export async function listedOf(reader: Reader, pool: Pool, ids: readonly UserId[]): Promise<ListedUser[]> {
  return withNames(reader, pool.organizationId, await selectUsersById(reader, pool.organizationId, ids))
}

async function withNames(reader: Reader, organization: OrganizationId, users: readonly User[]): Promise<ListedUser[]> {
  const ids = users.map((user) => user.userId)
  const identifiers = await selectIdentifiers(reader, organization, ids)
  const addresses = await selectAddresses(reader, organization, ids)
  return users.map((user) => ({
    user,
    identifiers: identifiers.get(user.userId) ?? [],
    addresses: addresses.get(user.userId) ?? [],
  }))
}
