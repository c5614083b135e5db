import type { Selectable } from 'kysely'
import type { Reader, SealedColumn, Tables, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export type KeyState = 'next' | 'active' | 'retiring' | 'retired'

export interface SigningKey {
  readonly tenantId: string
  readonly workspaceId: string
  readonly kid: string
  readonly algorithm: string
  /** `next` is published and not used yet, `retiring` is published and used no more. */
  readonly state: KeyState
  readonly publicJwk: Readonly<Record<string, unknown>>
  readonly privateJwk: Readonly<Record<string, unknown>>
}

/** A key without its secret, and its way so far: what a list shows. */
export interface KeyRecord extends Omit<SigningKey, 'privateJwk'> {
  /** Since when it is published. */
  readonly createdAt: Date
  readonly activatedAt: Date | undefined
  readonly retiringAt: Date | undefined
  readonly retiredAt: Date | undefined
  readonly endReason: string | undefined
}

export interface KeyPlace {
  readonly tenantId: string
  readonly workspaceId: string
}

const sealContext = (key: Pick<SigningKey, 'tenantId' | 'workspaceId' | 'kid'>): string =>
  `signing key ${key.tenantId} ${key.workspaceId} ${key.kid}`

/** Where private keys are sealed. */
export const sealedSigningKeys: SealedColumn = {
  table: 'signing_keys',
  column: 'sealed_private_jwk',
  key: ['tenant_id', 'workspace_id', 'kid'],
  contextOf: (row) =>
    sealContext({
      tenantId: String(row['tenant_id']),
      workspaceId: String(row['workspace_id']),
      kid: String(row['kid']),
    }),
}

/** What is left of a private key that nothing needs any more. */
const forgotten = new Uint8Array()

/** @returns false when the workspace has a key in this state already: another node was first */
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
      retiring_at: null,
      end_reason: null,
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

/** Every key there ever was, oldest first. */
export async function listKeyRecords(reader: Reader, place?: KeyPlace): Promise<KeyRecord[]> {
  const rows = await reader
    .selectFrom('signing_keys')
    .selectAll()
    .$if(place !== undefined, (query) =>
      query.where('tenant_id', '=', place?.tenantId ?? '').where('workspace_id', '=', place?.workspaceId ?? ''),
    )
    .orderBy('tenant_id')
    .orderBy('workspace_id')
    .orderBy('created_at')
    .execute()
  return rows.map(recordOf)
}

/** The active key signs no more. @returns false when it is not active any more: somebody else was first */
export async function stopSigning(tx: Tx, place: KeyPlace, kid: string, now: Date): Promise<boolean> {
  const rows = await tx
    .updateTable('signing_keys')
    .set({ state: 'retiring', retiring_at: now })
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('kid', '=', kid)
    .where('state', '=', 'active')
    .returning('kid')
    .execute()
  return rows.length > 0
}

/**
 * The next key begins to sign.
 *
 * @param publishedBefore a key that was published later may be unknown to somebody's cache; absent: whatever its age
 * @returns the key's id; undefined when there is none that old
 */
export async function startSigning(
  tx: Tx,
  place: KeyPlace,
  publishedBefore: Date | undefined,
  now: Date,
): Promise<string | undefined> {
  const rows = await tx
    .updateTable('signing_keys')
    .set({ state: 'active', activated_at: now })
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('state', '=', 'next')
    .$if(publishedBefore !== undefined, (query) => query.where('created_at', '<=', publishedBefore ?? now))
    .returning('kid')
    .execute()
  return rows[0]?.kid
}

/** Takes keys out of the key set that stopped to sign before this moment. The private half is destroyed. */
export async function retireKeys(tx: Tx, place: KeyPlace, stoppedBefore: Date, now: Date): Promise<string[]> {
  const rows = await tx
    .updateTable('signing_keys')
    .set({ state: 'retired', retired_at: now, end_reason: 'retired', sealed_private_jwk: forgotten })
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('state', '=', 'retiring')
    .where('retiring_at', '<=', stoppedBefore)
    .returning('kid')
    .execute()
  return rows.map(({ kid }) => kid)
}

/** Takes a key out of the key set, whatever it does. @returns false when it is out already, or is not there */
export async function removeKey(tx: Tx, place: KeyPlace, kid: string, now: Date): Promise<boolean> {
  const rows = await tx
    .updateTable('signing_keys')
    .set({ state: 'retired', retired_at: now, end_reason: 'removed', sealed_private_jwk: forgotten })
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('kid', '=', kid)
    .where('state', '!=', 'retired')
    .returning('kid')
    .execute()
  return rows.length > 0
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

const recordOf = (row: Selectable<Tables['signing_keys']>): KeyRecord => ({
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  kid: row.kid,
  algorithm: row.algorithm,
  state: row.state,
  publicJwk: row.public_jwk,
  createdAt: row.created_at,
  activatedAt: row.activated_at ?? undefined,
  retiringAt: row.retiring_at ?? undefined,
  retiredAt: row.retired_at ?? undefined,
  endReason: row.end_reason ?? undefined,
})

/** Every key of a workspace that is taken away. Nodes that hold them are told with `announceChange`. */
export async function deleteKeysOf(tx: Tx, tenantId: string, workspaceId: string): Promise<void> {
  await tx
    .deleteFrom('signing_keys')
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .execute()
}
