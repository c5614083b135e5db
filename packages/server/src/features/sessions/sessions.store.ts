import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { organizationId } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { userId } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import { endOf, policyOf } from './session-policy.ts'
import type { SessionPolicy } from './session-policy.ts'
import type { Session, SessionEnd } from './session.ts'

/** A session begins, or the same browser proves the same or another person again. */
export async function saveSession(
  tx: Tx,
  session: Omit<Session, 'endedAt' | 'endReason'>,
  policy: SessionPolicy,
): Promise<void> {
  const values = {
    user_id: session.userId,
    session_epoch: session.sessionEpoch,
    route: session.route,
    methods: JSON.stringify(session.methods),
    authenticated_at: session.authenticatedAt,
    ip_address: session.ipAddress,
    user_agent: session.userAgent.slice(0, 400),
    expires_at: session.expiresAt,
    last_seen_at: session.lastSeenAt,
    over_at: endOf(session, policy).at,
    is_remembered: session.isRemembered,
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

/** A session with all that decides whether it still stands. */
export interface JudgedSession {
  readonly session: Session
  readonly policy: SessionPolicy
  readonly isOrganizationSuspended: boolean
}

/** One statement: the organization's rules are read with the session, so a change of them is seen at the next use. */
export async function findSession(
  reader: Reader,
  organization: OrganizationId,
  uid: string,
): Promise<JudgedSession | undefined> {
  const row = await judged(reader)
    .where('sessions.organization_id', '=', organization)
    .where('sessions.session_uid', '=', uid)
    .executeTakeFirst()
  return row && judgedOf(row)
}

/** Sessions of a person that have not been ended, the last used first; some of them may be over by their age. */
export async function selectOpenSessions(
  reader: Reader,
  organization: OrganizationId,
  user: UserId,
): Promise<JudgedSession[]> {
  const rows = await judged(reader)
    .where('sessions.organization_id', '=', organization)
    .where('sessions.user_id', '=', user)
    .where('sessions.ended_at', 'is', null)
    .orderBy((order) => order.fn.coalesce('sessions.last_seen_at', 'sessions.authenticated_at'), 'desc')
    .orderBy('sessions.session_uid')
    .execute()
  return rows.map(judgedOf)
}

/** Sessions of all organizations that nobody has ended and whose time, as last reckoned, has passed. */
export async function selectOverdueSessions(reader: Reader, now: Date, limit: number): Promise<JudgedSession[]> {
  const rows = await judged(reader)
    .where('sessions.ended_at', 'is', null)
    .where('sessions.over_at', '<=', now)
    .orderBy('sessions.over_at')
    .limit(limit)
    .execute()
  return rows.map(judgedOf)
}

/** Sessions that stand in spite of their organization, which was suspended. */
export async function selectSuspendedSessions(reader: Reader, limit: number): Promise<JudgedSession[]> {
  const rows = await judged(reader)
    .where('sessions.ended_at', 'is', null)
    .where('organizations.suspended_at', 'is not', null)
    .limit(limit)
    .execute()
  return rows.map(judgedOf)
}

const judged = (reader: Reader) =>
  reader
    .selectFrom('sessions')
    .innerJoin('organizations', (join) =>
      join
        .onRef('organizations.tenant_id', '=', 'sessions.tenant_id')
        .onRef('organizations.organization_id', '=', 'sessions.organization_id'),
    )
    .innerJoin('workspaces', (join) =>
      join
        .onRef('workspaces.tenant_id', '=', 'organizations.tenant_id')
        .onRef('workspaces.workspace_id', '=', 'organizations.workspace_id'),
    )
    .selectAll('sessions')
    .select([
      'organizations.suspended_at as suspended_at',
      'organizations.session_settings as organization_settings',
      'workspaces.session_settings as workspace_settings',
    ])

/** What a session of an organization lives by, before there is one. Undefined: there is no such organization. */
export async function findSessionRules(
  reader: Reader,
  tenantId: string,
  organization: OrganizationId,
): Promise<{ readonly policy: SessionPolicy; readonly isSuspended: boolean } | undefined> {
  const row = await reader
    .selectFrom('organizations')
    .innerJoin('workspaces', (join) =>
      join
        .onRef('workspaces.tenant_id', '=', 'organizations.tenant_id')
        .onRef('workspaces.workspace_id', '=', 'organizations.workspace_id'),
    )
    .select([
      'organizations.suspended_at as suspended_at',
      'organizations.session_settings as organization_settings',
      'workspaces.session_settings as workspace_settings',
    ])
    .where('organizations.tenant_id', '=', tenantId)
    .where('organizations.organization_id', '=', organization)
    .executeTakeFirst()
  return (
    row && {
      policy: policyOf(row.workspace_settings, row.organization_settings),
      isSuspended: row.suspended_at !== null,
    }
  )
}

/**
 * The person was here. Written at most once a minute, by one statement that loses against itself.
 *
 * @param seen the session as it was read, and the rules it lives by
 */
export async function noteSeen(tx: Tx, { session, policy }: JudgedSession, now: Date): Promise<void> {
  const over = endOf({ ...session, lastSeenAt: now }, policy).at
  await tx
    .updateTable('sessions')
    .set({ last_seen_at: now, over_at: over })
    .where('organization_id', '=', session.organizationId)
    .where('session_uid', '=', session.sessionUid)
    .where('ended_at', 'is', null)
    .where((where) =>
      where.or([where('last_seen_at', 'is', null), where('last_seen_at', '<=', addSeconds(now, -seenEverySeconds))]),
    )
    .execute()
}

export const seenEverySeconds = 60

/** By a changed policy it lives longer or shorter than was reckoned; it is looked at again then. */
export async function setOverAt(tx: Tx, { organizationId: home, sessionUid }: Session, at: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ over_at: at })
    .where('organization_id', '=', home)
    .where('session_uid', '=', sessionUid)
    .execute()
}

