import { getClient, listClientsSystem, revokeRotatedClientSecrets, rotateClientSecret } from '@gatehouse/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { Problem } from '../../problem/index.ts'
import { durationSeconds } from '../../protocol/duration.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import type { StoredClient } from './client.ts'
import { findClientOfTenant, selectClients } from './clients.store.ts'
import { placeOfManaged } from './manage-clients.ts'
import { revokeRotatedSecrets, rotateClientSecret as rotate } from './rotate-secret.ts'
import { shownClient } from './show-client.ts'

export interface ClientRouteNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
}

export function mountClients(mount: Mount, needs: ClientRouteNeeds): void {
  const clientOf = async (tenantId: string, clientId: string): Promise<StoredClient> => {
    const client = await findClientOfTenant(needs.db.reader, tenantId, clientId)
    if (!client) throw new Problem('client.not_found')
    return client
  }

  mount(getClient, async ({ caller, params }) => {
    const client = await clientOf(caller.tenantId, params.cid)
    return { body: shownClient(client), revision: client.revision }
  })

  mount(listClientsSystem, async ({ caller, params }) => {
    const issuer = await findIssuer(needs.db.reader, caller.tenantId, params.wid)
    if (!issuer) throw new Problem('workspace.not_found')
    // An organization's own issuer has no clients: they live in its workspace.
    const clients = issuer.organization ? [] : await selectClients(needs.db.reader, caller.tenantId, params.wid)
    return { body: { clients: clients.map(shownClient) } }
  })

  mount(rotateClientSecret, async ({ caller, params, query, expected }) => {
    const place = await placeOfManaged(needs.db.reader, caller, params.cid)
    const seconds = durationSeconds(query.auto_revoke_after ?? '0')
    const { secret, revision } = await rotate(needs, place, seconds || undefined, caller.facts, expected)
    return { body: { secret }, revision }
  })

  mount(revokeRotatedClientSecrets, async ({ caller, params, expected }) => {
    const place = await placeOfManaged(needs.db.reader, caller, params.cid)
    await revokeRotatedSecrets(needs, place, caller.facts, expected)
    return { body: undefined }
  })
}
