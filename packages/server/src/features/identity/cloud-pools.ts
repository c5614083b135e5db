import type { Pool as CloudPool, PoolInput as CloudPoolInput } from '@gatehouse/sdk'
import { asked, changed, requireCloud } from './ask-cloud.ts'
import type { CloudOf } from './ask-cloud.ts'
import { pageToCloud } from './page-to-cloud.ts'
import type { IdentityBackend, PoolInput } from './identity-backend.ts'
import { readPool, readPoolAnswer } from './read-cloud.ts'
import { requireScope } from './read-local.ts'

type Pools = Pick<IdentityBackend, 'createPool' | 'deletePool' | 'getPool' | 'listPools' | 'updatePool'>

const absent = 'pool.not_found'
const meanings = { 400: 'request.invalid', 404: absent, 409: 'pool.not_empty', 422: 'request.invalid' } as const

export const cloudPools = (cloudOf: CloudOf): Pools => ({
  async listPools(caller, { parentId, searchPhrase, ...page }) {
    requireScope(caller, 'identity')
    const cloud = cloudOf(caller.tenantId)
    if (!cloud) return []
    const query = { ...pageToCloud('pool', page), search_phrase: searchPhrase }
    const { body } = await asked(meanings, () =>
      parentId === undefined
        ? cloud.api.identity.systemListPools(query)
        : cloud.api.identity.listWorkspacePools({ ...query, wid: parentId }),
    )
    return body.pools.map((one) => readPool(caller, one))
  },

  async getPool(caller, id) {
    requireScope(caller, 'identity')
    const { api } = requireCloud(cloudOf, caller, absent)
    const answer = await asked(meanings, () => api.identity.systemGetPool({ ipID: id }))
    return { pool: readPoolAnswer(caller, answer), users: answer.body.number_of_users ?? 0 }
  },

  async createPool(caller, input) {
    requireScope(caller, 'identity')
    const { api, tenant } = requireCloud(cloudOf, caller, 'workspace.not_found')
    const body = {
      ...written(input, {}),
      name: input.name,
      id: input.poolId,
      tenant_id: tenant,
      workspace_id: input.parentId,
    }
    const said = { ...meanings, 404: 'workspace.not_found', 409: 'pool.id_taken' } as const
    return readPoolAnswer(caller, await asked(said, () => api.identity.systemCreatePool({ body })))
  },

  async updatePool(caller, id, input, expected) {
    requireScope(caller, 'identity')
    const { api } = requireCloud(cloudOf, caller, absent)
    const answer = await asked(meanings, () =>
      changed(
        expected,
        () => api.identity.systemGetPool({ ipID: id }),
        (before, options) => {
          const body = { ...changeable(before), ...written(input, before), name: input.name ?? before.name }
          return api.identity.systemUpdatePool({ ipID: id, body }, options)
        },
      ),
    )
    return readPoolAnswer(caller, answer)
  },

  async deletePool(caller, id, expected) {
    requireScope(caller, 'identity')
    const { api } = requireCloud(cloudOf, caller, absent)
    await asked(meanings, () =>
      changed(
        expected,
        () => api.identity.systemGetPool({ ipID: id }),
        (_, options) => api.identity.systemDeletePool({ ipID: id }, options),
      ),
    )
  },
})

/** What of a pool a change may name. */
const changeable = (before: CloudPool): Partial<CloudPoolInput> =>
  Object.fromEntries(
    Object.entries(before).filter(([field]) => !['deleted', 'number_of_users', 'system'].includes(field)),
  )

/** The part of the policy that acts here goes back to where the vendor has it. */
function written(
  { description, policy = {}, wire = {} }: PoolInput,
  before: Pick<CloudPoolInput, 'password_policy'>,
): Partial<CloudPoolInput> {
  const kept = wire as Partial<CloudPoolInput>
  const { minLength, history } = policy
  const passwordPolicy = {
    ...(kept.password_policy ?? before.password_policy),
    ...(minLength === undefined ? {} : { min_length: minLength }),
    ...(history === undefined ? {} : { not_used_since: history }),
  }
  return {
    ...kept,
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(passwordPolicy).length === 0 ? {} : { password_policy: passwordPolicy }),
  }
}
