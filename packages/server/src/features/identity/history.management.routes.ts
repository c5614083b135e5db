import { listUserHistory } from '@gatehouse/contract'
import type * as wire from '@gatehouse/contract'
import type { Reader } from '../../platform/db/index.ts'
import type { Mount } from '../../surfaces/management/index.ts'
import { listEvents } from '../audit/index.ts'
import type { StoredEvent } from '../audit/index.ts'
import { poolId } from '../pools/index.ts'
import { poolOf, userOf } from './read-local.ts'
import { tellEvent } from './tell-event.ts'
import { readUserId } from './users.management.routes.ts'

/** Ours: everything that happened to one person, told. */
export function mountHistory(mount: Mount, needs: { readonly reader: Reader }): void {
  // Divergence D-35
  mount(listUserHistory, async ({ caller, params, query }) => {
    const pool = await poolOf(needs.reader, caller, poolId(params.ipID))
    const user = await userOf(needs.reader, pool, readUserId(params.userID))
    const events = await listEvents(needs.reader, {
      tenantId: pool.tenantId,
      workspaceId: pool.workspaceId,
      organizationId: pool.organizationId,
      affectedUserId: user.userId,
      afterEventId: query.after_event_id,
      newestFirst: true,
      limit: query.limit ?? 20,
    })
    return { body: { history: events.map(shown) } }
  })
}

const shown = (event: StoredEvent): wire.HistoryEntry => ({
  event_id: event.eventId,
  timestamp: event.occurredAt.toISOString(),
  text: tellEvent(event),
  event_subject: event.subject,
  action: event.action,
  ...(event.reason === undefined ? {} : { reason: event.reason }),
  ...(event.userId === undefined ? {} : { user_id: event.userId }),
  ...(event.clientId === undefined ? {} : { client_id: event.clientId }),
  ...(event.ipAddress === undefined ? {} : { ip: event.ipAddress }),
  ...(event.userAgent === undefined ? {} : { user_agent: event.userAgent }),
})
