import type { Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import type { Biller } from '../billers/index.ts'
import { claimName, insertPerson, nameScope } from '../directory/index.ts'
import type { LegacyUser } from '../legacy/index.ts'
import { findStaffPool, insertPool, poolId } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import {
  canonicalAddress,
  findUserByLegacyId,
  insertAddress,
  insertIdentifier,
  insertUser,
  userId,
} from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { SignInNeeds } from './needs.ts'

/**
 * The user behind a legacy person: found, or made at their first sign-in, so that their `sub` is the same for ever after.
 * The password stays where it is. Two first sign-ins at once make one user.
 */
export async function ensureUser(
  tx: Tx,
  needs: SignInNeeds,
  facts: RequestFacts,
  workspace: Workspace,
  biller: Biller,
  canonical: string,
  person: LegacyUser,
): Promise<User> {
  const find = (): Promise<User | undefined> =>
    findUserByLegacyId(tx, biller.organizationId, person.storeId, person.legacyId)
  const present = await find()
  if (present) return present
  const now = needs.clock.now()
  const pool = await ensureStaffPool(tx, needs, workspace, biller)
  const user: User = {
    organizationId: biller.organizationId,
    userId: userId(needs.random.uuid()),
    tenantId: biller.tenantId,
    poolId: pool.poolId,
    status: 'active',
    payload: person.displayName === undefined ? {} : { name: person.displayName },
    metadata: {},
    businessMetadata: {},
    legacyStoreId: person.storeId,
    legacyId: person.legacyId,
    sessionEpoch: 1,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    statusUpdatedAt: now,
  }
  if (!(await insertUser(tx, user))) {
    const first = await find()
    if (!first) throw new Error('a user id was taken')
    return first
  }
  const dates = { createdAt: now, updatedAt: now }
  await insertIdentifier(tx, user, {
    identifierId: needs.random.uuid(),
    type: 'uid',
    identifier: person.username,
    canonical,
    metadata: {},
    ...dates,
  })
  if (person.email !== undefined && person.email !== '') {
    await insertAddress(tx, user, {
      addressId: needs.random.uuid(),
      type: 'email',
      address: person.email,
      canonical: canonicalAddress(person.email),
      status: 'active',
      // The legacy system has been sending to it; it is as good as it was there.
      isVerified: true,
      verifiedAt: now,
      ...dates,
    })
  }
  await insertPerson(tx, user.userId, user.tenantId, user.organizationId)
  await claimName(tx, {
    keys: needs.keys.inIndex(workspace, canonical),
    scope: nameScope(workspace, user.organizationId),
    tenantId: user.tenantId,
    workspaceId: workspace.workspaceId,
    organizationId: user.organizationId,
    userId: user.userId,
    legacyStoreId: person.storeId,
    legacyId: person.legacyId,
  })
  await recordEvents(tx, needs, facts, [
    {
      tenantId: user.tenantId,
      workspaceId: workspace.workspaceId,
      organizationId: user.organizationId,
      subject: 'user',
      action: 'created',
      reason: 'user.created_from_legacy',
      affectedUserId: user.userId,
      affectedUserPoolId: user.poolId,
      payload: { legacy_store: person.storeId, legacy_id: person.legacyId },
    },
  ])
  return user
}

/** Where the organization's staff are kept; the first legacy sign-in of an organization without a pool makes one. */
async function ensureStaffPool(tx: Tx, needs: SignInNeeds, workspace: Workspace, biller: Biller): Promise<Pool> {
  const present = await findStaffPool(tx, biller.tenantId, biller.organizationId)
  if (present) return present
  const now = needs.clock.now()
  await insertPool(tx, {
    poolId: poolId(`${biller.organizationId}-staff`),
    tenantId: biller.tenantId,
    workspaceId: workspace.workspaceId,
    organizationId: biller.organizationId,
    name: 'Staff',
    description: '',
    policy: {},
    wire: {},
    revision: 1,
    createdAt: now,
    updatedAt: now,
  })
  const made = await findStaffPool(tx, biller.tenantId, biller.organizationId)
  if (!made) throw new Error('the pool was not kept')
  return made
}
