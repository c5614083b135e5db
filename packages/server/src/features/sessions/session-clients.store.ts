import type { Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'

/** An application that was given something in a session and wants to hear when that ends. */
export interface SessionClient {
  readonly organizationId: OrganizationId
  readonly sessionUid: string
  readonly clientId: string
  readonly tenantId: string
  readonly workspaceId: string
  /** `/{tid}/{wid}` or `/{tid}/{oid}`: who signs what it hears. */
  readonly issuerPath: string
  readonly userId: string
  /** What this application knows the session by: the `sid` of its ID tokens. */
  readonly clientSid: string
}

/** Again in the same session changes nothing but what it knows the session by. */
export async function joinSession(tx: Tx, client: SessionClient, now: Date, expiresAt: Date): Promise<void> {
  const values = { client_sid: client.clientSid, user_id: client.userId, expires_at: expiresAt }
  await tx
    .insertInto('session_clients')
    .values({
      organization_id: client.organizationId,
      session_uid: client.sessionUid,
      client_id: client.clientId,
      tenant_id: client.tenantId,
      workspace_id: client.workspaceId,
      issuer_path: client.issuerPath,
      created_at: now,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'session_uid', 'client_id']).doUpdateSet(values))
    .execute()
}

/** Exactly one of any number of callers gets each application: whoever does tells it. */
export async function takeSessionClients(
  tx: Tx,
  organization: OrganizationId,
  of: { readonly sessionUid: string } | { readonly userId: string },
): Promise<SessionClient[]> {
  const all = tx.deleteFrom('session_clients').where('organization_id', '=', organization)
  const rows = await (
    'sessionUid' in of ? all.where('session_uid', '=', of.sessionUid) : all.where('user_id', '=', of.userId)
  )
    .returningAll()
    .execute()
  return rows.map((row) => ({
    organizationId: organization,
    sessionUid: row.session_uid,
    clientId: row.client_id,
    tenantId: row.tenant_id,
    workspaceId: row.workspace_id,
    issuerPath: row.issuer_path,
    userId: row.user_id,
    clientSid: row.client_sid,
  }))
}

/** Rows of sessions that nobody has to tell of any more: the row has expired, and no session of its name is open. */
export async function deleteExpiredSessionClients(tx: Tx, before: Date): Promise<void> {
  await tx
    .deleteFrom('session_clients')
    .where('expires_at', '<', before)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('sessions')
            .select('sessions.session_uid')
            .whereRef('sessions.organization_id', '=', 'session_clients.organization_id')
            .whereRef('sessions.session_uid', '=', 'session_clients.session_uid')
            .where('sessions.ended_at', 'is', null),
        ),
      ),
    )
    .execute()
}
