import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import type { UserId } from '../users/index.ts'

export type SessionEnd = 'sign_out' | 'replaced' | 'ended_by_user' | 'ended_by_administrator'

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
  readonly expiresAt: Date
  readonly endedAt: Date | undefined
}

/** A session begins, or the same browser proves the same or another person again. */
export async function saveSession(tx: Tx, session: Omit<Session, 'endedAt'>): Promise<void> {
  const values = {
    user_id: session.userId,
    session_epoch: session.sessionEpoch,
    route: session.route,
    methods: JSON.stringify(session.methods),
    authenticated_at: session.authenticatedAt,
    ip_address: session.ipAddress,
    user_agent: session.userAgent.slice(0, 400),
    expires_at: session.expiresAt,
    ended_at: null,
    end_reason: null,
  }
  await tx
    .insertInto('sessions')
    .values({
      organization_id: session.organizationId,
      session_uid: session.sessionUid,
      tenant_id: session.tenantId,
      workspace_id: session.workspaceId,
      created_at: session.createdAt,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'session_uid']).doUpdateSet(values))
    .execute()
}

export async function findSession(
  reader: Reader,
  organization: OrganizationId,
  uid: string,
): Promise<Session | undefined> {
  const row = await reader
    .selectFrom('sessions')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('session_uid', '=', uid)
    .executeTakeFirst()
  return row && sessionOf(row)
}

/** @returns the session as it was, or undefined when there is none or it has ended already */
export async function endSession(
  tx: Tx,
  organization: OrganizationId,
  uid: string,
  reason: SessionEnd,
  now: Date,
): Promise<Session | undefined> {
  const row = await tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('organization_id', '=', organization)
    .where('session_uid', '=', uid)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row && sessionOf(row)
}

const sessionOf = (row: Selectable<Tables['sessions']>): Session => ({
  organizationId: organizationId(row.organization_id),
  sessionUid: row.session_uid,
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  userId: userId(row.user_id),
  sessionEpoch: row.session_epoch,
  route: row.route,
  methods: row.methods,
  authenticatedAt: row.authenticated_at,
  ipAddress: row.ip_address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at ?? undefined,
})
