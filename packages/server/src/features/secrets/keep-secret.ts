import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ExpectedRevisions } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { findWorkspace } from '../tenancy/index.ts'
import { deleteSecret, insertSecret, lockSecret, replaceValue } from './secrets.store.ts'
import type { SecretPlace, WorkspaceSecret } from './secrets.store.ts'

/** What a caller wrote: the value, and the place that the body names, which must be that of the address. */
export interface SecretInput {
  readonly stated: SecretPlace
  readonly value: string
}

export interface SecretNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
}

/** @throws Problem `workspace.not_found`, `secret.id_taken`, `request.invalid` where the body names another place */
export function keepSecret(
  needs: SecretNeeds,
  place: SecretPlace,
  { stated, value }: SecretInput,
  facts: RequestFacts,
): Promise<WorkspaceSecret> {
  return needs.db.transaction(async (tx) => {
    if (!(await findWorkspace(tx, place.tenantId, place.workspaceId))) throw new Problem('workspace.not_found')
    assertStated(stated, place)
    const now = needs.clock.now()
    if (!(await insertSecret(tx, needs.vault, place, value, now))) throw new Problem('secret.id_taken')
    await record(tx, needs, place, 'created', facts)
    return { ...place, revision: 1, createdAt: now }
  })
}

/** @throws Problem `secret.not_found` — also in a workspace that is not there or not yours; `request.conflict`, `request.invalid` */
export function changeSecret(
  needs: SecretNeeds,
  place: SecretPlace,
  { stated, value }: SecretInput,
  facts: RequestFacts,
  expected: ExpectedRevisions,
): Promise<WorkspaceSecret> {
  return needs.db.transaction(async (tx) => {
    const secret = await lockedSecret(tx, place, expected)
    assertStated(stated, place)
    await replaceValue(tx, needs.vault, secret, value, needs.clock.now())
    await record(tx, needs, place, 'replaced', facts)
    return { ...secret, revision: secret.revision + 1 }
  })
}

/** @throws Problem `secret.not_found`, `request.conflict` */
export function forgetSecret(
  needs: SecretNeeds,
  place: SecretPlace,
  facts: RequestFacts,
  expected: ExpectedRevisions,
): Promise<void> {
  return needs.db.transaction(async (tx) => {
    await lockedSecret(tx, place, expected)
    await deleteSecret(tx, place)
    await record(tx, needs, place, 'deleted', facts)
  })
}

function assertStated(stated: SecretPlace, place: SecretPlace): void {
  if (isDeepStrictEqual(stated, place)) return
  throw new Problem('request.invalid', 'The body names another secret, workspace or tenant than the address.')
}

async function lockedSecret(tx: Tx, place: SecretPlace, expected: ExpectedRevisions): Promise<WorkspaceSecret> {
  const secret = await lockSecret(tx, place)
  if (!secret) throw new Problem('secret.not_found')
  if (expected !== undefined && !expected.includes(secret.revision)) throw new Problem('request.conflict')
  return secret
}

/** The vendor has no word for it: what changes is the workspace. */
const record = (
  tx: Tx,
  needs: SecretNeeds,
  place: SecretPlace,
  change: 'created' | 'deleted' | 'replaced',
  facts: RequestFacts,
): Promise<void> =>
  recordEvents(tx, needs, facts, [
    {
      tenantId: place.tenantId,
      workspaceId: place.workspaceId,
      subject: 'server',
      action: 'updated',
      reason: `workspace_secret.${change}`,
      payload: { secret_id: place.secretId },
    },
  ])
