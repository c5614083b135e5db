import type { Selectable } from 'kysely'
import { remembered } from '../../platform/db/index.ts'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { browserOrigins } from '../../surfaces/oidc/cross-origin.ts'
import type { Client, ClientSettings, Resource, StoredClient } from './client.ts'

/** @returns false when the id is taken */
export async function insertClient(tx: Tx, client: Client, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('clients')
    .values({
      client_id: client.clientId,
      tenant_id: client.tenantId,
      workspace_id: client.workspaceId,
      name: client.name,
      is_enabled: client.isEnabled,
      settings: JSON.stringify(client.settings),
      secret_hashes: JSON.stringify(client.secretHashes),
      secret_ends: JSON.stringify(client.secretEnds ?? {}),
      revision: client.revision,
      wire: JSON.stringify(client.wire ?? {}),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** A client of another workspace is not found, whoever asks. */
export async function findClient(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
  clientId: string,
): Promise<StoredClient | undefined> {
  const row = await reader
    .selectFrom('clients')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row && clientOf(row)
}

/** The same, as it was at most a second ago. */
export const recallClient = remembered(['clients'], findClient)

/** For callers that know the tenant only: ids of clients are given once in an installation. */
export async function findClientOfTenant(
  reader: Reader,
  tenantId: string,
  clientId: string,
): Promise<StoredClient | undefined> {
  const row = await reader
    .selectFrom('clients')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  return row && clientOf(row)
}

/** Enabled or not, by id. */
export async function selectClients(reader: Reader, tenantId: string, workspaceId: string): Promise<StoredClient[]> {
  const rows = await reader
    .selectFrom('clients')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .orderBy('client_id')
    .execute()
  return rows.map(clientOf)
}

/** Locked until the transaction ends. */
export async function findClientForUpdate(
  tx: Tx,
  tenantId: string,
  workspaceId: string,
  clientId: string,
): Promise<StoredClient | undefined> {
  const row = await tx
    .selectFrom('clients')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirst()
  return row && clientOf(row)
}

/** Saves what administrators change, of a client that is locked. Secrets have a way of their own. */
export async function saveClient(tx: Tx, client: StoredClient): Promise<void> {
  await tx
    .updateTable('clients')
    .set({
      name: client.name,
      is_enabled: client.isEnabled,
      settings: JSON.stringify(client.settings),
      wire: JSON.stringify(client.wire ?? {}),
      revision: client.revision + 1,
      updated_at: client.updatedAt,
    })
    .where('client_id', '=', client.clientId)
    .execute()
}

/** Secrets that come sealed from elsewhere, as they were there. Of a client that is locked. */
export async function restoreSecrets(
  tx: Tx,
  clientId: string,
  secrets: { readonly hashes: readonly string[]; readonly ends: Readonly<Record<string, string>> },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('clients')
    .set({
      secret_hashes: JSON.stringify(secrets.hashes),
      secret_ends: JSON.stringify(secrets.ends),
      updated_at: now,
    })
    .where('client_id', '=', clientId)
    .execute()
}

/** Of a client that is locked. */
export async function deleteClient(tx: Tx, clientId: string): Promise<void> {
  await tx.deleteFrom('clients').where('client_id', '=', clientId).execute()
}

export interface ClientPage {
  readonly tenantId: string
  readonly workspaceId: string
  readonly searchPhrase?: string | undefined
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  readonly limit: number
}

export async function selectClientPage(reader: Reader, page: ClientPage): Promise<StoredClient[]> {
  let query = reader
    .selectFrom('clients')
    .selectAll()
    .where('tenant_id', '=', page.tenantId)
    .where('workspace_id', '=', page.workspaceId)
  if (page.searchPhrase !== undefined) {
    const pattern = `%${page.searchPhrase.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    query = query.where((where) => where.or([where('client_id', 'ilike', pattern), where('name', 'ilike', pattern)]))
  }
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('client_id', '>', after)
  if (before !== undefined) query = query.where('client_id', '<', before)
  const rows = await query
    .orderBy('client_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map(clientOf)
}

/** Of a client that is locked. */
export async function updateSecrets(
  tx: Tx,
  client: Client,
  secrets: { readonly hashes: readonly string[]; readonly ends: Readonly<Record<string, string>> },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('clients')
    .set({
      secret_hashes: JSON.stringify(secrets.hashes),
      secret_ends: JSON.stringify(secrets.ends),
      revision: client.revision + 1,
      updated_at: now,
    })
    .where('client_id', '=', client.clientId)
    .execute()
}

async function selectEnabledClients(reader: Reader, tenantId: string, workspaceId: string): Promise<StoredClient[]> {
  const rows = await reader
    .selectFrom('clients')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('is_enabled', '=', true)
    .orderBy('client_id')
    .execute()
  return rows.map(clientOf)
}

/** Origins of all browser applications of a workspace, as they were at most a second ago. */
export const recallBrowserOrigins = remembered(
  ['clients'],
  async (reader: Reader, tenantId: string, workspaceId: string): Promise<ReadonlySet<string>> =>
    new Set(
      (await selectEnabledClients(reader, tenantId, workspaceId)).flatMap(({ settings }) => browserOrigins(settings)),
    ),
)

/** The application that a biller's custom URL leads to. */
export async function findPortalClient(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
): Promise<StoredClient | undefined> {
  const clients = await selectEnabledClients(reader, tenantId, workspaceId)
  return clients.find((client) => client.settings.isPortal === true)
}

/** The same, as it was at most a second ago. */
export const recallPortalClient = remembered(['clients'], findPortalClient)

export async function insertResource(
  tx: Tx,
  tenantId: string,
  workspaceId: string,
  resource: Resource,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('resources')
    .values({
      tenant_id: tenantId,
      workspace_id: workspaceId,
      audience: resource.audience,
      name: resource.name,
      scopes: JSON.stringify(resource.scopes),
      access_token_seconds: resource.accessTokenSeconds,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function selectResources(reader: Reader, tenantId: string, workspaceId: string): Promise<Resource[]> {
  const rows = await reader
    .selectFrom('resources')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .orderBy('audience')
    .execute()
  return rows.map((row) => ({
    audience: row.audience,
    name: row.name,
    scopes: row.scopes,
    accessTokenSeconds: row.access_token_seconds,
  }))
}

/** The same, as they were at most a second ago. */
export const recallResources = remembered(['resources'], selectResources)

/** Of a workspace that is taken away. */
export async function deleteResourcesOf(tx: Tx, tenantId: string, workspaceId: string): Promise<void> {
  await tx.deleteFrom('resources').where('tenant_id', '=', tenantId).where('workspace_id', '=', workspaceId).execute()
}

/** Whether any application is registered there, switched on or off. */
export async function hasClients(reader: Reader, tenantId: string, workspaceId: string): Promise<boolean> {
  const rows = await reader
    .selectFrom('clients')
    .select('client_id')
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .limit(1)
    .execute()
  return rows.length > 0
}

const clientOf = (row: Selectable<Tables['clients']>): StoredClient => ({
  clientId: row.client_id,
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  name: row.name,
  isEnabled: row.is_enabled,
  settings: row.settings as unknown as ClientSettings,
  secretHashes: row.secret_hashes,
  secretEnds: row.secret_ends,
  revision: row.revision,
  wire: row.wire,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
