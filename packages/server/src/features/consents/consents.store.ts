import type { Reader, Tx } from '../../platform/db/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'

export interface ConsentedScopes {
  /** Scopes about the person, `offline_access` among them. */
  readonly openid: readonly string[]
  /** Scopes of APIs, by audience. */
  readonly apis: Readonly<Record<string, readonly string[]>>
}

/** What one person has allowed one application. */
export interface Consent extends ConsentedScopes {
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly clientId: string
  readonly tenantId: string
  readonly workspaceId: string
}

/** What is allowed again stays allowed, with what was allowed before. */
export async function saveConsent(tx: Tx, consent: Consent, now: Date): Promise<void> {
  const { organizationId, userId, clientId } = consent
  const row = await tx
    .selectFrom('consents')
    .select(['openid_scopes', 'api_scopes'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('client_id', '=', clientId)
    .forUpdate()
    .executeTakeFirst()
  const { openid, apis } = together(consent, { openid: row?.openid_scopes ?? [], apis: row?.api_scopes ?? {} })
  const values = { openid_scopes: JSON.stringify(openid), api_scopes: JSON.stringify(apis), granted_at: now }
  await tx
    .insertInto('consents')
    .values({
      organization_id: organizationId,
      user_id: userId,
      client_id: clientId,
      tenant_id: consent.tenantId,
      workspace_id: consent.workspaceId,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'user_id', 'client_id']).doUpdateSet(values))
    .execute()
}

export async function findConsent(
  reader: Reader,
  organization: OrganizationId,
  user: UserId,
  clientId: string,
): Promise<ConsentedScopes | undefined> {
  const row = await reader
    .selectFrom('consents')
    .select(['openid_scopes', 'api_scopes'])
    .where('organization_id', '=', organization)
    .where('user_id', '=', user)
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  return row && { openid: row.openid_scopes, apis: row.api_scopes }
}

/** Everything that a person has allowed: they are asked anew. */
export async function deleteConsents(tx: Tx, organization: OrganizationId, user: UserId): Promise<void> {
  await tx.deleteFrom('consents').where('organization_id', '=', organization).where('user_id', '=', user).execute()
}

function together(one: ConsentedScopes, other: ConsentedScopes): ConsentedScopes {
  const audiences = new Set([...Object.keys(one.apis), ...Object.keys(other.apis)])
  return {
    openid: [...new Set([...other.openid, ...one.openid])],
    apis: Object.fromEntries(
      [...audiences].map((audience) => [
        audience,
        [...new Set([...(other.apis[audience] ?? []), ...(one.apis[audience] ?? [])])],
      ]),
    ),
  }
}

/** What everybody has allowed an application that is taken away. */
export async function deleteConsentsOfClient(tx: Tx, tenantId: string, clientId: string): Promise<void> {
  await tx.deleteFrom('consents').where('tenant_id', '=', tenantId).where('client_id', '=', clientId).execute()
}
