import {
  listWorkspacePools,
  systemCreatePool,
  systemDeletePool,
  systemGetPool,
  systemListPools,
  systemUpdatePool,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { poolId } from '../pools/index.ts'
import type { IdentityBackend, ListedPool, PoolInput } from './identity-backend.ts'
import { readPage } from './read-page.ts'

export function mountPools(mount: Mount, { backend }: { readonly backend: IdentityBackend }): void {
  mount(systemListPools, async ({ caller, query }) => {
    const filter = { ...readPage(query, query.after_pool_id, query.before_pool_id), searchPhrase: query.search_phrase }
    return { body: { pools: (await backend.listPools(caller, filter)).map(shownPool) } }
  })

  mount(listWorkspacePools, async ({ caller, params, query }) => {
    const page = readPage(query, query.after_pool_id, query.before_pool_id)
    const filter = { ...page, searchPhrase: query.search_phrase, parentId: params.wid }
    return { body: { pools: (await backend.listPools(caller, filter)).map(shownPool) } }
  })

  mount(systemCreatePool, async ({ caller, body }) => {
    requireTenant(body, caller.tenantId)
    if (body.workspace_id === undefined) {
      throw new Problem('request.invalid', 'Say with workspace_id which workspace or organization the pool is for.')
    }
    const pool = await backend.createPool(caller, {
      ...readPoolInput(body),
      name: body.name,
      poolId: body.id,
      parentId: body.workspace_id,
    })
    return { body: shownPool(pool), revision: pool.revision }
  })

  mount(systemGetPool, async ({ caller, params }) => {
    const { pool, users } = await backend.getPool(caller, poolId(params.ipID))
    return { body: { ...shownPool(pool), number_of_users: users }, revision: pool.revision }
  })

  mount(systemUpdatePool, async ({ caller, params, body, expected }) => {
    requireTenant(body, caller.tenantId)
    const id = poolId(params.ipID)
    if (body.id !== undefined && body.id !== id)
      throw new Problem('request.invalid', 'The id of a pool does not change.')
    if (body.workspace_id !== undefined) {
      const { pool } = await backend.getPool(caller, id)
      if (pool.organizationId !== body.workspace_id) throw new Problem('request.invalid', 'A pool stays where it is.')
    }
    const pool = await backend.updatePool(caller, id, readPoolInput(body), expected)
    return { body: shownPool(pool), revision: pool.revision }
  })

  mount(systemDeletePool, async ({ caller, params, expected }) => {
    await backend.deletePool(caller, poolId(params.ipID), expected)
    return { body: undefined }
  })
}

/** The tenant is the one of the address; a body may repeat it and not change it. */
function requireTenant(body: wire.PoolInput, tenantId: string): void {
  if (body.tenant_id !== undefined && body.tenant_id !== tenantId) {
    throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.')
  }
}

/** Fields that have a place of their own, or none. */
const own = new Set(['id', 'name', 'description', 'tenant_id', 'workspace_id', 'deleted', 'system'])

export function readPoolInput(body: wire.PoolInput): PoolInput {
  const { name, description } = body
  const kept = Object.fromEntries(Object.entries(body).filter(([field]) => !own.has(field)))
  const { min_length: minLength, not_used_since: history } = body.password_policy ?? {}
  return {
    name,
    description,
    policy: { ...(minLength === undefined ? {} : { minLength }), ...(history === undefined ? {} : { history }) },
    wire: kept,
  }
}

/** `wire` is stored by `readPoolInput`, so it has the shape that the contract gave it. */
export function shownPool(pool: ListedPool): wire.Pool {
  const { minLength, history } = pool.policy
  const kept = pool.wire as Partial<wire.PoolInput>
  const policy = {
    ...kept.password_policy,
    ...(minLength === undefined ? {} : { min_length: minLength }),
    ...(history === undefined ? {} : { not_used_since: history }),
  }
  return {
    ...kept,
    ...(Object.keys(policy).length === 0 ? {} : { password_policy: policy }),
    id: pool.poolId,
    name: pool.name,
    description: pool.description,
    tenant_id: pool.tenantId,
    workspace_id: pool.organizationId,
    deleted: false,
    system: false,
  }
}
