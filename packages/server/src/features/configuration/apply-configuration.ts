import { isDeepStrictEqual } from 'node:util'
import type { AdminClientChange } from '@gatehouse/contract'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ManagementCaller } from '../../surfaces/management/index.ts'
import { lockTheme } from '../branding/index.ts'
import {
  createClient,
  deleteClient,
  deleteResourcesOf,
  findClientForUpdate,
  insertResource,
  restoreSecrets,
  saveClient,
  updateClient,
} from '../clients/index.ts'
import type { ClientSettings } from '../clients/index.ts'
import { readOrganizationInput, readPoolInput } from '../identity/index.ts'
import { poolId } from '../pools/index.ts'
import { signInFault } from '../provisioning/index.ts'
import {
  lockOrganization,
  lockWorkspace,
  organizationId,
  saveSessionSettings,
  updateOrganization,
  updateWorkspace,
} from '../tenancy/index.ts'
import type { BrandSettings, SessionSettings, StoredWorkspace } from '../tenancy/index.ts'
import { createWorkspace, deleteWorkspace, refuseSecrets } from '../workspaces/index.ts'
import type { ClientDocument, OrganizationDocument, PoolDocument, ServerDocument, TenantDocument } from './documents.ts'
import { secretsContext } from './export-configuration.ts'
import type { ConfigurationNeeds } from './needs.ts'

/** What happens to what is there already and is said anew: `fail` refuses the document, `ignore` leaves it as it is. */
export type InsertMode = 'fail' | 'ignore' | 'update'

export interface Application {
  readonly tx: Tx
  readonly needs: ConfigurationNeeds
  readonly caller: ManagementCaller
  readonly mode: InsertMode
  /** Whether what was there and is not said any more is taken away: for patches, which see all there was. */
  readonly isWhole: boolean
}

/** One kind of thing in a document. What is not said of a thing is as if it had never been said. */
interface Kind<Document> {
  create(id: string, document: Document): Promise<void>
  update(id: string, document: Document, before: Document): Promise<void>
  remove(id: string): Promise<void>
}

type Named<Document> = Readonly<Record<string, Document>>

/**
 * Makes, changes and takes away until what is there is what the document says.
 *
 * @throws Problem `request.invalid` with the path of what is refused
 */
async function applyAll<Document>(
  application: Application,
  at: string,
  before: Named<Document>,
  after: Named<Document> | undefined,
  kind: Kind<Document>,
): Promise<void> {
  for (const [id, document] of Object.entries(after ?? {})) {
    const present = Object.hasOwn(before, id) ? before[id] : undefined
    await named(`${at}/${id}`, async () => {
      if (present === undefined) return kind.create(id, document)
      if (application.mode === 'fail') throw new Problem('request.invalid', 'It is there already.')
      if (application.mode === 'ignore') return undefined
      return kind.update(id, document, present)
    })
  }
  if (!application.isWhole) return
  for (const id of Object.keys(before).filter((one) => !Object.hasOwn(after ?? {}, one))) {
    await named(`${at}/${id}`, () => kind.remove(id))
  }
}

/** A refusal says where in the document its reason stands; whether somebody may do a thing is not a matter of the document. */
async function named(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (!(thrown instanceof Problem) || ![404, 409, 422].includes(thrown.row.status)) throw thrown
    const deeper = thrown.details?.['path']
    throw new Problem('request.invalid', thrown.detail ?? thrown.row.title, {
      details: { ...thrown.details, path: typeof deeper === 'string' ? deeper : path },
      cause: thrown,
    })
  }
}

/**
 * Whoever may change the configuration may change what stands in it. Which scopes applications of the API are given is judged
 * by what the caller really has.
 */
const inRooms = (caller: ManagementCaller): ManagementCaller => ({
  ...caller,
  scopes: new Set([...caller.scopes, 'identity', 'manage_configuration']),
})

/** The rooms open transactions; here they all work in one. */
const inOne = (tx: Tx) => ({ transaction: <T>(work: (one: Tx) => Promise<T>): Promise<T> => work(tx) })

export function applyTenant(application: Application, before: TenantDocument, after: TenantDocument): Promise<void> {
  return applyAll(application, '/servers', before.servers ?? {}, after.servers, {
    create: (id, document) => applyServer(application, id, undefined, document, `/servers/${id}`),
    update: (id, document, present) => applyServer(application, id, present, document, `/servers/${id}`),
    remove: (id) => deleteServer(application, id),
  })
}

function deleteServer({ needs, tx, caller }: Application, id: string): Promise<void> {
  return deleteWorkspace({ ...needs, db: inOne(tx) }, caller, id, undefined)
}

