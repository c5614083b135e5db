import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listServerWebhooks,
  listWebhookEvents,
  updateWebhook,
} from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Clock } from '../../platform/clock/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { mayBeAsked } from '../../platform/fetch/index.ts'
import type { Random } from '../../platform/random/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { Problem } from '../../problem/index.ts'
import type { ExpectedRevisions, ManagementCaller, Mount } from '../../surfaces/management/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findWorkspace, lockWorkspace } from '../tenancy/index.ts'
import { eventsFault, webhookSubjects } from './webhook-events.ts'
import * as store from './webhooks.store.ts'
import type { Webhook, WebhookPlace } from './webhooks.store.ts'

export interface WebhookRouteNeeds {
  readonly db: Db
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  /** `host:port` that may be asked although they are not public. */
  readonly allowedHosts: readonly string[]
}

// Divergence D-62
/** Where news is to be sent. Nothing is sent yet. */
export function mountWebhooks(mount: Mount, needs: WebhookRouteNeeds): void {
  const { db, vault } = needs
  const answer = (webhook: Webhook) => ({ body: shown(webhook), revision: webhook.revision })

  mount(listServerWebhooks, async ({ caller, params }) => {
    await requireWorkspace(db, caller, params.wid)
    return { body: { webhooks: (await store.selectWebhooks(db.reader, caller.tenantId, params.wid)).map(shown) } }
  })

  mount(listWebhookEvents, async ({ caller, params }) => {
    await requireWorkspace(db, caller, params.wid)
    return { body: { subjects: webhookSubjects } }
  })

  mount(getWebhook, async ({ caller, params }) =>
    answer(found(await store.findWebhook(db.reader, placeOf(caller, params)))),
  )

  mount(createWebhook, async ({ caller, params, body }) => {
    const place = placeOf(caller, { wid: params.wid, webhookID: body.webhook_id ?? needs.random.uuid() })
    requirePlace(body, place)
    if (body.url === undefined) throw new Problem('request.invalid', 'Say with url where news is to be sent.')
    const webhook = changed({ ...place, url: body.url, isActive: true, events: {}, revision: 1 }, body, needs)
    const apiKey = body.api_key ?? needs.random.secret()
    await db.transaction(async (tx) => {
      // Held, so that it is not taken away meanwhile.
      if (!(await lockWorkspace(tx, caller.tenantId, params.wid))) throw new Problem('workspace.not_found')
      if (!(await store.insertWebhook(tx, vault, webhook, apiKey, needs.clock.now()))) {
        throw new Problem('webhook.id_taken')
      }
      await record(tx, needs, caller, webhook, 'created')
    })
    return { body: { ...shown(webhook), api_key: apiKey }, revision: 1 }
  })

  mount(updateWebhook, async ({ caller, params, body, expected }) => {
    const place = placeOf(caller, params)
    requirePlace(body, place)
    return answer(
      await db.transaction(async (tx) => {
        const webhook = changed(await locked(tx, place, expected), body, needs)
        await store.updateWebhook(tx, vault, webhook, body.api_key, needs.clock.now())
        await record(tx, needs, caller, webhook, 'updated')
        return { ...webhook, revision: webhook.revision + 1 }
      }),
    )
  })

  mount(deleteWebhook, async ({ caller, params, expected }) => {
    await db.transaction(async (tx) => {
      const webhook = await locked(tx, placeOf(caller, params), expected)
      await store.deleteWebhook(tx, webhook)
      await record(tx, needs, caller, webhook, 'deleted')
    })
    return { body: undefined }
  })
}

const placeOf = (
  { tenantId }: ManagementCaller,
  { wid, webhookID }: { readonly wid: string; readonly webhookID: string },
): WebhookPlace => ({ tenantId, workspaceId: wid, webhookId: webhookID })

async function requireWorkspace(db: Db, { tenantId }: ManagementCaller, wid: string): Promise<void> {
  if (!(await findWorkspace(db.reader, tenantId, wid))) throw new Problem('workspace.not_found')
}

function found(webhook: Webhook | undefined): Webhook {
  if (!webhook) throw new Problem('webhook.not_found')
  return webhook
}

async function locked(tx: Tx, place: WebhookPlace, expected: ExpectedRevisions): Promise<Webhook> {
  const webhook = found(await store.lockWebhook(tx, place))
  if (expected !== undefined && !expected.includes(webhook.revision)) throw new Problem('request.conflict')
  return webhook
}

/** A body may repeat what the address says, and not change it. */
function requirePlace(body: wire.WebhookInput, place: WebhookPlace): void {
  const said = [
    ['tenant_id', body.tenant_id, place.tenantId],
    ['server_id', body.server_id, place.workspaceId],
    ['webhook_id', body.webhook_id, place.webhookId],
  ] as const
  const other = said.find(([, given, own]) => given !== undefined && given !== own)
  if (other) throw new Problem('request.invalid', `${other[0]} is another one than that of the address.`)
}

/** @throws Problem `request.invalid` for an address that would never be asked, or events that there are not */
function changed(webhook: Webhook, body: wire.WebhookInput, { allowedHosts }: WebhookRouteNeeds): Webhook {
  if (body.insecure === true)
    throw new Problem('request.invalid', 'News is only sent where the other side proves itself.')
  if (body.url !== undefined && !mayBeAsked(body.url, allowedHosts)) {
    throw new Problem('request.invalid', 'url must be an https address of a public host, without a user.')
  }
  const wrong = eventsFault(body.events ?? {})
  if (wrong !== undefined)
    throw new Problem('request.invalid', 'One of the events is none; listWebhookEvents names all.')
  return {
    ...webhook,
    url: body.url ?? webhook.url,
    isActive: body.active ?? webhook.isActive,
    events: body.events ?? webhook.events,
  }
}

const shown = (webhook: Webhook): wire.Webhook => ({
  webhook_id: webhook.webhookId,
  url: webhook.url,
  active: webhook.isActive,
  insecure: false,
  events: Object.fromEntries(Object.entries(webhook.events).map(([subject, actions]) => [subject, [...actions]])),
})

const record = (
  tx: Tx,
  needs: WebhookRouteNeeds,
  { facts }: ManagementCaller,
  { tenantId, workspaceId, webhookId }: Webhook,
  action: 'created' | 'deleted' | 'updated',
): Promise<void> =>
  recordEvents(tx, needs, facts, [
    {
      tenantId,
      workspaceId,
      subject: 'server',
      action: 'updated',
      payload: { id: workspaceId, webhook_id: webhookId, webhook: action },
    },
  ])
