import { isDeepStrictEqual } from 'node:util'
import type { AdminClientChange } from '@gatehouse/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Reader, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ExpectedRevisions, ManagementCaller } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findWorkspace, lockWorkspace } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import { hashSecret } from './client-secret.ts'
import type { StoredClient } from './client.ts'
import {
  deleteClient as deleteRow,
  findClientForUpdate,
  findClientOfTenant,
  insertClient,
  saveClient,
} from './clients.store.ts'
import { blankDraft, readClient, refuseWhatDoesNotAct } from './read-client.ts'

export interface ManageClientNeeds {
  readonly db: Pick<Db, 'transaction'>
  readonly clock: Clock
  readonly random: Random
  /** `host:port` that may be asked although they are not public. */
  readonly allowedHosts: readonly string[]
  /** Ends what was issued to the client and what people have allowed it, in the transaction that takes it away. */
  forgetClient(tx: Tx, client: StoredClient): Promise<void>
}

type Caller = Pick<ManagementCaller, 'facts' | 'scopes' | 'tenantId'>

/** Shorter ones can be guessed offline from their hash. */
const shortestSecret = 32

/**
 * Registers an application; it may ask for tokens at once here, and within a second on every node.
 *
 * @returns the secret too, where it proves itself with one: nobody can read it again
 * @throws Problem `workspace.not_found`, `client.id_taken`, `request.invalid`; `caller.forbidden` for an application of the
 * API that may do more than the caller
 */
export function createClient(
  needs: ManageClientNeeds,
  caller: Caller,
  body: AdminClientChange,
): Promise<{ readonly client: StoredClient; readonly secret: string | undefined }> {
  return needs.db.transaction(async (tx) => {
    const { tenantId } = caller
    // Held, so that it is not taken away meanwhile.
    const workspace = await lockWorkspace(tx, tenantId, body.authorization_server_id)
    if (!workspace) throw new Problem('workspace.not_found')
    const clientId = body.client_id ?? needs.random.uuid()
    const now = needs.clock.now()
    const draft = readClient({ ...blankDraft, name: clientId }, body, needs.allowedHosts)
    const secret = readSecret(draft.settings.authentication.startsWith('client_secret'), body, needs)
    const client: StoredClient = {
      ...draft,
      clientId,
      tenantId,
      workspaceId: workspace.workspaceId,
      secretHashes: secret === undefined ? [] : [hashSecret(secret)],
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }
    refuseWhatDoesNotAct(client, body)
    requireAuthority(caller, workspace, client)
    if (!(await insertClient(tx, client, now))) throw new Problem('client.id_taken')
    await record(tx, needs, caller, client, 'created')
    return { client, secret }
  })
}

/** What is not named stays. @throws Problem `client.not_found`, `request.conflict`, `request.invalid`, `caller.forbidden` */
export function updateClient(
  needs: ManageClientNeeds,
  caller: Caller,
  clientId: string,
  body: AdminClientChange,
  expected: ExpectedRevisions,
  /** `whole`: what is not named is as if it had never been said. */
  extent: 'named' | 'whole' = 'named',
): Promise<StoredClient> {
  return needs.db.transaction(async (tx) => {
    const before = await locked(tx, caller, clientId, expected)
    if (body.authorization_server_id !== before.workspaceId) throw invalidPlace('authorization_server_id')
    if (body.client_id !== undefined && body.client_id !== clientId) throw invalidPlace('client_id')
    if (body.client_secret !== undefined && body.client_secret !== '') {
      throw new Problem('request.invalid', 'A secret is changed by rotating it.')
    }
    const draft = readClient(
      extent === 'whole' ? { ...blankDraft, name: clientId } : { ...before, wire: before.wire ?? {} },
      body,
      needs.allowedHosts,
    )
    if (draft.settings.authentication !== before.settings.authentication) {
      // A secret that is there opens nothing more, and one that is not there is not made without being shown.
      const needsSecret = draft.settings.authentication.startsWith('client_secret')
      if (needsSecret && before.secretHashes.length === 0) {
        throw new Problem('request.invalid', 'It has no secret; make another client.')
      }
    }
    const after: StoredClient = { ...before, ...draft, updatedAt: needs.clock.now() }
    refuseWhatDoesNotAct(after, body)
    requireAuthority(caller, await workspaceOf(tx, before), after)
    const changed = (['name', 'isEnabled', 'settings', 'wire'] as const).filter(
      (field) => !isDeepStrictEqual(before[field] ?? {}, after[field]),
    )
    if (changed.length === 0) return before
    await saveClient(tx, after)
    await record(tx, needs, caller, after, 'updated', { changed })
    return { ...after, revision: before.revision + 1 }
  })
}

