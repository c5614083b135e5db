import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { insertSigningKey, selectSigningKeys } from './signing-keys.store.ts'
import type { SigningKey } from './signing-keys.store.ts'

/** The workspace's keys; makes the first one (ES256, P-256) where there is none. Two nodes may ask at once. */
export async function ensureSigningKeys(
  { db, vault, clock }: { readonly db: Db; readonly vault: Vault; readonly clock: Clock },
  tenantId: string,
  workspaceId: string,
): Promise<readonly SigningKey[]> {
  const present = await selectSigningKeys(db.reader, vault, tenantId, workspaceId)
  if (present.some((key) => key.state === 'active')) return present
  const key = newSigningKey(tenantId, workspaceId)
  await db.transaction((tx) => insertSigningKey(tx, vault, key, clock.now()))
  return selectSigningKeys(db.reader, vault, tenantId, workspaceId)
}

function newSigningKey(tenantId: string, workspaceId: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bare = publicKey.export({ format: 'jwk' })
  const kid = thumbprint(bare)
  const naming = { kid, use: 'sig', alg: 'ES256' }
  return {
    tenantId,
    workspaceId,
    kid,
    algorithm: 'ES256',
    state: 'active',
    publicJwk: { ...bare, ...naming },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...naming },
  }
}

/** @see RFC 7638 §3 */
function thumbprint(jwk: { crv?: string; kty?: string; x?: string; y?: string }): string {
  const members = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
  return createHash('sha256').update(members).digest('base64url')
}
