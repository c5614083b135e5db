import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { countUsers } from '../users/index.ts'
import { deletePool, insertPool, lockPool, poolId, schemasOf, selectPools, updatePool } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { assertMeetsSchemas, defaultSchemas } from '../schemas/index.ts'
import { findWorkspace, lockOrganization, organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { Caller, IdentityBackend } from './identity-backend.ts'
import { heldFields } from './held-data.ts'
import type { LocalNeeds } from './local-needs.ts'
import { aboutPool, pageOf, poolOf, requireExpected, requireScope } from './read-local.ts'

type Pools = Pick<IdentityBackend, 'createPool' | 'deletePool' | 'getPool' | 'listPools' | 'updatePool'>

export const localPools = (needs: LocalNeeds): Pools => ({
  async listPools(caller, { parentId, ...filter }) {
    requireScope(caller, 'identity')
    const organization = parentId === undefined ? undefined : organizationId(parentId)
    return pageOf(filter, (page) =>
      selectPools(needs.reader, { ...page, tenantId: caller.tenantId, organizationId: organization }),
    )
  },

  async getPool(caller, id) {
    const pool = await poolOf(needs.reader, caller, id)
    return { pool, users: await countUsers(needs.reader, pool.organizationId, pool.poolId) }
  },

  async createPool(caller, input) {
    requireScope(caller, 'identity')
    return needs.transact(async (tx) => {
      const now = needs.clock.now()
      const pool: Pool = {
        ...(await parentOf(tx, caller, input.parentId)),
        poolId: poolId(input.poolId ?? needs.random.uuid()),
        tenantId: caller.tenantId,
        name: input.name,
        description: input.description ?? '',
        policy: input.policy ?? {},
        wire: {
          payload_schema_id: defaultSchemas.payload,
          metadata_schema_id: defaultSchemas.metadata,
          ...input.wire,
        },
        revision: 1,
        createdAt: now,
        updatedAt: now,
      }
      await assertSchemas(tx, pool)
      if (!(await insertPool(tx, pool))) throw new Problem('pool.id_taken')
      await recordEvents(tx, needs, caller.facts, [{ ...about(pool), action: 'created', payload: shown(pool) }])
      return pool
    })
  },

  async updatePool(caller, id, input, expected) {
    requireScope(caller, 'identity')
    return needs.transact(async (tx) => {
      const before = await locked(tx, caller, id)
      requireExpected(expected, before.revision)
      const after: Pool = {
        ...before,
        name: input.name ?? before.name,
        description: input.description ?? before.description,
        policy: { ...before.policy, ...input.policy },
        wire: { ...before.wire, ...input.wire },
        updatedAt: needs.clock.now(),
      }
      const fields = (['name', 'description', 'policy', 'wire'] as const).filter(
        (field) => !isDeepStrictEqual(before[field], after[field]),
      )
      if (fields.length === 0) return before
      if (fields.includes('wire')) await assertSchemas(tx, after)
      if (!(await updatePool(tx, after))) throw new Problem('request.conflict')
      await recordEvents(tx, needs, caller.facts, [
        { ...about(after), action: 'updated', payload: { ...shown(after), changed: fields } },
      ])
      return { ...after, revision: before.revision + 1 }
    })
  },

  async deletePool(caller, id, expected) {
    requireScope(caller, 'identity')
    return needs.transact(async (tx) => {
      const pool = await locked(tx, caller, id)
      requireExpected(expected, pool.revision)
      // Divergence D-06
      if ((await countUsers(tx, pool.organizationId, pool.poolId)) > 0) throw new Problem('pool.not_empty')
      await needs.forgetPool(tx, pool)
      await deletePool(tx, pool.poolId)
      await recordEvents(tx, needs, caller.facts, [{ ...about(pool), action: 'deleted', payload: shown(pool) }])
    })
  },
})

async function locked(tx: Tx, caller: Caller, id: Pool['poolId']): Promise<Pool> {
  const pool = await lockPool(tx, caller.tenantId, id, 'delete')
  if (!pool) throw new Problem('pool.not_found')
  return pool
}

/** Whoever names a schema keeps it from being deleted. */
function assertSchemas(tx: Tx, pool: Pool): Promise<void> {
  const named = schemasOf(pool)
  return assertMeetsSchemas(
    tx,
    pool.tenantId,
    heldFields.map(([name, field]) => ({ field, schemaId: named[name] })),
  )
}

/** A pool of a workspace is kept under the workspace's own id; one of an organization in the organization's workspace. */
async function parentOf(
  tx: Tx,
  caller: Caller,
  id: string,
): Promise<{ workspaceId: string; organizationId: OrganizationId }> {
  const workspace = await findWorkspace(tx, caller.tenantId, id)
  if (workspace?.kind === 'system') throw new Problem('request.invalid', 'The system workspace holds no pools.')
  if (workspace) return { workspaceId: id, organizationId: organizationId(id) }
  const organization = await lockOrganization(tx, caller.tenantId, id, 'fill')
  if (!organization) throw new Problem('workspace.not_found')
  return { workspaceId: organization.workspaceId, organizationId: organization.organizationId }
}

const about = (pool: Pool) => ({ ...aboutPool(pool), subject: 'pool' as const })
const shown = ({ poolId: id, name }: Pool) => ({ id, name })