/** @param before absent: it is made */
export async function applyServer(
  application: Application,
  workspaceId: string,
  before: ServerDocument | undefined,
  after: ServerDocument,
  at: string,
): Promise<void> {
  const { tx, needs, caller } = application
  const { clients, pools, gatehouse, type, name, theme_binding: _theme, ...kept } = after
  await named(at, async () => {
    refuseSecrets(kept)
    if (before === undefined) {
      if (type !== undefined && type !== 'regular')
        throw new Problem('request.invalid', 'Only regular servers are made.')
      await createWorkspace({ ...needs, db: inOne(tx) }, caller, workspaceId, { name, wire: kept })
    } else if (type !== undefined && type !== before.type) {
      throw new Problem('request.invalid', 'The type of a server does not change.')
    }
    await saveServer(application, workspaceId, after)
  })
  await applyAll(
    application,
    `${at}/gatehouse/organizations`,
    before?.gatehouse?.organizations ?? {},
    gatehouse?.organizations,
    {
      create: (id, document) => createOrganization(application, workspaceId, id, document),
      update: (id, document, present) => changeOrganization(application, id, document, present),
      remove: async (id) => {
        const present = before?.gatehouse?.organizations?.[id]
        for (const pool of Object.keys(present?.pools ?? {})) await poolsOf(application, id).remove(pool)
        await needs.backendIn(tx).deleteOrganization(inRooms(caller), id, undefined)
      },
    },
  )
  for (const [id, document] of Object.entries(gatehouse?.organizations ?? {})) {
    const present = before?.gatehouse?.organizations?.[id]
    await applyAll(
      application,
      `${at}/gatehouse/organizations/${id}/pools`,
      present?.pools ?? {},
      document.pools,
      poolsOf(application, id),
    )
  }
  await applyAll(application, `${at}/pools`, before?.pools ?? {}, pools, poolsOf(application, workspaceId))
  await applyAll(application, `${at}/clients`, before?.clients ?? {}, clients, clientsOf(application, workspaceId))
}

/** What a workspace says of itself, in the place of what it said. */
async function saveServer({ tx, caller }: Application, workspaceId: string, document: ServerDocument): Promise<void> {
  const { clients: _c, pools: _p, gatehouse, type: _t, name, theme_binding: binding, ...kept } = document
  const { tenantId } = caller
  const workspace = await lockWorkspace(tx, tenantId, workspaceId)
  if (!workspace) throw new Problem('workspace.not_found')
  const signIn = gatehouse?.sign_in
  const fault = signInFault(workspace.kind, signIn)
  if (fault !== undefined) throw new Problem('request.invalid', `sign_in: ${fault}.`)
  const scope = gatehouse?.username_scope ?? 'workspace'
  if (scope !== workspace.usernameScope) {
    throw new Problem(
      'request.invalid',
      'Where usernames are unique does not change: names would be found in the wrong place.',
    )
  }
  if (binding && !(await lockTheme(tx, tenantId, binding.theme_id, 'wear'))) throw new Problem('theme.not_found')
  const { themeId: _theme, signIn: _s, acrs: _a, ...bare } = workspace
  const changed: StoredWorkspace = {
    ...bare,
    name: name ?? workspaceId,
    wire: kept,
    ownBrand: gatehouse?.brand ?? {},
    ...(binding === undefined ? {} : { themeId: binding.theme_id }),
    ...(signIn === undefined ? {} : { signIn }),
    ...(gatehouse?.acrs === undefined ? {} : { acrs: gatehouse.acrs }),
  }
  await updateWorkspace(tx, changed)
  await saveSessionSettings(tx, tenantId, { workspaceId }, gatehouse?.sessions ?? {})
  await deleteResourcesOf(tx, tenantId, workspaceId)
  for (const [audience, { name: title, scopes, access_token_seconds: accessTokenSeconds }] of Object.entries(
    gatehouse?.apis ?? {},
  )) {
    await insertResource(tx, tenantId, workspaceId, { audience, name: title, scopes, accessTokenSeconds }, new Date(0))
  }
}

