import { listAuditEvents } from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Static } from 'typebox'
import type { Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { findIssuer } from '../tenancy/index.ts'
import { selectEvents } from './audit.store.ts'
import type { EventFilter } from './audit.store.ts'
import type { StoredEvent } from './event.ts'

/** @param needs.reader asked for at each request */
export function mountAuditEvents(mount: Mount, needs: { readonly reader: () => Reader }): void {
  mount(listAuditEvents, async ({ caller, params, query }) => {
    const issuer = await findIssuer(needs.reader(), caller.tenantId, params.wid)
    if (!issuer) throw new Problem('workspace.not_found')
    const own = issuer.organization?.organizationId
    const filter = readFilter(query, caller.tenantId, issuer.workspace.workspaceId, own)
    const events = filter ? await nearest(filter, (page) => selectEvents(needs.reader(), page)) : []
    return { body: { audit_events: events.map(shown) } }
  })
}

type Query = Static<typeof listAuditEvents.query>

/** @returns undefined for a filter that no event can meet: these words belong to things we write no events about */
function readFilter(
  query: Query,
  tenantId: string,
  workspaceId: string,
  own: string | undefined,
): EventFilter | undefined {
  const { idp_id, idp_method, idp_subject, group_id, subject, user_id, organization_id } = query
  if (idp_id ?? idp_method ?? idp_subject) return undefined
  if (own !== undefined && organization_id !== undefined && own !== organization_id) return undefined
  if (subject !== undefined && (!uuid.test(subject) || (user_id !== undefined && user_id !== subject))) return undefined
  return {
    tenantId,
    workspaceId,
    organizationId: own ?? organization_id,
    userId: user_id ?? subject,
    affectedUserId: query.affected_user_id,
    affectedUserPoolId: query.affected_user_pool_id,
    userPoolId: query.user_pool_id,
    clientId: query.client_id,
    sessionId: query.session_id,
    correlationId: query.authorization_correlation_id,
    ipAddress: query.ip,
    groupId: group_id,
    subjects: query.event_subject,
    actions: query.event_action,
    from: query.timestamp_from === undefined ? undefined : new Date(query.timestamp_from),
    to: query.timestamp_to === undefined ? undefined : new Date(query.timestamp_to),
    beforeEventId: query.before_event_id,
    afterEventId: query.after_event_id,
    newestFirst: query.order !== 'asc',
    limit: query.limit ?? 20,
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A page back is the one next to the given event, so it is read from there backwards and turned around. */
async function nearest(
  filter: EventFilter,
  select: (filter: EventFilter) => Promise<readonly StoredEvent[]>,
): Promise<readonly StoredEvent[]> {
  if (filter.beforeEventId === undefined || filter.afterEventId !== undefined) return select(filter)
  const { beforeEventId, newestFirst } = filter
  const backwards = { ...filter, beforeEventId: undefined, afterEventId: beforeEventId, newestFirst: !newestFirst }
  return (await select(backwards)).toReversed()
}

function shown(event: StoredEvent): wire.AuditEvent {
  return {
    event_id: event.eventId,
    timestamp: event.occurredAt.toISOString(),
    tenant_id: event.tenantId,
    server_id: event.workspaceId,
    event_subject: event.subject,
    action: event.action,
    context: {
      ...texts(event.context ?? {}),
      ...(event.reason === undefined ? {} : { reason: event.reason }),
    },
    metadata: known({
      affected_user_id: event.affectedUserId,
      affected_user_pool_id: event.affectedUserPoolId,
      authorization_correlation_id: event.authorizationCorrelationId,
      client_id: event.clientId,
      group_id: groupOf(event),
      ip: event.ipAddress,
      organization_id: event.organizationId,
      request_correlation_id: event.requestId,
      session_id: event.sessionId,
      subject: event.userId,
      user_agent: event.userAgent,
      user_id: event.userId,
      user_pool_id: event.userPoolId,
    }),
    ...(Object.keys(event.payload ?? {}).length === 0
      ? {}
      : { payload: { [`${event.subject}_${event.action}`]: { ...placeOf(event), ...event.payload } } }),
  }
}

/** The group that an event is of, or that somebody came into or went out of. */
function groupOf({ subject, payload }: StoredEvent): string | undefined {
  const id = payload?.['group_id'] ?? (subject === 'group' ? payload?.['id'] : undefined)
  return typeof id === 'string' ? id : undefined
}

/** What the vendor's payload of these subjects always says. */
function placeOf({ subject, tenantId, workspaceId, clientId }: StoredEvent): Record<string, string> {
  if (subject === 'server') return { tenant_id: tenantId }
  if (subject !== 'client') return {}
  return {
    tenant_id: tenantId,
    authorization_server_id: workspaceId,
    ...(clientId === undefined ? {} : { client_id: clientId }),
  }
}

/** The wire has texts only. */
const texts = (context: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const known = <T extends Record<string, unknown>>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>
