import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../platform/clock/index.ts'
import { announceChange } from '../../platform/db/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ExpectedRevisions, ManagementCaller } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import { deleteResourcesOf, hasClients } from '../clients/index.ts'
import { deleteKeysOf } from '../keys/index.ts'
import { selectPools } from '../pools/index.ts'
import { deleteWebhooksOf } from '../webhooks/index.ts'
import { hasSecrets } from '../secrets/index.ts'
import {
  deleteWorkspace as deleteRow,
  findOrganization,
  findWorkspace,
  insertWorkspace,
  lockWorkspace,
  selectOrganizations,
  updateWorkspace as saveRow,
} from '../tenancy/index.ts'
import type { StoredWorkspace } from '../tenancy/index.ts'

export interface WorkspaceNeeds {
  readonly db: Pick<Db, 'transaction'>
  readonly clock: Clock
  readonly random: Random
}

type Caller = Pick<ManagementCaller, 'facts' | 'tenantId'>

export interface WorkspaceInput {
  readonly name?: string | undefined
  /** Top-level keys take the place of stored ones; keys that are not named stay. */
  readonly wire: Readonly<Record<string, unknown>>
}

/** The address of a workspace or organization, on the public origin. */
export const issuerOf = (origin: string, tenantId: string, segment: string): string =>
  `${origin}/${tenantId}/${segment}`

/**
 * Makes a workspace of customers. It answers at its address at once; its signing keys are made when they are first asked for.
 *
 * @throws Problem `workspace.id_taken` — also when an organization has the address, which the workspace would take from it
 */
export function createWorkspace(
  needs: WorkspaceNeeds,
  caller: Caller,
  id: string | undefined,
  input: WorkspaceInput,
): Promise<StoredWorkspace> {
  return needs.db.transaction(async (tx) => {
    const workspaceId = id ?? needs.random.uuid()
    const workspace = {
      tenantId: caller.tenantId,
      workspaceId,
      name: input.name ?? workspaceId,
      kind: 'customer',
      usernameScope: 'workspace',
      brand: {},
      wire: input.wire,
    } as const
    const isAddressTaken = (await findOrganization(tx, caller.tenantId, workspaceId)) !== undefined
    if (isAddressTaken || !(await insertWorkspace(tx, workspace, needs.clock.now()))) {
      throw new Problem('workspace.id_taken')
    }
    await record(tx, needs, caller, workspace, 'created')
    const stored = await findWorkspace(tx, caller.tenantId, workspaceId)
    if (!stored) throw new Error(`workspace ${workspaceId} is not there after it was made`)
    return stored
  })
}

/** @throws Problem `workspace.not_found`, `request.conflict` */
export function updateWorkspace(
  needs: WorkspaceNeeds,
  caller: Caller,
  workspaceId: string,
  input: WorkspaceInput,
  expected: ExpectedRevisions,
): Promise<StoredWorkspace> {
  return needs.db.transaction(async (tx) => {
    const before = await locked(tx, caller, workspaceId, expected)
    const after = { ...before, name: input.name ?? before.name, wire: { ...before.wire, ...input.wire } }
    const changed = (['name', 'wire'] as const).filter((field) => !isDeepStrictEqual(before[field], after[field]))
    if (changed.length === 0) return before
    await saveRow(tx, after)
    await record(tx, needs, caller, after, 'updated', { changed })
    return { ...after, revision: before.revision + 1 }
  })
}

/**
 * Takes an empty workspace away, with its keys and registered APIs. A new one of its name is another one: nothing that the
 * keys of this one signed is believed by it.
 *
 * @throws Problem `workspace.not_found`, `request.conflict`, `workspace.not_empty`
 */
export function deleteWorkspace(
  needs: WorkspaceNeeds,
  caller: Caller,
  workspaceId: string,
  expected: ExpectedRevisions,
): Promise<void> {
  return needs.db.transaction(async (tx) => {
    const workspace = await locked(tx, caller, workspaceId, expected)
    if (await holdsSomething(tx, workspace)) throw new Problem('workspace.not_empty')
    await deleteResourcesOf(tx, caller.tenantId, workspaceId)
    await deleteWebhooksOf(tx, caller.tenantId, workspaceId)
    await deleteKeysOf(tx, caller.tenantId, workspaceId)
    await announceChange(tx, 'keys')
    await deleteRow(tx, caller.tenantId, workspaceId)
    await record(tx, needs, caller, workspace, 'deleted')
  })
}

async function locked(
  tx: Tx,
  caller: Caller,
  workspaceId: string,
  expected: ExpectedRevisions,
): Promise<StoredWorkspace> {
  const workspace = await lockWorkspace(tx, caller.tenantId, workspaceId)
  if (!workspace) throw new Problem('workspace.not_found')
  if (expected !== undefined && !expected.includes(workspace.revision)) throw new Problem('request.conflict')
  return workspace
}

/** The system workspace always does: the application that asks is in it. */
async function holdsSomething(tx: Tx, { tenantId, workspaceId, kind }: StoredWorkspace): Promise<boolean> {
  if (kind === 'system') return true
  const page = { tenantId, workspaceId, descending: false, limit: 1 }
  return (
    (await hasClients(tx, tenantId, workspaceId)) ||
    (await hasSecrets(tx, tenantId, workspaceId)) ||
    (await selectPools(tx, page)).length > 0 ||
    (await selectOrganizations(tx, page)).length > 0
  )
}

const record = (
  tx: Tx,
  needs: WorkspaceNeeds,
  { facts, tenantId }: Caller,
  { workspaceId, name }: Pick<StoredWorkspace, 'name' | 'workspaceId'>,
  action: 'created' | 'deleted' | 'updated',
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  recordEvents(tx, needs, facts, [
    {
      tenantId,
      workspaceId,
      subject: 'server',
      action,
      payload: { id: workspaceId, tenant_id: tenantId, name, ...more },
    },
  ])
