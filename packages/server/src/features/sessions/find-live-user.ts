import type { Reader } from '../../platform/db/index.ts'
import { findHome } from '../directory/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { findUser, maySignIn, userId } from '../users/index.ts'
import type { User } from '../users/index.ts'
import { findSession } from './sessions.store.ts'
import type { Session } from './sessions.store.ts'

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
  /** The session that was asked about. */
  readonly session: Session | undefined
}

/**
 * The person behind a `sub`, if they may still act: the user is active and the session they act in has not been ended,
 * by themselves, by a deactivation or by a new password. Asked at every use of a session, code or token.
 *
 * @param sessionUid absent only where no session is involved yet
 */
export async function findLiveUser(
  reader: Reader,
  homeOf: HomeOf,
  subject: string,
  sessionUid: string | undefined,
): Promise<LiveUser | undefined> {
  if (!isUuid.test(subject)) return undefined
  const organization = await homeOf(subject)
  if (organization === undefined) return undefined
  const [user, session] = await Promise.all([
    findUser(reader, organization, userId(subject)),
    sessionUid === undefined ? undefined : findSession(reader, organization, sessionUid),
  ])
  if (!user || !maySignIn(user)) return undefined
  if (sessionUid === undefined) return { user, session: undefined }
  const isAlive =
    session !== undefined &&
    session.endedAt === undefined &&
    session.userId === user.userId &&
    session.sessionEpoch === user.sessionEpoch
  return isAlive ? { user, session } : undefined
}

const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
