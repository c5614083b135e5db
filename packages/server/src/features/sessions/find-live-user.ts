import type { Reader } from '../../platform/db/index.ts'
import { findHome } from '../directory/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { findUser, maySignIn, userId } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { addSeconds } from '../../platform/clock/index.ts'
import { endOf } from './session-policy.ts'
import type { SessionEnd } from './session.ts'
import { findSession } from './sessions.store.ts'
import type { JudgedSession } from './sessions.store.ts'

/** Which organization a person is in never changes, so whoever asks may remember the answer. */
export type HomeOf = (id: string) => Promise<OrganizationId | undefined>

export function rememberedHomes(reader: () => Reader, remembered: Map<string, OrganizationId>, atMost: number): HomeOf {
  return async (id) => {
    const known = remembered.get(id)
    if (known !== undefined) return known
    const home = await findHome(reader(), id)
    if (!home) return undefined
    if (remembered.size >= atMost) remembered.clear()
    remembered.set(id, home.organizationId)
    return home.organizationId
  }
}

export interface LiveUser {
  readonly user: User
  /** Absent where none was asked about. */
  readonly judged: JudgedSession | undefined
}

/**
 * What is used: the session itself and all that ends with it, or what an application was allowed to keep beyond it
 * (`offline_access`). The latter outlives signing out in that browser and the session's own limits, never what somebody
 * did to end it.
 */
export type Use = 'session' | 'offline'

/**
 * The person behind a `sub`, if they may still act: the user is active, and the session they act in is not over by its age
 * and has not been ended, by themselves, by a deactivation, by a new password or with their organization. Asked at every
 * use of a session, code or token, on every node, of the database.
 *
 * @param sessionUid absent only where no session is involved yet
 * @param beside asked for their organization before the person is read: what it reads too travels with that
 */
export async function findLiveUser(
  reader: Reader,
  homeOf: HomeOf,
  now: Date,
  subject: string,
  sessionUid: string | undefined,
  use: Use = 'session',
  beside?: (home: OrganizationId) => void,
): Promise<LiveUser | undefined> {
  if (!isUuid.test(subject)) return undefined
  const organization = await homeOf(subject)
  if (organization === undefined) return undefined
  beside?.(organization)
  const [user, judged] = await Promise.all([
    findUser(reader, organization, userId(subject)),
    sessionUid === undefined ? undefined : findSession(reader, organization, sessionUid),
  ])
  if (!user || !maySignIn(user)) return undefined
  if (sessionUid === undefined) return { user, judged: undefined }
  return judged && isAlive(judged, user, now, use) ? { user, judged } : undefined
}

function isAlive(
  { session, policy, isOrganizationSuspended }: JudgedSession,
  user: User,
  now: Date,
  use: Use,
): boolean {
  const isTheirs = session.userId === user.userId && session.sessionEpoch === user.sessionEpoch
  if (isOrganizationSuspended || !isTheirs) return false
  if (use === 'session') return session.endedAt === undefined && endOf(session, policy).at > now
  const isLeft = session.endReason === undefined || leavesApplications.has(session.endReason)
  return isLeft && addSeconds(session.authenticatedAt, policy.offlineSeconds) > now
}

/** Ends of a browser's session that are no word about the applications. */
const leavesApplications: ReadonlySet<SessionEnd> = new Set(['sign_out', 'idle', 'expired', 'over_limit'])

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
