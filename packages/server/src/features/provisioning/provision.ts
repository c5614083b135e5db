import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { StartError } from '../../platform/config/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent, RequestFacts } from '../audit/index.ts'
import { findBillerByGuid, insertBiller } from '../billers/index.ts'
import { hashSecret, insertClient, insertResource } from '../clients/index.ts'
import type { ClientSettings } from '../clients/index.ts'
import {
  findWorkspace,
  insertOrganization,
  insertTenant,
  insertWorkspace,
  markDemonstration,
  organizationId,
} from '../tenancy/index.ts'
import type { BrandSettings } from '../tenancy/index.ts'
import type { Provision } from './provision-file.ts'

interface Needs {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
}

const facts: RequestFacts = { requestId: 'start', ipAddress: '', userAgent: 'provision file' }

/**
 * Creates what the file names and the database does not have. What is there stays as it is, so the file can be applied at
 * every start, by several nodes at once, and after somebody changed things by other means.
 *
 * @returns how many things were created
 * @throws StartError when it names a workspace that is nowhere, or a GUID that another biller has; nothing is created then
 */
export function provision(needs: Needs, file: Provision): Promise<number> {
  return needs.db.transaction(async (tx) => {
    const events: AuditEvent[] = []
    const now = needs.clock.now()
    const tenantId = file.tenant.id
    await insertTenant(tx, tenantId, file.tenant.name, now)
    if (file.tenant.isDemo === true) await markDemonstration(tx, tenantId)
    for (const workspace of file.workspaces) {
      const isNew = await insertWorkspace(
        tx,
        {
          tenantId,
          workspaceId: workspace.id,
          name: workspace.name,
          kind: workspace.kind,
          usernameScope: workspace.usernameScope ?? 'workspace',
          brand: brandOf(workspace.brand),
          ...(workspace.sessions === undefined ? {} : { sessionSettings: workspace.sessions }),
          ...(workspace.acrs === undefined ? {} : { acrs: workspace.acrs }),
          ...(workspace.signIn === undefined ? {} : { signIn: workspace.signIn }),
        },
        now,
      )
      if (isNew) events.push({ tenantId, workspaceId: workspace.id, subject: 'server', action: 'created' })
    }
    const named = [...(file.resources ?? []), ...(file.clients ?? []), ...(file.billers ?? [])]
    for (const workspace of new Set(named.map((one) => one.workspace))) {
      if (!(await findWorkspace(tx, tenantId, workspace))) {
        throw new StartError(
          `The provision file names the workspace ${workspace}, which is neither in it nor in the database.`,
        )
      }
    }
    for (const resource of file.resources ?? []) {
      const { workspace, accessTokenSeconds = 300, ...rest } = resource
      await insertResource(tx, tenantId, workspace, { ...rest, accessTokenSeconds }, now)
    }
    for (const client of file.clients ?? []) {
      if (await createClient(tx, tenantId, client, now)) {
        events.push({
          tenantId,
          workspaceId: client.workspace,
          subject: 'client',
          action: 'created',
          clientId: client.id,
        })
      }
    }
    for (const biller of file.billers ?? []) {
      if (await createBiller(tx, tenantId, biller, now)) {
        events.push({
          tenantId,
          workspaceId: biller.workspace,
          organizationId: organizationId(biller.id),
          subject: 'organization',
          action: 'created',
          payload: { name: biller.name, mode: biller.mode },
        })
      }
    }
    await recordEvents(tx, needs, facts, events)
    return events.length
  })
}

async function createClient(
  tx: Tx,
  tenantId: string,
  client: NonNullable<Provision['clients']>[number],
  now: Date,
): Promise<boolean> {
  const settings: ClientSettings = {
    authentication: client.authentication,
    grantTypes: client.grantTypes,
    redirectUris: client.redirectUris ?? [],
    postLogoutRedirectUris: client.postLogoutRedirectUris ?? [],
    scopes: client.scopes,
    isFirstParty: client.isFirstParty ?? false,
    isPortal: client.isPortal ?? false,
    applicationType: client.applicationType ?? 'web',
    ...(client.initiateLoginUri === undefined ? {} : { initiateLoginUri: client.initiateLoginUri }),
    ...(client.jwks === undefined ? {} : { jwks: client.jwks }),
    ...(client.jwksUri === undefined ? {} : { jwksUri: client.jwksUri }),
    ...(client.requiresPushedRequests === undefined ? {} : { requiresPushedRequests: client.requiresPushedRequests }),
    ...(client.requiresDpop === undefined ? {} : { requiresDpop: client.requiresDpop }),
    ...(client.responseModes === undefined ? {} : { responseModes: client.responseModes }),
    ...(client.apiAudiences === undefined ? {} : { apiAudiences: client.apiAudiences }),
    ...(client.backchannelLogoutUri === undefined ? {} : { backchannelLogoutUri: client.backchannelLogoutUri }),
  }
  return insertClient(
    tx,
    {
      clientId: client.id,
      tenantId,
      workspaceId: client.workspace,
      name: client.name,
      isEnabled: true,
      settings,
      secretHashes: client.secret === undefined ? [] : [hashSecret(client.secret)],
      revision: 1,
    },
    now,
  )
}

async function createBiller(
  tx: Tx,
  tenantId: string,
  biller: NonNullable<Provision['billers']>[number],
  now: Date,
): Promise<boolean> {
  const id = organizationId(biller.id)
  const holder = await findBillerByGuid(tx, biller.guid)
  if (holder && (holder.tenantId !== tenantId || holder.organizationId !== id)) {
    throw new StartError(`The provision file gives biller ${biller.id} a GUID that another biller has.`)
  }
  // An ordinary start: everything is there, and one look-up each says so.
  if (holder) return false
  const isNew = await insertOrganization(tx, {
    tenantId,
    organizationId: id,
    workspaceId: biller.workspace,
    name: biller.name,
    description: '',
    domains: [],
    metadata: {},
    brand: { name: biller.name, ...brandOf(biller.brand) },
    ...(biller.sessions === undefined ? {} : { sessionSettings: biller.sessions }),
    isTemplate: false,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  })
  await insertBiller(tx, {
    tenantId,
    organizationId: id,
    billerGuid: biller.guid,
    legacyStoreId: biller.legacyStore,
    legacyBillerKey: biller.legacyBillerKey,
    mode: biller.mode,
    epoch: 1,
    isCustomUrlEnabled: true,
    createdAt: now,
    updatedAt: now,
  })
  return isNew
}

const brandOf = (brand: BrandSettings | undefined): BrandSettings => brand ?? {}
