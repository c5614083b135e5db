import { createSecret, deleteSecret, listSecrets, updateSecret } from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { changeSecret, forgetSecret, keepSecret } from './keep-secret.ts'
import type { SecretInput, SecretNeeds } from './keep-secret.ts'
import { selectSecrets } from './secrets.store.ts'
import type { SecretPlace, WorkspaceSecret } from './secrets.store.ts'

export function mountSecrets(mount: Mount, needs: SecretNeeds): void {
  mount(listSecrets, async ({ caller, params }) => {
    // The description knows no 404 here: a workspace that is absent or not yours has no secrets.
    const secrets = await selectSecrets(needs.db.reader, caller.tenantId, params.wid)
    return { body: { secrets: secrets.map(shown) } }
  })

  mount(createSecret, async ({ caller, params, body }) => {
    const place = placeOf(caller.tenantId, params.wid, body.id)
    return answer(await keepSecret(needs, place, inputOf(body), caller.facts))
  })

  mount(updateSecret, async ({ caller, params, body, expected }) => {
    const place = placeOf(caller.tenantId, params.wid, params.sid)
    return answer(await changeSecret(needs, place, inputOf(body), caller.facts, expected))
  })

  mount(deleteSecret, async ({ caller, params, expected }) => {
    await forgetSecret(needs, placeOf(caller.tenantId, params.wid, params.sid), caller.facts, expected)
    return { body: undefined }
  })
}

const placeOf = (tenantId: string, workspaceId: string, secretId: string): SecretPlace => ({
  tenantId,
  workspaceId,
  secretId,
})

/** @throws Problem `request.invalid` for two values */
function inputOf(body: wire.WorkspaceSecretInput): SecretInput {
  if (body.value !== undefined && body.value !== body.secret) {
    throw new Problem('request.invalid', 'A secret has one value.')
  }
  return { stated: placeOf(body.tenant_id, body.server_id, body.id), value: body.secret }
}

const answer = (secret: WorkspaceSecret) => ({ body: shown(secret), revision: secret.revision })

const shown = (secret: WorkspaceSecret): wire.WorkspaceSecret => ({
  id: secret.secretId,
  tenant_id: secret.tenantId,
  server_id: secret.workspaceId,
  secret: '',
  created_at: secret.createdAt.toISOString(),
})
