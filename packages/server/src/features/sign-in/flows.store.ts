import { hash, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import type { SignInFlow } from './flow.ts'

type StoredState = Omit<SignInFlow, 'flowId' | 'tenantId' | 'workspaceId' | 'issuerPath' | 'revision' | 'expiresAt'>

/** The cookie that binds a flow to its browser is a bearer secret, so its hash is kept. */
export const browserHash = (secret: string): Buffer => hash('sha256', secret, 'buffer')

export async function insertFlow(tx: Tx, flow: SignInFlow, browserSecret: string, now: Date): Promise<void> {
  await tx
    .insertInto('sign_in_flows')
    .values({
      flow_id: flow.flowId,
      tenant_id: flow.tenantId,
      workspace_id: flow.workspaceId,
      issuer_path: flow.issuerPath,
      browser_hash: browserHash(browserSecret),
      state: JSON.stringify(stateOf(flow)),
      revision: flow.revision,
      created_at: now,
      expires_at: flow.expiresAt,
    })
    .execute()
}

/** A flow of another issuer, of another browser, or past its time is not found; the caller cannot tell which. */
export async function findFlow(
  reader: Reader,
  issuerPath: string,
  flowId: string,
  browserSecret: string | undefined,
  now: Date,
): Promise<SignInFlow | undefined> {
  const row = await reader
    .selectFrom('sign_in_flows')
    .selectAll()
    .where('flow_id', '=', flowId)
    .where('issuer_path', '=', issuerPath)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row || browserSecret === undefined) return undefined
  if (!timingSafeEqual(Buffer.from(row.browser_hash), browserHash(browserSecret))) return undefined
  return flowOf(row)
}

/** Of a browser that is not here: a flow that an external login page decides. */
export async function findExternalFlow(
  reader: Reader,
  tenantId: string,
  flowId: string,
  now: Date,
): Promise<SignInFlow | undefined> {
  const row = await reader
    .selectFrom('sign_in_flows')
    .selectAll()
    .where('flow_id', '=', flowId)
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row && flowOf(row)
}

/** Saves over the revision that was read. @returns false when another tab of the same flow was first */
export async function saveFlow(tx: Tx, flow: SignInFlow): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_in_flows')
    .set({ state: JSON.stringify(stateOf(flow)), revision: flow.revision + 1 })
    .where('flow_id', '=', flow.flowId)
    .where('revision', '=', flow.revision)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteExpiredFlows(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('sign_in_flows').where('expires_at', '<', before).execute()
}

const flowOf = (row: Selectable<Tables['sign_in_flows']>): SignInFlow => ({
  ...(row.state as unknown as StoredState),
  flowId: row.flow_id,
  tenantId: row.tenant_id,
  workspaceId: row.workspace_id,
  issuerPath: row.issuer_path,
  revision: row.revision,
  expiresAt: row.expires_at,
})

const stateOf = (flow: SignInFlow): StoredState => ({
  clientId: flow.clientId,
  clientName: flow.clientName,
  redirectOrigin: flow.redirectOrigin,
  fixedOrganizationId: flow.fixedOrganizationId,
  uiLocales: flow.uiLocales,
  loginHint: flow.loginHint,
  ...(flow.login === undefined ? {} : { login: flow.login }),
  identifier: flow.identifier,
  ...(flow.isHosted === true ? { isHosted: true } : {}),
  refusal: flow.refusal,
  waitUntilSeconds: flow.waitUntilSeconds,
  waitFor: flow.waitFor,
  ...(flow.staySignedIn === undefined ? {} : { staySignedIn: flow.staySignedIn }),
  proof: flow.proof,
  recovery: flow.recovery,
  isFinished: flow.isFinished,
})
