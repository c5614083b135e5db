import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface SigningKey {
  readonly tenantId: string
  readonly workspaceId: string
  readonly kid: string
  readonly algorithm: string
  /** `next` is published and not used yet, `retiring` is published and used no more. */
  readonly state: 'next' | 'active' | 'retiring' | 'retired'
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly privateJwk: Readonly<Record<string, unknown>>
}

const sealContext = (key: Pick<SigningKey, 'tenantId' | 'workspaceId' | 'kid'>): string =>
  `signing key ${key.tenantId} ${key.workspaceId} ${key.kid}`

/** @returns false when the workspace has an active key of this algorithm already: another node was first */
export async function insertSigningKey(tx: Tx, vault: Vault, key: SigningKey, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('signing_keys')
    .values({
      tenant_id: key.tenantId,
      workspace_id: key.workspaceId,
      kid: key.kid,
      algorithm: key.algorithm,
      state: key.state,
      public_jwk: JSON.stringify(key.publicJwk),
      sealed_private_jwk: vault.seal(JSON.stringify(key.privateJwk), sealContext(key)),
      created_at: now,
      activated_at: key.state === 'active' ? now : null,
      retired_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Every key that may still verify something, the active one first. */
export async function selectSigningKeys(
  reader: Reader,
  vault: Vault,
  tenantId: string,
  workspaceId: string,
): Promise<SigningKey[]> {
  const rows = await reader
    .selectFrom('signing_keys')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('state', '!=', 'retired')
    .orderBy('created_at')
    .execute()
  const keys = rows.map((row) => signingKeyOf(vault, row))
  return [...keys.filter((key) => key.state === 'active'), ...keys.filter((key) => key.state !== 'active')]
}

function signingKeyOf(vault: Vault, row: Selectable<Tables['signing_keys']>): SigningKey {
  const place = { tenantId: row.tenant_id, workspaceId: row.workspace_id, kid: row.kid }
  return {
    ...place,
    algorithm: row.algorithm,
    state: row.state,
    publicJwk: row.public_jwk,
    privateJwk: JSON.parse(vault.openText(row.sealed_private_jwk, sealContext(place))) as Record<string, unknown>,
  }
}
