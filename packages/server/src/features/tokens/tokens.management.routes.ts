import { revokeTokens, revokeTokensByPool } from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { findPool, poolId } from '../pools/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import { revokeAll } from './revoke-all.ts'
import type { RevokeNeeds } from './revoke-all.ts'

export function mountTokens(mount: Mount, needs: RevokeNeeds): void {
  mount(revokeTokensByPool, async ({ caller, params, body }) => {
    const pool = await findPool(needs.db.reader, caller.tenantId, poolId(params.ipID))
    if (!pool) throw new Problem('pool.not_found')
    await revokeAll(needs, { ...pool }, named(body.users), caller.facts)
    return { body: undefined }
  })

  mount(revokeTokens, async ({ caller, params, query, body }) => {
    const issuer = await findIssuer(needs.db.reader, caller.tenantId, params.wid)
    if (!issuer) throw new Problem('workspace.not_found')
    // Divergence D-53: consents of ours have no id, so none is ever found.
    if (query.consent_id !== undefined) throw new Problem('consent.not_found')
    const { tenantId, workspaceId } = issuer.workspace
    const place = { tenantId, workspaceId, organizationId: issuer.organization?.organizationId }
    await revokeAll(needs, place, named(body?.subjects), caller.facts)
    return { body: undefined }
  })
}

const mostPeople = 100

/** @throws Problem `request.invalid` unless there are one to a hundred */
function named(people: readonly string[] | undefined): readonly string[] {
  if (people === undefined || people.length === 0 || people.length > mostPeople) {
    throw new Problem('request.invalid', `Name 1 to ${mostPeople} people.`)
  }
  return people
}
