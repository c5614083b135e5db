import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'

/** How a session ended. Each is a reason of the audit too: `session.` and the word. */
export type SessionEnd =
  | 'sign_out'
  | 'ended_by_user'
  | 'others_ended_by_user'
  | 'password_changed'
  | 'ended_by_administrator'
  | 'organization_suspended'
  | 'over_limit'
  | 'idle'
  | 'expired'
  | 'restored'

/** One person signed in at one browser. */
export interface Session {
  readonly organizationId: OrganizationId
  readonly sessionUid: string
  readonly tenantId: string
  readonly workspaceId: string
  readonly userId: UserId
  /** The user's epoch when the session began; a later one ends it. */
  readonly sessionEpoch: number
  readonly route: string
  /** RFC 8176 words. */
  readonly methods: readonly string[]
  readonly authenticatedAt: Date
  readonly ipAddress: string
  readonly userAgent: string
  readonly createdAt: Date
  /** The person's last visit, to a minute: applications that exchange tokens by themselves do not count. */
  readonly lastSeenAt: Date
  /** The person ticked "Stay signed in", and was allowed to. */
  readonly isRemembered: boolean
  readonly expiresAt: Date
  readonly endedAt: Date | undefined
  readonly endReason: SessionEnd | undefined
}