/** With everything that was issued to it. @throws Problem `client.not_found`, `request.conflict`, `caller.forbidden` */
export function deleteClient(
  needs: ManageClientNeeds,
  caller: Caller,
  clientId: string,
  expected: ExpectedRevisions,
): Promise<void> {
  return needs.db.transaction(async (tx) => {
    const client = await locked(tx, caller, clientId, expected)
    await needs.forgetClient(tx, client)
    await deleteRow(tx, client.clientId)
    await record(tx, needs, caller, client, 'deleted')
  })
}

const invalidPlace = (field: string): Problem =>
  new Problem('request.invalid', `The ${field} of a client does not change.`)

async function locked(tx: Tx, caller: Caller, clientId: string, expected: ExpectedRevisions): Promise<StoredClient> {
  const place = await findClientOfTenant(tx, caller.tenantId, clientId)
  const client = place && (await findClientForUpdate(tx, caller.tenantId, place.workspaceId, clientId))
  if (!client) throw new Problem('client.not_found')
  if (expected !== undefined && !expected.includes(client.revision)) throw new Problem('request.conflict')
  requireAuthority(caller, await workspaceOf(tx, client), client)
  return client
}

async function workspaceOf(tx: Tx, { tenantId, workspaceId }: StoredClient): Promise<Workspace> {
  const workspace = await findWorkspace(tx, tenantId, workspaceId)
  if (!workspace) throw new Error(`a client is in no workspace`)
  return workspace
}

/**
 * Where a client is whom this caller may manage.
 *
 * @throws Problem `client.not_found`, `caller.forbidden`
 */
export async function placeOfManaged(reader: Reader, caller: ManagementCaller, clientId: string) {
  const client = await findClientOfTenant(reader, caller.tenantId, clientId)
  const workspace = client && (await findWorkspace(reader, client.tenantId, client.workspaceId))
  if (!workspace) throw new Problem('client.not_found')
  requireAuthority(caller, workspace, client)
  return { tenantId: client.tenantId, workspaceId: client.workspaceId, clientId }
}

/**
 * An application of this API hands out no more than it has: neither to a new one, nor by changing one that has more.
 *
 * @throws Problem `caller.forbidden`
 */
function requireAuthority(
  { scopes }: Pick<ManagementCaller, 'scopes'>,
  { kind }: Pick<Workspace, 'kind'>,
  { settings }: Pick<StoredClient, 'settings'>,
): void {
  const more = kind === 'system' ? settings.scopes.find((scope) => !scopes.has(scope)) : undefined
  if (more !== undefined) throw new Problem('caller.forbidden', `The scope ${more} is needed to manage who has it.`)
}

function readSecret(takesOne: boolean, { client_secret: given }: AdminClientChange, { random }: ManageClientNeeds) {
  if (!takesOne) {
    if (given !== undefined && given !== '')
      throw new Problem('request.invalid', 'It does not prove itself with a secret.')
    return undefined
  }
  if (given === undefined || given === '') return random.secret()
  if (given.length < shortestSecret) {
    throw new Problem(
      'request.invalid',
      `client_secret has at least ${shortestSecret} characters; leave it out to get one.`,
    )
  }
  return given
}

const record = (
  tx: Tx,
  needs: ManageClientNeeds,
  { facts }: Caller,
  { tenantId, workspaceId, clientId, name }: StoredClient,
  action: 'created' | 'deleted' | 'updated',
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  recordEvents(tx, needs, facts, [
    {
      tenantId,
      workspaceId,
      clientId,
      subject: 'client',
      action,
      payload: { client_name: name, ...more },
      ...(facts.clientId === undefined ? {} : { context: { by: facts.clientId } }),
    },
  ])
