import { sql } from 'kysely'
import type { Reader, Tx } from '../../platform/db/index.ts'
import type { Tables } from '../../platform/db/index.ts'
import type { Insertable, Selectable } from 'kysely'
import type { EventAction, EventSubject, Reason, StoredEvent } from './event.ts'

export async function insertEvents(tx: Tx, rows: readonly Insertable<Tables['audit_events']>[]): Promise<void> {
  if (rows.length > 0)
    await tx
      .insertInto('audit_events')
      .values([...rows])
      .execute()
}

export interface EventFilter {
  readonly tenantId: string
  readonly workspaceId: string
  readonly organizationId?: string | undefined
  readonly userId?: string | undefined
  readonly affectedUserId?: string | undefined
  readonly affectedUserPoolId?: string | undefined
  readonly userPoolId?: string | undefined
  readonly clientId?: string | undefined
  readonly sessionId?: string | undefined
  readonly correlationId?: string | undefined
  readonly ipAddress?: string | undefined
  /** Of a group itself, or of somebody's membership in it. */
  readonly groupId?: string | undefined
  readonly subjects?: readonly string[] | undefined
  readonly actions?: readonly string[] | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Event ids are time-ordered, so an id is a place in the list. */
  readonly beforeEventId?: string | undefined
  readonly afterEventId?: string | undefined
  readonly newestFirst: boolean
  readonly limit: number
}

export async function selectEvents(reader: Reader, filter: EventFilter): Promise<StoredEvent[]> {
  let query = reader
    .selectFrom('audit_events')
    .selectAll()
    .where('tenant_id', '=', filter.tenantId)
    .where('workspace_id', '=', filter.workspaceId)
  if (filter.organizationId !== undefined) query = query.where('organization_id', '=', filter.organizationId)
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId)
  if (filter.affectedUserId !== undefined) query = query.where('affected_user_id', '=', filter.affectedUserId)
  if (filter.userPoolId !== undefined) query = query.where('user_pool_id', '=', filter.userPoolId)
  if (filter.affectedUserPoolId !== undefined)
    query = query.where('affected_user_pool_id', '=', filter.affectedUserPoolId)
  if (filter.clientId !== undefined) query = query.where('client_id', '=', filter.clientId)
  if (filter.sessionId !== undefined) query = query.where('session_id', '=', filter.sessionId)
  if (filter.correlationId !== undefined) query = query.where('authorization_correlation_id', '=', filter.correlationId)
  if (filter.ipAddress !== undefined) query = query.where('ip_address', '=', filter.ipAddress)
  const { groupId } = filter
  if (groupId !== undefined) {
    query = query.where((where) =>
      where.or([
        where(sql<string>`payload->>'group_id'`, '=', groupId),
        where.and([where('subject', '=', 'group'), where(sql<string>`payload->>'id'`, '=', groupId)]),
      ]),
    )
  }
  if (filter.subjects !== undefined && filter.subjects.length > 0)
    query = query.where('subject', 'in', [...filter.subjects])
  if (filter.actions !== undefined && filter.actions.length > 0)
    query = query.where('action', 'in', [...filter.actions])
  if (filter.from !== undefined) query = query.where('occurred_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('occurred_at', '<=', filter.to)
  const olderId = filter.newestFirst ? filter.afterEventId : filter.beforeEventId
  const newerId = filter.newestFirst ? filter.beforeEventId : filter.afterEventId
  if (olderId !== undefined) query = query.where('event_id', '<', olderId)
  if (newerId !== undefined) query = query.where('event_id', '>', newerId)
  const rows = await query
    .orderBy('event_id', filter.newestFirst ? 'desc' : 'asc')
    .limit(filter.limit)
    .execute()
  return rows.map(storedEvent)
}

function storedEvent(row: Selectable<Tables['audit_events']>): StoredEvent {
  return {
    eventId: row.event_id,
    occurredAt: row.occurred_at,
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    organizationId: row.organization_id === row.workspace_id ? undefined : row.organization_id,
    // Written by `recordEvents` only, from these very unions.
    subject: row.subject as EventSubject,
    action: row.action as EventAction,
    reason: (row.reason ?? undefined) as Reason | undefined,
    userId: row.user_id ?? undefined,
    userPoolId: row.user_pool_id ?? undefined,
    affectedUserId: row.affected_user_id ?? undefined,
    affectedUserPoolId: row.affected_user_pool_id ?? undefined,
    clientId: row.client_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    authorizationCorrelationId: row.authorization_correlation_id ?? undefined,
    requestId: row.request_id ?? undefined,
    ipAddress: row.ip_address ?? undefined,
    userAgent: row.user_agent ?? undefined,
    payload: row.payload,
    context: row.context,
  }
}
