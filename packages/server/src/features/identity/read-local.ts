import type { Reader, Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { findPasswordSummary, findTotpSummary, selectWebAuthnKeys } from '../credentials/index.ts'
import { findPool } from '../pools/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import type { Ending } from '../sessions/index.ts'
import { findWorkspace } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { findUser, findUserForUpdate, selectAddresses, selectIdentifiers } from '../users/index.ts'
import type { User, UserId } from '../users/index.ts'
import type { Caller, Expected, UserDetails } from './identity-backend.ts'

export { pageOf } from '../../surfaces/management/index.ts'

export type Scope = 'identity' | 'identity_self_registration' | 'manage_configuration' | 'read_configuration'

/** One of these is enough. @throws Problem `caller.forbidden` */
export function requireScope(caller: Caller, scope: Scope, ...others: readonly Scope[]): void {
  if (![scope, ...others].some((one) => caller.scopes.has(one))) {
    throw new Problem('caller.forbidden', `The scope ${scope} is needed.`)
  }
}

/** @throws Problem `request.conflict` */
export function requireExpected(expected: Expected, revision: number): void {
  if (expected !== undefined && !expected.includes(revision)) throw new Problem('request.conflict')
}

/** @throws Problem `caller.forbidden`, `pool.not_found` */
export async function poolOf(reader: Reader, caller: Caller, id: PoolId, scope: Scope = 'identity'): Promise<Pool> {
  requireScope(caller, scope)
  const pool = await findPool(reader, caller.tenantId, id)
  if (!pool) throw new Problem('pool.not_found')
  return pool
}

/** @throws Problem `user.not_found` — also for a user of another pool */
export async function userOf(reader: Reader, pool: Pool, id: UserId): Promise<User> {
  return inPool(pool, await findUser(reader, pool.organizationId, id))
}

export function inPool(pool: Pool, user: User | undefined): User {
  if (user?.poolId !== pool.poolId) throw new Problem('user.not_found')
  return user
}

/**
 * Locked until the transaction ends.
 *
 * @throws Problem `pool.not_found`, `user.not_found`
 */
export async function lockedUser(
  tx: Tx,
  caller: Caller,
  poolId: PoolId,
  id: UserId,
): Promise<{ readonly pool: Pool; readonly user: User }> {
  const pool = await poolOf(tx, caller, poolId)
  return { pool, user: inPool(pool, await findUserForUpdate(tx, pool.organizationId, id)) }
}

/** Sessions of somebody who has changed how they sign in, or whom an application with management rights has changed. */
export const endedByClient = ({ organizationId, userId }: User, { facts, person }: Caller): Ending =>
  person
    ? { organizationId, userId, reason: 'password_changed', by: person.userId, facts }
    : { organizationId, userId, reason: 'ended_by_administrator', facts }

export async function workspaceOf(reader: Reader, pool: Pool): Promise<Workspace> {
  const workspace = await findWorkspace(reader, pool.tenantId, pool.workspaceId)
  if (!workspace) throw new Error(`pool ${pool.poolId} is in no workspace`)
  return workspace
}

export async function detailsOf(reader: Reader, user: User): Promise<UserDetails> {
  const [identifiers, addresses, password, totp, webAuthnKeys] = [
    await selectIdentifiers(reader, user.organizationId, [user.userId]),
    await selectAddresses(reader, user.organizationId, [user.userId]),
    await findPasswordSummary(reader, user.organizationId, user.userId),
    await findTotpSummary(reader, user),
    await selectWebAuthnKeys(reader, user),
  ]
  return {
    user,
    identifiers: identifiers.get(user.userId) ?? [],
    addresses: addresses.get(user.userId) ?? [],
    password,
    totp,
    webAuthnKeys,
  }
}

/** What every event about a pool, or about a person in it, says. */
export const aboutPool = (pool: Pool) => ({
  tenantId: pool.tenantId,
  workspaceId: pool.workspaceId,
  organizationId: pool.organizationId,
})

export const aboutUser = (pool: Pool, user: { readonly userId: UserId }) => ({
  ...aboutPool(pool),
  affectedUserId: user.userId,
  affectedUserPoolId: pool.poolId,
})
