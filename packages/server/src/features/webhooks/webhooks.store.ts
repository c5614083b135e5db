import type { Selectable } from 'kysely'
import type { Reader, SealedColumn, Tables, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface WebhookPlace {
  readonly tenantId: string
  readonly workspaceId: string
  readonly webhookId: string
}

/** Where news of a workspace is to be sent. Its key is not in here. */
export interface Webhook extends WebhookPlace {
  readonly url: string
  readonly isActive: boolean
  /** Actions by the subject that they happen to. */
  readonly events: Readonly<Record<string, readonly string[]>>
  readonly revision: number
}

const contextOf = ({ tenantId, workspaceId, webhookId }: WebhookPlace): string =>
  `webhook ${tenantId}/${workspaceId}/${webhookId}`

/** Where keys of webhooks are sealed. */
export const sealedWebhooks: SealedColumn = {
  table: 'webhooks',
  column: 'sealed_api_key',
  key: ['tenant_id', 'workspace_id', 'webhook_id'],
  contextOf: (row) =>
    contextOf({
      tenantId: String(row['tenant_id']),
      workspaceId: String(row['workspace_id']),
      webhookId: String(row['webhook_id']),
    }),
}

/** @param apiKey absent: one is still to be set. @returns false when the id is taken */
export async function insertWebhook(
  tx: Tx,
  vault: Vault,
  webhook: Webhook,
  apiKey: string | undefined,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('webhooks')
    .values({
      tenant_id: webhook.tenantId,
      workspace_id: webhook.workspaceId,
      webhook_id: webhook.webhookId,
      url: webhook.url,
      is_active: webhook.isActive,
      events: JSON.stringify(webhook.events),
      sealed_api_key: apiKey === undefined ? null : vault.seal(apiKey, contextOf(webhook)),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function selectWebhooks(reader: Reader, tenantId: string, workspaceId: string): Promise<Webhook[]> {
  const rows = await reader
    .selectFrom('webhooks')
    .select(columns)
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .orderBy('webhook_id')
    .execute()
  return rows.map(webhookOf)
}

export async function findWebhook(reader: Reader, place: WebhookPlace): Promise<Webhook | undefined> {
  const row = await at(reader, place).executeTakeFirst()
  return row && webhookOf(row)
}

/** Held until the transaction ends. */
export async function lockWebhook(tx: Tx, place: WebhookPlace): Promise<Webhook | undefined> {
  const row = await at(tx, place).forUpdate().executeTakeFirst()
  return row && webhookOf(row)
}

/** Of one that is locked. @param apiKey absent: it stays */
export async function updateWebhook(
  tx: Tx,
  vault: Vault,
  webhook: Webhook,
  apiKey: string | undefined,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('webhooks')
    .set({
      url: webhook.url,
      is_active: webhook.isActive,
      events: JSON.stringify(webhook.events),
      ...(apiKey === undefined ? {} : { sealed_api_key: vault.seal(apiKey, contextOf(webhook)) }),
      revision: webhook.revision + 1,
      updated_at: now,
    })
    .where('tenant_id', '=', webhook.tenantId)
    .where('workspace_id', '=', webhook.workspaceId)
    .where('webhook_id', '=', webhook.webhookId)
    .execute()
}

export async function deleteWebhook(tx: Tx, { tenantId, workspaceId, webhookId }: WebhookPlace): Promise<void> {
  await tx
    .deleteFrom('webhooks')
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('webhook_id', '=', webhookId)
    .execute()
}

/** Of a workspace that is taken away. */
export async function deleteWebhooksOf(tx: Tx, tenantId: string, workspaceId: string): Promise<void> {
  await tx.deleteFrom('webhooks').where('tenant_id', '=', tenantId).where('workspace_id', '=', workspaceId).execute()
}

const columns = ['tenant_id', 'workspace_id', 'webhook_id', 'url', 'is_active', 'events', 'revision'] as const

const at = (reader: Reader, { tenantId, workspaceId, webhookId }: WebhookPlace) =>
  reader
    .selectFrom('webhooks')
    .select(columns)
    .where('tenant_id', '=', tenantId)
    .where('workspace_id', '=', workspaceId)
    .where('webhook_id', '=', webhookId)

const webhookOf = (row: Pick<Selectable<Tables['webhooks']>, (typeof columns)[number]>): Webhook => ({
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  webhookId: row.webhook_id,
  url: row.url,
  isActive: row.is_active,
  events: row.events as Webhook['events'],
  revision: row.revision,
})