/** Keys that were said and are not said any more are said to be gone. */
const withGone = (
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> => ({
  ...Object.fromEntries(Object.keys(before ?? {}).map((key) => [key, undefined])),
  ...after,
})

function poolsOf({ tx, needs, caller: asker }: Application, parentId: string): Kind<PoolDocument> {
  const backend = needs.backendIn(tx)
  const caller = inRooms(asker)
  const inputOf = (document: PoolDocument) => readPoolInput(document)
  return {
    async create(id, document) {
      await backend.createPool(caller, { ...inputOf(document), name: document.name, poolId: id, parentId })
    },
    async update(id, document, before) {
      if (isDeepStrictEqual(document, before)) return
      const { wire, ...input } = inputOf(document)
      await backend.updatePool(
        caller,
        poolId(id),
        {
          ...input,
          description: document.description ?? '',
          policy: { ...withGone({ minLength: 0, history: 0 }, {}), ...input.policy },
          wire: withGone(inputOf(before).wire, wire ?? {}),
        },
        undefined,
      )
    },
    remove: (id) => backend.deletePool(caller, poolId(id), undefined),
  }
}

async function createOrganization(
  application: Application,
  parentId: string,
  id: string,
  document: OrganizationDocument,
): Promise<void> {
  const { tx, needs, caller } = application
  const { pools: _, gatehouse: _g, ...body } = document
  await needs.backendIn(tx).createOrganization(inRooms(caller), {
    ...readOrganizationInput(body),
    organizationId: id,
    parentId,
  })
  await saveOurs(application, id, document)
}

async function changeOrganization(
  application: Application,
  id: string,
  document: OrganizationDocument,
  before: OrganizationDocument,
): Promise<void> {
  const { pools: _, ...said } = document
  const { pools: _b, ...was } = before
  if (isDeepStrictEqual(said, was)) return
  const { tx, needs, caller } = application
  const inputOf = ({ pools: _p, gatehouse: _g, ...body }: OrganizationDocument) => readOrganizationInput(body)
  const input = inputOf(document)
  const given = {
    ...input,
    name: document.name ?? id,
    description: document.description ?? '',
    domains: document.domains ?? [],
    isTemplate: document.template ?? false,
    metadata: withGone(inputOf(before).metadata, input.metadata ?? {}),
  }
  await needs.backendIn(tx).updateOrganization(inRooms(caller), id, given, undefined)
  await saveOurs(application, id, document)
}

/** What the vendor has no word for. */
async function saveOurs({ tx, caller }: Application, id: string, { gatehouse }: OrganizationDocument): Promise<void> {
  const organization = await lockOrganization(tx, caller.tenantId, id, 'delete')
  if (!organization) throw new Problem('organization.not_found')
  const brand = (gatehouse?.brand ?? {}) as BrandSettings
  if (!isDeepStrictEqual(brand, organization.brand)) await updateOrganization(tx, { ...organization, brand })
  const sessions = (gatehouse?.sessions ?? {}) as SessionSettings
  await saveSessionSettings(tx, caller.tenantId, { organizationId: organizationId(id) }, sessions)
}

function clientsOf({ tx, needs, caller }: Application, workspaceId: string): Kind<ClientDocument> {
  const own = { ...needs, db: inOne(tx) }
  const { tenantId } = caller
  const bodyOf = (clientId: string, document: ClientDocument): AdminClientChange => {
    const { gatehouse: _, ...body } = document
    return { ...body, tenant_id: tenantId, authorization_server_id: workspaceId, client_id: clientId }
  }
  async function saveOursOfClient(
    clientId: string,
    { gatehouse: ours }: ClientDocument,
    isNew: boolean,
  ): Promise<void> {
    const client = await findClientForUpdate(tx, tenantId, workspaceId, clientId)
    if (!client) throw new Problem('client.not_found')
    const { initiateLoginUri: _i, isPortal: _p, responseModes: _r, apiAudiences: _a, ...bare } = client.settings
    const settings: ClientSettings = {
      ...bare,
      ...(ours?.initiate_login_uri === undefined ? {} : { initiateLoginUri: ours.initiate_login_uri }),
      ...(ours?.is_portal === undefined ? {} : { isPortal: ours.is_portal }),
      ...(ours?.response_modes === undefined ? {} : { responseModes: ours.response_modes }),
      ...(ours?.api_audiences === undefined ? {} : { apiAudiences: ours.api_audiences }),
    }
    if (!isDeepStrictEqual(settings, client.settings)) await saveClient(tx, { ...client, settings })
    const sealed = ours?.sealed_secrets
    // What was made for a new client is known to nobody: it has the sealed ones, or none until one is made by rotating.
    if (sealed !== undefined || isNew) {
      const secrets = sealed === undefined ? { hashes: [], ends: {} } : opened(needs, clientId, sealed)
      await restoreSecrets(tx, clientId, secrets, needs.clock.now())
    }
  }
  return {
    async create(id, document) {
      await createClient(own, caller, bodyOf(id, document))
      await saveOursOfClient(id, document, true)
    },
    async update(id, document, before) {
      if (isDeepStrictEqual(document, before)) return
      await updateClient(own, caller, id, bodyOf(id, document), undefined, 'whole')
      await saveOursOfClient(id, document, false)
    },
    remove: (id) => deleteClient(own, caller, id, undefined),
  }
}

interface Secrets {
  readonly hashes: readonly string[]
  readonly ends: Readonly<Record<string, string>>
}

function opened({ vault }: ConfigurationNeeds, clientId: string, sealed: string): Secrets {
  try {
    return JSON.parse(vault.openText(Buffer.from(sealed, 'base64url'), secretsContext(clientId))) as Secrets
  } catch (cause) {
    throw new Problem(
      'request.invalid',
      'sealed_secrets do not open here: another vault, or another client, sealed them.',
      {
        cause,
      },
    )
  }
}
