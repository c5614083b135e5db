import type { Db } from '../../platform/db/index.ts'
import { listEvents } from '../audit/index.ts'
import type { StoredEvent } from '../audit/index.ts'
import type { DeviceView, SignInEventView } from '../../surfaces/browser/pages/index.ts'
import { endOf, selectOpenSessions } from '../sessions/index.ts'
import { deviceOf } from './device.ts'
import type { Visitor } from './find-visitor.ts'
import { shortenedAddress } from './shortened-address.ts'

/** The sessions of a person that stand, the current one first, then the last used. */
export async function readDevices(db: Db, { user, judged }: Visitor, now: Date): Promise<readonly DeviceView[]> {
  const open = await selectOpenSessions(db.reader, user.organizationId, user.userId)
  const views = open
    .filter(({ session, policy }) => session.sessionEpoch === user.sessionEpoch && endOf(session, policy).at > now)
    .map(({ session }): DeviceView => {
      const place = shortenedAddress(session.ipAddress)
      return {
        sessionUid: session.sessionUid,
        device: deviceOf(session.userAgent),
        ...(place === undefined ? {} : { place }),
        signedInAt: session.authenticatedAt,
        lastSeenAt: session.lastSeenAt,
        isCurrent: session.sessionUid === judged.session.sessionUid,
        isRemembered: session.isRemembered,
      }
    })
  return [...views.filter(({ isCurrent }) => isCurrent), ...views.filter(({ isCurrent }) => !isCurrent)]
}

/** Sign-ins on one page of the history. */
const perPage = 20
/** Ids of events are time-ordered; whatever else an address claims is no place in the list. */
const isEventId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Sign-ins of a person and attempts at them, newest first. @param before the last event of the page before */
export async function readHistory(
  db: Db,
  { user, judged }: Visitor,
  before: string | undefined,
): Promise<{ readonly events: readonly SignInEventView[]; readonly olderThan: string | undefined }> {
  const found = await listEvents(db.reader, {
    tenantId: user.tenantId,
    workspaceId: judged.session.workspaceId,
    organizationId: user.organizationId,
    affectedUserId: user.userId,
    subjects: ['login'],
    actions: ['accepted', 'failed'],
    ...(before !== undefined && isEventId.test(before) ? { afterEventId: before } : {}),
    newestFirst: true,
    limit: perPage + 1,
  })
  const events = found.slice(0, perPage)
  return {
    events: events.map(signInEvent),
    olderThan: found.length > perPage ? events.at(-1)?.eventId : undefined,
  }
}

function signInEvent(event: StoredEvent): SignInEventView {
  const place = event.ipAddress === undefined ? undefined : shortenedAddress(event.ipAddress)
  const route = event.context?.['route']
  return {
    at: event.occurredAt,
    device: deviceOf(event.userAgent ?? ''),
    ...(place === undefined ? {} : { place }),
    ...(route === 'legacy' || route === 'pool' ? { route } : {}),
    result: resultOf(event),
  }
}

/** What the person themselves may know of why: it is their own name and they are signed in. */
function resultOf({ action, reason }: StoredEvent): SignInEventView['result'] {
  if (action === 'accepted') return 'signed_in'
  switch (reason) {
    case 'password.incorrect':
      return 'wrong_password'
    case 'password.must_be_reset':
      return 'reset_needed'
    default:
      return 'refused'
  }
}
