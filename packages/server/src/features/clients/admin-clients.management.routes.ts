import * as contract from '@gatehouse/contract'
import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { durationSeconds } from '../../protocol/duration.ts'
import { pageOf, readPage } from '../../surfaces/management/index.ts'
import type { ManagementCaller, Mount } from '../../surfaces/management/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import type { StoredClient } from './client.ts'
import { findClientOfTenant, selectClientPage } from './clients.store.ts'
import { createClient, deleteClient, placeOfManaged, updateClient } from './manage-clients.ts'
import type { ManageClientNeeds } from './manage-clients.ts'
import { revokeRotatedSecrets, rotateClientSecret } from './rotate-secret.ts'
import { shownClient } from './show-client.ts'

export interface AdminClientRouteNeeds extends ManageClientNeeds {
  readonly db: Db
  /** Public origin of this server, for `server_issuer_url`. */
  readonly origin: string
}

export function mountAdminClients(mount: Mount, needs: AdminClientRouteNeeds): void {
  const { db, origin } = needs
  const answer = (client: StoredClient) => ({ body: shown(client, origin), revision: client.revision })

  mount(contract.listClients, async ({ caller, params, query }) => {
    const { tenantId } = caller
    const issuer = await findIssuer(db.reader, tenantId, params.wid)
    if (!issuer) throw new Problem('workspace.not_found')
    const isOther = [query.type, query.client_types].some((types) => types?.split(',').includes('oauth2') === false)
    // An organization's own issuer has no clients: they live in its workspace.
    if (issuer.organization || isOther) return { body: { clients: [] } }
    const wanted = query.application_types?.split(',')
    const page = readPage(query, query.after_client_id, query.before_client_id)
    const clients = await pageOf(page, (one) =>
      selectClientPage(db.reader, { ...one, tenantId, workspaceId: params.wid, searchPhrase: query.search_phrase }),
    )
    const shownClients = clients.map((one) => shown(one, origin))
    return {
      body: {
        clients: shownClients.filter(
          ({ application_types: types }) => !wanted || types?.some((type) => wanted.includes(type)) === true,
        ),
      },
    }
  })

  mount(contract.createClient, async ({ caller, body }) => {
    requireTenant(body.tenant_id, caller)
    const { client, secret } = await createClient(needs, caller, body)
    const { body: shownOnce, revision } = answer(client)
    return { body: { ...shownOnce, ...(secret === undefined ? {} : { client_secret: secret }) }, revision }
  })

  mount(contract.adminGetClient, async ({ caller, params }) => {
    const client = await findClientOfTenant(db.reader, caller.tenantId, params.cid)
    if (!client) throw new Problem('client.not_found')
    return answer(client)
  })

  mount(contract.updateClient, async ({ caller, params, body, expected }) => {
    requireTenant(body.tenant_id, caller)
    return answer(await updateClient(needs, caller, params.cid, body, expected))
  })

  mount(contract.deleteClient, async ({ caller, params, expected }) => {
    await deleteClient(needs, caller, params.cid, expected)
    return { body: undefined }
  })

  mount(contract.adminRotateClientSecret, async ({ caller, params, query, expected }) => {
    const place = await placeOfManaged(db.reader, caller, params.cid)
    const seconds = durationSeconds(query.auto_revoke_after ?? '0')
    const { secret, revision } = await rotateClientSecret(needs, place, seconds || undefined, caller.facts, expected)
    return { body: { secret }, revision }
  })

  mount(contract.adminRevokeRotatedClientSecrets, async ({ caller, params, expected }) => {
    await revokeRotatedSecrets(needs, await placeOfManaged(db.reader, caller, params.cid), caller.facts, expected)
    return { body: undefined }
  })
}

function requireTenant(named: string, { tenantId }: ManagementCaller): void {
  if (named !== tenantId)
    throw new Problem('request.invalid', 'tenant_id is another tenant than the one of the address.')
}

const shown = (client: StoredClient, origin: string): contract.AdminClient => ({
  ...(shownClient(client) as contract.AdminClient),
  server_issuer_url: `${origin}/${client.tenantId}/${client.workspaceId}`,
})
