import {
  createAuthorizationServer,
  deleteAuthorizationServer,
  systemDeleteAuthorizationServer,
  getAuthorizationServer,
  getWorkspace,
  listAuthorizationServers,
  listWorkspaces,
  updateAuthorizationServer,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { pageOf, readPage } from '../../surfaces/management/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { countOrganizations, findWorkspace, selectWorkspacePage } from '../tenancy/index.ts'
import type { StoredWorkspace, Workspace, WorkspacePage } from '../tenancy/index.ts'
import { createWorkspace, deleteWorkspace, issuerOf, updateWorkspace } from './manage-workspaces.ts'
import type { WorkspaceInput, WorkspaceNeeds } from './manage-workspaces.ts'
import { refuseSecrets } from './refuse-secrets.ts'

export interface WorkspaceRouteNeeds extends WorkspaceNeeds {
  readonly db: Db
  /** Public origin of this server, for `issuer_url`. */
  readonly origin: string
}

export function mountWorkspaces(mount: Mount, needs: WorkspaceRouteNeeds): void {
  const { db, origin } = needs
  const answer = (workspace: StoredWorkspace) => ({ body: shown(workspace, origin), revision: workspace.revision })

  mount(listAuthorizationServers, async ({ caller, query }) => {
    const page = readPage(query, query.after_server_id, query.before_server_id)
    const workspaces = await pageOf(page, (one) =>
      selectWorkspacePage(db.reader, {
        ...one,
        tenantId: caller.tenantId,
        kinds: readKinds(query.server_types),
        searchPhrase: query.search_phrase,
      }),
    )
    return { body: { servers: workspaces.map((one) => shown(one, origin)) } }
  })

  mount(listWorkspaces, async ({ caller, query }) => {
    const page = readPage(query, query.after_workspace_id, query.before_workspace_id)
    const workspaces = await pageOf(page, (one) =>
      selectWorkspacePage(db.reader, {
        ...one,
        tenantId: caller.tenantId,
        kinds: readKinds(query.workspace_types),
        isTemplate: query.template,
        themeId: query.theme_id,
        searchPhrase: query.search_phrase,
      }),
    )
    const ids = workspaces.map(({ workspaceId }) => workspaceId)
    const children = await countOrganizations(db.reader, caller.tenantId, ids)
    return {
      body: {
        workspaces: workspaces.map((one) => listed(shown(one, origin), children.get(one.workspaceId) ?? 0)),
      },
    }
  })

  for (const row of [getAuthorizationServer, getWorkspace]) {
    mount(row, async ({ caller, params }) => {
      const workspace = await findWorkspace(db.reader, caller.tenantId, params.wid)
      if (!workspace) throw new Problem('workspace.not_found')
      return answer(workspace)
    })
  }

  mount(createAuthorizationServer, async ({ caller, query, body }) => {
    requireTenant(body, caller.tenantId)
    // Divergence D-59
    if (query.with_demo_client === true) throw new Problem('request.invalid', 'There is no client to show here.')
    if (body.type !== undefined && body.type !== 'regular') {
      throw new Problem('request.invalid', 'Only servers of the type regular can be made.')
    }
    if (body.parent_id !== undefined) {
      throw new Problem('request.invalid', 'A server below another one is made with createOrganization.')
    }
    return answer(await createWorkspace(needs, caller, body.id, readInput(body)))
  })

  mount(updateAuthorizationServer, async ({ caller, params, body, expected }) => {
    requireTenant(body, caller.tenantId)
    if (body.id !== undefined && body.id !== params.wid) {
      throw new Problem('request.invalid', 'The id of a server does not change.')
    }
    if (body.parent_id !== undefined) throw new Problem('request.invalid', 'A workspace is below no other server.')
    if (body.type !== undefined) {
      const workspace = await findWorkspace(db.reader, caller.tenantId, params.wid)
      if (workspace && typeOf(workspace.kind) !== body.type) {
        throw new Problem('request.invalid', 'The type of a server does not change.')
      }
    }
    return answer(await updateWorkspace(needs, caller, params.wid, readInput(body), expected))
  })

  for (const operation of [deleteAuthorizationServer, systemDeleteAuthorizationServer]) {
    mount(operation, async ({ caller, params, expected }) => {
      await deleteWorkspace(needs, caller, params.wid, expected)
      return { body: undefined }
    })
  }
}

function requireTenant(body: wire.ServerInput, tenantId: string): void {
  if (body.tenant_id !== undefined && body.tenant_id !== tenantId) {
    throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.')
  }
}

// Divergence D-59
const refused = ['jwks', 'rotated_secrets', 'secret', 'subject_identifier_algorithm_salt'] as const
/** Fields that have a place of their own, or none. */
const own = new Set<string>(['id', 'name', 'parent_id', 'tenant_id', 'type', 'version'])

function readInput(body: wire.ServerInput): WorkspaceInput {
  const named = refused.find((field) => body[field] !== undefined)
  if (named !== undefined) throw new Problem('request.invalid', `${named} cannot be given: keys are made here.`)
  const kept = Object.fromEntries(Object.entries(body).filter(([field]) => !own.has(field)))
  refuseSecrets(kept)
  return { name: body.name, wire: kept }
}

const types = { admin: 'admin', customer: 'regular', system: 'system' } as const satisfies Record<
  Workspace['kind'],
  wire.Server['type']
>
const typeOf = (kind: Workspace['kind']): wire.Server['type'] => types[kind]

/** Workspaces of these types; those of no type that we have are none. */
const readKinds = (named: string | undefined): WorkspacePage['kinds'] =>
  named === undefined
    ? undefined
    : (['admin', 'customer', 'system'] as const).filter((kind) => named.split(',').includes(types[kind]))

/** `wire` is stored by `readInput`, so it has the shape that the contract gave it. */
const shown = (workspace: StoredWorkspace, origin: string): wire.Server => ({
  ...workspace.wire,
  id: workspace.workspaceId,
  name: workspace.name,
  tenant_id: workspace.tenantId,
  type: typeOf(workspace.kind),
  version: workspace.revision,
  issuer_url: issuerOf(origin, workspace.tenantId, workspace.workspaceId),
  ...(workspace.themeId === undefined ? {} : { theme_id: workspace.themeId }),
})

const inList = Object.keys(listWorkspaces.answer.properties.workspaces.items.properties)

const listed = (server: wire.Server, children: number): wire.ListedWorkspace =>
  ({
    ...Object.fromEntries(Object.entries(server).filter(([field]) => inList.includes(field))),
    number_of_child_organizations: children,
  }) as wire.ListedWorkspace
