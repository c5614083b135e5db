import type { Clock } from '../../platform/clock/index.ts'
import { tell } from '../../platform/db/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Random } from '../../platform/random/index.ts'
import { insertEvents } from './audit.store.ts'
import type { AuditEvent, RequestFacts } from './event.ts'

/** Longer user agents are cut: they come from outside and are kept for years. */
const longestUserAgent = 400

/**
 * Writes what happened in the transaction that makes it happen: both stand or neither.
 *
 * Events of one call keep their order; ids are time-ordered (RFC 9562 §5.7).
 */
export async function recordEvents(
  tx: Tx,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  facts: RequestFacts,
  events: readonly AuditEvent[],
): Promise<void> {
  for (const { subject, action, reason, context } of events) {
    const route = context?.['route']
    const told: Recorded = {
      kind: 'audit event',
      subject,
      action,
      reason,
      route: typeof route === 'string' ? route : undefined,
    }
    tell(told)
  }
  const now = clock.now()
  // Ids of one millisecond are in no order of their own.
  const ids = events.map(() => random.uuid()).toSorted()
  await insertEvents(
    tx,
    events.map((event, at) => ({
      organization_id: event.organizationId ?? event.workspaceId,
      event_id: ids[at] ?? random.uuid(),
      tenant_id: event.tenantId,
      workspace_id: event.workspaceId,
      subject: event.subject,
      action: event.action,
      reason: event.reason ?? null,
      user_id: event.userId ?? facts.userId ?? null,
      user_pool_id: event.userPoolId ?? null,
      affected_user_id: event.affectedUserId ?? null,
      affected_user_pool_id: event.affectedUserPoolId ?? null,
      client_id: event.clientId ?? facts.clientId ?? null,
      session_id: event.sessionId ?? facts.sessionId ?? null,
      authorization_correlation_id: event.authorizationCorrelationId ?? null,
      request_id: facts.requestId,
      ip_address: facts.ipAddress,
      user_agent: facts.userAgent.slice(0, longestUserAgent),
      context: JSON.stringify(event.context ?? {}),
      payload: JSON.stringify(event.payload ?? {}),
      occurred_at: now,
    })),
  )
}

/** What listeners of the database hear of each event when its transaction stands. */
export interface Recorded {
  readonly kind: 'audit event'
  readonly subject: string
  readonly action: string
  readonly reason: string | undefined
  readonly route: string | undefined
}

export const isRecorded = (fact: { readonly kind: string }): fact is Recorded => fact.kind === 'audit event'
