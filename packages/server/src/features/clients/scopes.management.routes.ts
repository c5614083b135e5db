import { listScopesSystem } from '@gatehouse/contract'
import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { openIdScopes } from '../../surfaces/oidc/claims.ts'
import { findIssuer } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { selectResources } from './clients.store.ts'

/** What applications of a workspace may ask for: about the person, and of the APIs that are registered there. */
export function mountScopes(mount: Mount, needs: { readonly db: Db }): void {
  mount(listScopesSystem, async ({ caller, params }) => {
    const issuer = await findIssuer(needs.db.reader, caller.tenantId, params.wid)
    if (!issuer) throw new Problem('workspace.not_found')
    // An organization's own issuer offers what its workspace offers.
    const { workspace } = issuer
    const resources = await selectResources(needs.db.reader, workspace.tenantId, workspace.workspaceId)
    const person = { audience: '', name: 'OpenID Connect', type: 'oidc' } as const
    const apiType = workspace.kind === 'system' ? ('system' as const) : ('user' as const)
    return {
      body: {
        scopes: [
          ...[...openIdScopes].toSorted().map((name) => shown(workspace, name, person)),
          ...resources.flatMap(({ audience, name: api, scopes }) =>
            scopes.toSorted().map((name) => shown(workspace, name, { audience, name: api, type: apiType })),
          ),
        ],
      },
    }
  })
}

interface Api {
  /** Empty for OpenID Connect. */
  readonly audience: string
  readonly name: string
  readonly type: 'oidc' | 'system' | 'user'
}

/** Scopes have no texts of their own here, and none is given unasked or without consent. */
const shown = ({ tenantId, workspaceId }: Workspace, name: string, { audience, name: api, type }: Api) => ({
  // Two APIs may have a scope of one name; no scope has a space.
  id: audience === '' ? name : `${name} ${audience}`,
  name,
  display_name: name,
  description: '',
  tenant_id: tenantId,
  authorization_server_id: workspaceId,
  implicit: false,
  implicit_grant: false,
  transient: false,
  with_service: true,
  service: {
    id: audience === '' ? 'openid' : audience,
    name: api,
    tenant_id: tenantId,
    authorization_server_id: workspaceId,
    custom_audience: audience,
    system: type !== 'user',
    type,
  },
})
