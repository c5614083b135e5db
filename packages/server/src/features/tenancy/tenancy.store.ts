import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { remembered } from '../../platform/db/index.ts'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from './tenancy.ts'
import type {
  NamedAcr,
  Organization,
  OrganizationId,
  SessionSettings,
  SignInSettings,
  StoredWorkspace,
  Workspace,
} from './tenancy.ts'

export async function insertTenant(tx: Tx, tenantId: string, name: string, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('tenants')
    .values({ tenant_id: tenantId, name, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The tenant was made to be shown: its secrets are known to whoever showed it. Never taken back. */
export async function markDemonstration(tx: Tx, tenantId: string): Promise<void> {
  await tx
    .updateTable('tenants')
    .set({ is_demo: true })
    .where('tenant_id', '=', tenantId)
    .where('is_demo', '=', false)
    .execute()
}

export async function findTenantName(reader: Reader, tenantId: string): Promise<string | undefined> {
  const row = await reader.selectFrom('tenants').select('name').where('tenant_id', '=', tenantId).executeTakeFirst()
  return row?.name
}

/** Whether any tenant here was made to be shown. */
export async function isDemonstration(reader: Reader): Promise<boolean> {
  return (
    (await reader.selectFrom('tenants').select('tenant_id').where('is_demo', '=', true).limit(1).execute()).length > 0
  )
}

export async function insertWorkspace(tx: Tx, workspace: Workspace, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('workspaces')
    .values({
      tenant_id: workspace.tenantId,
      workspace_id: workspace.workspaceId,
      name: workspace.name,
      kind: workspace.kind,
      username_scope: workspace.usernameScope,
      brand: JSON.stringify(workspace.brand),
      session_settings: JSON.stringify(workspace.sessionSettings ?? {}),
      acrs: workspace.acrs === undefined ? null : JSON.stringify(workspace.acrs),
      sign_in: workspace.signIn === undefined ? null : JSON.stringify(workspace.signIn),
      wire: JSON.stringify(workspace.wire ?? {}),
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findWorkspace(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
): Promise<StoredWorkspace | undefined> {
  const row = await workspaceRows(reader)
    .where('workspaces.tenant_id', '=', tenantId)
    .where('workspaces.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  return row && workspaceOf(row)
}

/** Held until the transaction ends. */
export async function lockWorkspace(
  tx: Tx,
  tenantId: string,
  workspaceId: string,
): Promise<StoredWorkspace | undefined> {
  const row = await workspaceRows(tx)
    .where('workspaces.tenant_id', '=', tenantId)
    .where('workspaces.workspace_id', '=', workspaceId)
    .forUpdate('workspaces')
    .executeTakeFirst()
  return row && workspaceOf(row)
}

/** Saves what administrators change, of a workspace that is locked. What it says of sessions has a way of its own. */
export async function updateWorkspace(tx: Tx, workspace: StoredWorkspace): Promise<void> {
  await tx
    .updateTable('workspaces')
    .set({
      name: workspace.name,
      username_scope: workspace.usernameScope,
      brand: JSON.stringify(workspace.ownBrand),
      acrs: workspace.acrs === undefined ? null : JSON.stringify(workspace.acrs),
      sign_in: workspace.signIn === undefined ? null : JSON.stringify(workspace.signIn),
      wire: JSON.stringify(workspace.wire),
      theme_id: workspace.themeId ?? null,
      revision: workspace.revision + 1,
    })
    .where('tenant_id', '=', workspace.tenantId)
    .where('workspace_id', '=', workspace.workspaceId)
    .execute()
}

/** Of a workspace that is locked. What stands in the way is for the caller to look at; the keys of others refuse the rest. */
export async function deleteWorkspace(tx: Tx, tenantId: string, workspaceId: string): Promise<void> {
  await tx.deleteFrom('workspaces').where('tenant_id', '=', tenantId).where('workspace_id', '=', workspaceId).execute()
}

export async function selectWorkspaces(reader: Reader): Promise<StoredWorkspace[]> {
  const rows = await workspaceRows(reader).orderBy('workspaces.tenant_id').orderBy('workspaces.workspace_id').execute()
  return rows.map(workspaceOf)
}

export interface WorkspacePage {
  readonly tenantId: string
  readonly kinds?: readonly Workspace['kind'][] | undefined
  readonly isTemplate?: boolean | undefined
  readonly themeId?: string | undefined
  readonly searchPhrase?: string | undefined
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  readonly limit: number
}

export async function selectWorkspacePage(reader: Reader, page: WorkspacePage): Promise<StoredWorkspace[]> {
  let query = workspaceRows(reader).where('workspaces.tenant_id', '=', page.tenantId)
  if (page.kinds?.length === 0) return []
  if (page.kinds !== undefined) query = query.where('workspaces.kind', 'in', page.kinds)
  if (page.themeId !== undefined) query = query.where('workspaces.theme_id', '=', page.themeId)
  if (page.isTemplate !== undefined) {
    query = query.where(
      sql<boolean>`coalesce((workspaces.wire ->> 'template')::boolean, false) = ${page.isTemplate}::boolean`,
    )
  }
  if (page.searchPhrase !== undefined) {
    const pattern = `%${page.searchPhrase.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    query = query.where((where) =>
      where.or([where('workspaces.workspace_id', 'ilike', pattern), where('workspaces.name', 'ilike', pattern)]),
    )
  }
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('workspaces.workspace_id', '>', after)
  if (before !== undefined) query = query.where('workspaces.workspace_id', '<', before)
  const rows = await query
    .orderBy('workspaces.workspace_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map(workspaceOf)
}

/** How many organizations each of these workspaces has; one without any is absent. */
export async function countOrganizations(
  reader: Reader,
  tenantId: string,
  workspaceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (workspaceIds.length === 0) return new Map()
  const rows = await reader
    .selectFrom('organizations')
    .select(['workspace_id', sql<number>`count(*)::integer`.as('organizations')])
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', 'in', workspaceIds)
    .groupBy('workspace_id')
    .execute()
  return new Map(rows.map((row) => [row.workspace_id, row.organizations]))
}

export async function findOrganization(
  reader: Reader,
  tenantId: string,
  id: string,
): Promise<Organization | undefined> {
  const row = await reader
    .selectFrom('organizations')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('organization_id', '=', id)
    .executeTakeFirst()
  return row && organizationOf(row)
}

/** The same, as it was at most a second ago. */
export const recallOrganization = remembered(['organizations'], findOrganization)

/** Organizations of a workspace that list this e-mail domain, two at most. @param domain in lower case, as in DNS */
export async function selectOrganizationsOfDomain(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
  domain: string,
): Promise<Organization[]> {
  const rows = await reader
    .selectFrom('organizations')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`lower(domains::text)::jsonb @> ${JSON.stringify([domain])}::jsonb`)
    .limit(2)
    .execute()
  return rows.map(organizationOf)
}

/**
 * Holds the organization until the transaction ends, so that it is neither deleted while something is put into it nor the
 * other way round.
 *
 * @param purpose `fill` waits only for `delete`
 */
export async function lockOrganization(
  tx: Tx,
  tenantId: string,
  id: string,
  purpose: 'fill' | 'delete',
): Promise<Organization | undefined> {
  const query = tx
    .selectFrom('organizations')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('organization_id', '=', id)
  const row = await (purpose === 'fill' ? query.forKeyShare() : query.forUpdate()).executeTakeFirst()
  return row && organizationOf(row)
}

/** Inserts unless the id is taken. @returns false when it was */
export async function insertOrganization(tx: Tx, organization: Organization): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('organizations')
    .values({
      tenant_id: organization.tenantId,
      organization_id: organization.organizationId,
      workspace_id: organization.workspaceId,
      name: organization.name,
      description: organization.description,
      domains: JSON.stringify(organization.domains),
      metadata: JSON.stringify(organization.metadata),
      brand: JSON.stringify(organization.brand),
      is_template: organization.isTemplate,
      revision: organization.revision,
      session_settings: JSON.stringify(organization.sessionSettings ?? {}),
      created_at: organization.createdAt,
      updated_at: organization.updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Saves over the revision that was read. @returns false when somebody else saved first */
export async function updateOrganization(tx: Tx, organization: Organization): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('organizations')
    .set({
      name: organization.name,
      description: organization.description,
      domains: JSON.stringify(organization.domains),
      metadata: JSON.stringify(organization.metadata),
      brand: JSON.stringify(organization.brand),
      is_template: organization.isTemplate,
      revision: organization.revision + 1,
      updated_at: organization.updatedAt,
    })
    .where('tenant_id', '=', organization.tenantId)
    .where('organization_id', '=', organization.organizationId)
    .where('revision', '=', organization.revision)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

type SessionPlace = { readonly workspaceId: string } | { readonly organizationId: string }

/** What the place says for itself, held until the transaction ends. @returns undefined when there is no such place */
export async function lockSessionSettings(
  tx: Tx,
  tenantId: string,
  place: SessionPlace,
): Promise<SessionSettings | undefined> {
  const query =
    'workspaceId' in place
      ? tx
          .selectFrom('workspaces')
          .select('session_settings')
          .where('tenant_id', '=', tenantId)
          .where('workspace_id', '=', place.workspaceId)
          .forUpdate()
      : tx
          .selectFrom('organizations')
          .select('session_settings')
          .where('tenant_id', '=', tenantId)
          .where('organization_id', '=', place.organizationId)
          .forUpdate()
  return (await query.executeTakeFirst())?.session_settings
}

/** What each organization of a workspace says for itself. */
export async function selectSessionSettings(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
): Promise<readonly { readonly organizationId: OrganizationId; readonly settings: SessionSettings }[]> {
  const rows = await reader
    .selectFrom('organizations')
    .select(['organization_id', 'session_settings'])
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .execute()
  return rows.map((row) => ({ organizationId: organizationId(row.organization_id), settings: row.session_settings }))
}

/** Takes effect at the next use of each session. @returns false when there is no such place */
export async function saveSessionSettings(
  tx: Tx,
  tenantId: string,
  place: SessionPlace,
  settings: SessionSettings,
): Promise<boolean> {
  const values = { session_settings: JSON.stringify(settings) }
  const update =
    'workspaceId' in place
      ? tx
          .updateTable('workspaces')
          .set(values)
          .where('tenant_id', '=', tenantId)
          .where('workspace_id', '=', place.workspaceId)
      : tx
          .updateTable('organizations')
          .set(values)
          .where('tenant_id', '=', tenantId)
          .where('organization_id', '=', place.organizationId)
  return (await update.executeTakeFirst()).numUpdatedRows > 0n
}

/** @returns false when there is no such organization, or it is so already */
export async function setSuspended(
  tx: Tx,
  tenantId: string,
  id: OrganizationId,
  suspendedAt: Date | undefined,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('organizations')
    .set({ suspended_at: suspendedAt ?? null })
    .where('tenant_id', '=', tenantId)
    .where('organization_id', '=', id)
    .where('suspended_at', suspendedAt === undefined ? 'is not' : 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteOrganization(tx: Tx, tenantId: string, id: OrganizationId): Promise<void> {
  await tx.deleteFrom('organizations').where('tenant_id', '=', tenantId).where('organization_id', '=', id).execute()
}

export interface OrganizationPage {
  readonly tenantId: string
  readonly searchPhrase?: string | undefined
  readonly isTemplate?: boolean | undefined
  readonly workspaceId?: string | undefined
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
  readonly descending: boolean
  readonly limit: number
}

export async function selectOrganizations(reader: Reader, page: OrganizationPage): Promise<Organization[]> {
  let query = reader.selectFrom('organizations').selectAll().where('tenant_id', '=', page.tenantId)
  if (page.isTemplate !== undefined) query = query.where('is_template', '=', page.isTemplate)
  if (page.workspaceId !== undefined) query = query.where('workspace_id', '=', page.workspaceId)
  if (page.searchPhrase !== undefined) {
    const pattern = `%${page.searchPhrase.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    query = query.where((where) =>
      where.or([where('organization_id', 'ilike', pattern), where('name', 'ilike', pattern)]),
    )
  }
  const [after, before] = page.descending ? [page.beforeId, page.afterId] : [page.afterId, page.beforeId]
  if (after !== undefined) query = query.where('organization_id', '>', after)
  if (before !== undefined) query = query.where('organization_id', '<', before)
  const rows = await query
    .orderBy('organization_id', page.descending ? 'desc' : 'asc')
    .limit(page.limit)
    .execute()
  return rows.map(organizationOf)
}

const workspaceColumns = [
  'workspaces.tenant_id',
  'workspaces.workspace_id',
  'workspaces.name',
  'workspaces.kind',
  'workspaces.username_scope',
  'workspaces.brand',
  'workspaces.session_settings',
  'workspaces.acrs',
  'workspaces.sign_in',
  'workspaces.wire',
  'workspaces.revision',
  'workspaces.theme_id',
] as const

/** Workspaces with the theme that they wear. */
const workspaceRows = (reader: Reader) =>
  reader
    .selectFrom('workspaces')
    .leftJoin('themes', (join) =>
      join.onRef('themes.tenant_id', '=', 'workspaces.tenant_id').onRef('themes.theme_id', '=', 'workspaces.theme_id'),
    )
    .select(workspaceColumns)
    .select('themes.brand as theme_brand')

type WorkspaceRow = Omit<Selectable<Tables['workspaces']>, 'created_at'> & {
  readonly theme_brand: Record<string, unknown> | null
}

const workspaceOf = (row: WorkspaceRow): StoredWorkspace => ({
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  name: row.name,
  kind: row.kind,
  usernameScope: row.username_scope,
  brand: { ...row.brand, ...row.theme_brand },
  ownBrand: row.brand,
  ...sessionSettingsOf(row),
  wire: row.wire,
  revision: row.revision,
  ...(row.theme_id === null ? {} : { themeId: row.theme_id }),
  ...(row.acrs === null ? {} : { acrs: row.acrs as unknown as readonly NamedAcr[] }),
  ...(row.sign_in === null ? {} : { signIn: row.sign_in as unknown as SignInSettings }),
})

const sessionSettingsOf = (row: {
  readonly session_settings: SessionSettings
}): { readonly sessionSettings?: SessionSettings } =>
  Object.keys(row.session_settings).length === 0 ? {} : { sessionSettings: row.session_settings }

const organizationOf = (row: Selectable<Tables['organizations']>): Organization => ({
  tenantId: row.tenant_id,
  organizationId: organizationId(row.organization_id),
  workspaceId: row.workspace_id,
  name: row.name,
  description: row.description,
  domains: row.domains,
  metadata: row.metadata,
  brand: row.brand,
  isTemplate: row.is_template,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...sessionSettingsOf(row),
  ...(row.suspended_at === null ? {} : { suspendedAt: row.suspended_at }),
})
