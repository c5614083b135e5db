import type { ManagementClient } from '../../management/management-client.ts'
import { usersPath } from '../../management/create-pools.ts'

/** What happened, as Gatehouse's management API tells it, in the parts that the page shows. */
export interface OfficeEvent {
  readonly id: string
  readonly at: Date
  readonly subject: string
  readonly action: string
  readonly reason: string | undefined
  readonly route: string | undefined
  readonly organizationId: string | undefined
  readonly userId: string | undefined
  readonly poolId: string | undefined
  readonly clientId: string | undefined
  /** As it was typed; known for refusals of names that exist. */
  readonly typedUsername: string | undefined
}

export interface EventQuery {
  readonly organizationId: string | undefined
  readonly subjects: readonly string[]
  readonly actions: readonly string[]
  /** Only those before this event; absent: the newest. */
  readonly olderThan: string | undefined
  readonly limit: number
}

/** The newest first. */
export async function readEvents(
  api: ManagementClient,
  tenantId: string,
  { organizationId, subjects, actions, olderThan, limit }: EventQuery,
): Promise<readonly OfficeEvent[]> {
  const query = new URLSearchParams({ limit: String(limit), order: 'desc' })
  if (organizationId !== undefined) query.set('organization_id', organizationId)
  if (subjects.length > 0) query.set('event_subject', subjects.join(','))
  if (actions.length > 0) query.set('event_action', actions.join(','))
  // In the order that is asked for, what is older comes after.
  if (olderThan !== undefined) query.set('after_event_id', olderThan)
  const { body } = await api.request('GET', `/api/system/${tenantId}/servers/portal/audit-events?${query.toString()}`)
  return (body as { audit_events: readonly WireEvent[] }).audit_events.map(fromWire)
}

interface WireEvent {
  readonly event_id: string
  readonly timestamp: string
  readonly event_subject: string
  readonly action: string
  readonly context: Readonly<Record<string, string | undefined>>
  readonly metadata: Readonly<Record<string, string | undefined>>
  readonly payload?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
}

function fromWire({
  event_id: id,
  timestamp,
  event_subject: subject,
  action,
  context,
  metadata,
  payload,
}: WireEvent): OfficeEvent {
  const typed = payload?.[`${subject}_${action}`]?.['username']
  const organizationId = metadata['organization_id']
  return {
    id,
    at: new Date(timestamp),
    subject,
    action,
    reason: context['reason'],
    route: context['route'],
    organizationId,
    userId: metadata['affected_user_id'] ?? metadata['user_id'],
    poolId:
      metadata['affected_user_pool_id'] ?? metadata['user_pool_id'] ?? (organizationId && `${organizationId}-staff`),
    clientId: metadata['client_id'],
    typedUsername: typeof typed === 'string' ? typed : undefined,
  }
}

const namesKept = 2000

/** Looks up what people are called, and remembers it: user names do not change here. */
export function createNames(
  api: ManagementClient,
  tenantId: string,
): (event: OfficeEvent) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>()
  return async ({ userId, poolId, typedUsername }) => {
    if (typedUsername !== undefined) return typedUsername
    if (userId === undefined || poolId === undefined) return undefined
    const found = known.get(userId) ?? readName(userId, poolId)
    known.set(userId, found)
    if (known.size > namesKept) known.delete(known.keys().next().value ?? '')
    const name = await found
    if (name === undefined) known.delete(userId)
    return name
  }

  async function readName(userId: string, poolId: string): Promise<string | undefined> {
    const path = `${usersPath(tenantId, poolId)}/${encodeURIComponent(userId)}`
    const { status, body } = await api
      .request('GET', path, { expected: [200, 404] })
      .catch(() => ({ status: 0, body: undefined }))
    if (status !== 200) return undefined
    const { identifiers } = body as { identifiers: readonly { readonly type: string; readonly identifier: string }[] }
    return identifiers.find((identifier) => identifier.type === 'uid')?.identifier
  }
}