/** After a change of the policy: when each open session of the organization will be over by it, as `endOf` says. */
export async function reckonAnew(tx: Tx, organization: OrganizationId, policy: SessionPolicy): Promise<void> {
  const stays = policy.mayStaySignedIn ? sql<boolean>`is_remembered` : sql<boolean>`false`
  const absolute = sql`case when ${stays} then ${policy.stayAbsoluteSeconds}::int else ${policy.absoluteSeconds}::int end`
  const idle = sql`case when ${stays} then ${policy.stayIdleSeconds}::int else ${policy.idleSeconds}::int end`
  await tx
    .updateTable('sessions')
    .set({
      over_at: sql<Date>`least(
        expires_at,
        authenticated_at + (${absolute}) * interval '1 second',
        coalesce(last_seen_at, authenticated_at) + (${idle}) * interval '1 second'
      )`,
    })
    .where('organization_id', '=', organization)
    .where('ended_at', 'is', null)
    .execute()
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

/** @param keep the one that stays. @returns those that ended now */
export async function endSessionsOfUser(
  tx: Tx,
  organization: OrganizationId,
  user: UserId,
  keep: string | undefined,
  reason: SessionEnd,
  now: Date,
): Promise<Session[]> {
  const query = tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('organization_id', '=', organization)
    .where('user_id', '=', user)
    .where('ended_at', 'is', null)
  const rows = await (keep === undefined ? query : query.where('session_uid', '<>', keep)).returningAll().execute()
  return rows.map(sessionOf)
}

/** The session that goes on after the user's epoch was raised to end all others. */
export async function keepSession(tx: Tx, organization: OrganizationId, user: UserId, uid: string): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({
      session_epoch: sql<number>`(select u.session_epoch from users u where u.organization_id = ${organization} and u.user_id = ${user})`,
    })
    .where('organization_id', '=', organization)
    .where('session_uid', '=', uid)
    .where('user_id', '=', user)
    .where('ended_at', 'is', null)
    .execute()
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
  lastSeenAt: row.last_seen_at ?? row.authenticated_at,
  isRemembered: row.is_remembered,
  expiresAt: row.expires_at,
  endedAt: row.ended_at ?? undefined,
  endReason: (row.end_reason as SessionEnd | null) ?? undefined,
})

type JudgedRow = Selectable<Tables['sessions']> & {
  readonly suspended_at: Date | null
  readonly organization_settings: Record<string, unknown>
  readonly workspace_settings: Record<string, unknown>
}

const judgedOf = (row: JudgedRow): JudgedSession => ({
  session: sessionOf(row),
  policy: policyOf(row.workspace_settings, row.organization_settings),
  isOrganizationSuspended: row.suspended_at !== null,
})

/** After a restore nobody knows which of them were ended since. @returns how many were open */
export async function endEverySession(tx: Tx, reason: SessionEnd, now: Date): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
