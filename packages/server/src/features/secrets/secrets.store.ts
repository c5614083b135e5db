import type { Selectable } from 'kysely'
import type { Reader, SealedColumn, Tables, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface SecretPlace {
  readonly tenantId: string
  readonly workspaceId: string
  readonly secretId: string
}

/** All of it but the value. */
export interface WorkspaceSecret extends SecretPlace {
  readonly revision: number
  readonly createdAt: Date
}

/** A value that was moved to another name or workspace does not open. Ids have no space. */
const contextOf = ({ tenantId, workspaceId, secretId }: SecretPlace): string =>
  `workspace secret ${tenantId} ${workspaceId} ${secretId}`

/** Where secrets of workspaces are sealed. */
export const sealedWorkspaceSecrets: SealedColumn = {
  table: 'workspace_secrets',
  column: 'sealed_value',
  key: ['tenant_id', 'workspace_id', 'secret_id'],
  contextOf: (row) =>
    contextOf({
      tenantId: String(row['tenant_id']),
      workspaceId: String(row['workspace_id']),
      secretId: String(row['secret_id']),
    }),
}

/** @returns false when the workspace has one of this name */
export async function insertSecret(
  tx: Tx,
  vault: Vault,
  place: SecretPlace,
  value: string,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('workspace_secrets')
    .values({
      tenant_id: place.tenantId,
      workspace_id: place.workspaceId,
      secret_id: place.secretId,
      sealed_value: vault.seal(value, contextOf(place)),
      revision: 1,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function selectSecrets(
  reader: Reader,
  tenantId: string,
  workspaceId: string,
): Promise<readonly WorkspaceSecret[]> {
  const rows = await reader
    .selectFrom('workspace_secrets')
    .select(described)
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .orderBy('secret_id')
    .execute()
  return rows.map(secretOf)
}

export async function hasSecrets(reader: Reader, tenantId: string, workspaceId: string): Promise<boolean> {
  return (await selectSecrets(reader, tenantId, workspaceId)).length > 0
}

/** Locked until the transaction ends. */
export async function lockSecret(tx: Tx, place: SecretPlace): Promise<WorkspaceSecret | undefined> {
  const row = await tx
    .selectFrom('workspace_secrets')
    .select(described)
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('secret_id', '=', place.secretId)
    .forUpdate()
    .executeTakeFirst()
  return row && secretOf(row)
}

/** Of a secret that is locked. */
export async function replaceValue(
  tx: Tx,
  vault: Vault,
  secret: WorkspaceSecret,
  value: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('workspace_secrets')
    .set({ sealed_value: vault.seal(value, contextOf(secret)), revision: secret.revision + 1, updated_at: now })
    .where('tenant_id', '=', secret.tenantId)
    .where('workspace_id', '=', secret.workspaceId)
    .where('secret_id', '=', secret.secretId)
    .execute()
}

export async function deleteSecret(tx: Tx, { tenantId, workspaceId, secretId }: SecretPlace): Promise<void> {
  await tx
    .deleteFrom('workspace_secrets')
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('secret_id', '=', secretId)
    .execute()
}

/** For what runs in the workspace; never for an answer. */
export async function openWorkspaceSecret(
  reader: Reader,
  vault: Vault,
  place: SecretPlace,
): Promise<string | undefined> {
  const row = await reader
    .selectFrom('workspace_secrets')
    .select('sealed_value')
    .where('tenant_id', '=', place.tenantId)
    .where('workspace_id', '=', place.workspaceId)
    .where('secret_id', '=', place.secretId)
    .executeTakeFirst()
  return row && vault.openText(row.sealed_value, contextOf(place))
}

const described = ['tenant_id', 'workspace_id', 'secret_id', 'revision', 'created_at'] as const

const secretOf = (row: Pick<Selectable<Tables['workspace_secrets']>, (typeof described)[number]>): WorkspaceSecret => ({
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  secretId: row.secret_id,
  revision: row.revision,
  createdAt: row.created_at,
})
