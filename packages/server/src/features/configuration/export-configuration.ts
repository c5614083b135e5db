import type { Reader } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { selectClients, selectResources, shownClient } from '../clients/index.ts'
import type { StoredClient } from '../clients/index.ts'
import { shownOrganization, shownPool } from '../identity/index.ts'
import { selectPools } from '../pools/index.ts'
import type { Pool } from '../pools/index.ts'
import { findTenantName, selectOrganizations, selectWorkspacePage } from '../tenancy/index.ts'
import type { Organization, StoredWorkspace } from '../tenancy/index.ts'
import type { ClientDocument, OrganizationDocument, PoolDocument, ServerDocument, TenantDocument } from './documents.ts'

/** More than any tenant has; a document is one answer. */
const all = { descending: false, limit: 1_000_000 } as const

/** @param vault absent: without what opens something */
export async function exportTenant(
  reader: Reader,
  tenantId: string,
  vault: Vault | undefined,
): Promise<TenantDocument> {
  const name = await findTenantName(reader, tenantId)
  const servers: Record<string, ServerDocument> = {}
  for (const workspace of await selectWorkspacePage(reader, { ...all, tenantId })) {
    servers[workspace.workspaceId] = await exportServer(reader, workspace, vault)
  }
  return { ...(name === undefined ? {} : { name }), servers }
}

/** Everything that is configuration of a workspace, in the words of the vendor and, where it has none, in ours. */
export async function exportServer(
  reader: Reader,
  workspace: StoredWorkspace,
  vault: Vault | undefined,
): Promise<ServerDocument> {
  const { tenantId, workspaceId } = workspace
  const page = { ...all, tenantId, workspaceId }
  const pools = await selectPools(reader, page)
  const poolsOf = (id: string): Record<string, PoolDocument> =>
    Object.fromEntries(
      pools.filter((pool) => pool.organizationId === id).map((pool) => [pool.poolId, poolDocument(pool)]),
    )
  const clients = await selectClients(reader, tenantId, workspaceId)
  const resources = await selectResources(reader, tenantId, workspaceId)
  const organizations = await selectOrganizations(reader, page)
  const { sessionSettings, signIn, acrs, themeId } = workspace
  return {
    ...workspace.wire,
    name: workspace.name,
    type: workspace.kind === 'customer' ? 'regular' : workspace.kind,
    ...(themeId === undefined ? {} : { theme_binding: { theme_id: themeId } }),
    clients: Object.fromEntries(clients.map((client) => [client.clientId, clientDocument(client, vault)])),
    pools: poolsOf(workspaceId),
    gatehouse: {
      username_scope: workspace.usernameScope,
      brand: workspace.ownBrand,
      ...(sessionSettings === undefined ? {} : { sessions: sessionSettings }),
      ...(signIn === undefined ? {} : { sign_in: signIn }),
      ...(acrs === undefined
        ? {}
        : { acrs: structuredClone(acrs) as NonNullable<ServerDocument['gatehouse']>['acrs'] }),
      apis: Object.fromEntries(
        resources.map(({ audience, name, scopes, accessTokenSeconds }) => [
          audience,
          { name, scopes: [...scopes], access_token_seconds: accessTokenSeconds },
        ]),
      ),
      organizations: Object.fromEntries(
        organizations.map((one) => [one.organizationId, organizationDocument(one, poolsOf(one.organizationId))]),
      ),
    },
  } as ServerDocument
}

export function poolDocument(pool: Pool): PoolDocument {
  const { id: _, tenant_id: _t, workspace_id: _w, deleted: _d, system: _s, ...rest } = shownPool(pool)
  return rest
}

function organizationDocument(one: Organization, pools: Record<string, PoolDocument>): OrganizationDocument {
  const { id: _, issuer_url: _i, parent_id: _p, ...rest } = shownOrganization(one, '')
  return {
    ...rest,
    pools,
    gatehouse: {
      brand: one.brand,
      ...(one.sessionSettings === undefined ? {} : { sessions: one.sessionSettings }),
    },
  }
}

export const secretsContext = (clientId: string): string => `configuration client ${clientId}`

function clientDocument(client: StoredClient, vault: Vault | undefined): ClientDocument {
  const {
    authorization_server_id: _s,
    client_id: _c,
    client_id_issued_at: _i,
    client_secret_expires_at: _e,
    created_at: _a,
    tenant_id: _t,
    updated_at: _u,
    ...rest
  } = shownClient(client)
  const { initiateLoginUri, isPortal, responseModes, apiAudiences } = client.settings
  const secrets = { hashes: client.secretHashes, ends: client.secretEnds ?? {} }
  const ours = {
    ...(initiateLoginUri === undefined ? {} : { initiate_login_uri: initiateLoginUri }),
    ...(isPortal === undefined ? {} : { is_portal: isPortal }),
    ...(responseModes === undefined ? {} : { response_modes: [...responseModes] }),
    ...(apiAudiences === undefined ? {} : { api_audiences: [...apiAudiences] }),
    ...(vault && client.secretHashes.length > 0
      ? { sealed_secrets: vault.seal(JSON.stringify(secrets), secretsContext(client.clientId)).toString('base64url') }
      : {}),
  }
  return { ...rest, ...(Object.keys(ours).length === 0 ? {} : { gatehouse: ours }) }
}
