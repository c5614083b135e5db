import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { newSigningKey, publicationFault } from './signing-key.ts'
import { insertSigningKey, selectSigningKeys } from './signing-keys.store.ts'
import type { SigningKey } from './signing-keys.store.ts'

/**
 * The workspace's keys, the active one first; makes the first one and its successor (ES256, P-256) where there is none.
 * Two nodes may ask at once.
 *
 * @throws Error when a public half holds something secret: nothing is published then
 */
export async function ensureSigningKeys(
  { db, vault, clock }: { readonly db: Db; readonly vault: Vault; readonly clock: Clock },
  tenantId: string,
  workspaceId: string,
): Promise<readonly SigningKey[]> {
  const place = { tenantId, workspaceId }
  const present = await publishable(db, vault, tenantId, workspaceId)
  if (present.some((key) => key.state === 'active')) return present
  await db.transaction(async (tx) => {
    await insertSigningKey(tx, vault, newSigningKey(place, 'active'), clock.now())
    await insertSigningKey(tx, vault, newSigningKey(place, 'next'), clock.now())
  })
  return publishable(db, vault, tenantId, workspaceId)
}

async function publishable(db: Db, vault: Vault, tenantId: string, workspaceId: string): Promise<SigningKey[]> {
  const keys = await selectSigningKeys(db.reader, vault, tenantId, workspaceId)
  for (const { kid, publicJwk } of keys) {
    const fault = publicationFault(publicJwk)
    if (fault !== undefined) throw new Error(`the public half of the signing key ${kid} ${fault}: nothing is published`)
  }
  return keys
}
