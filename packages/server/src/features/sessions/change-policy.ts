import { isDeepStrictEqual } from 'node:util'
import type { Db, Reader } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { RequestFacts } from '../audit/index.ts'
import { findIssuer, lockSessionSettings, saveSessionSettings, selectSessionSettings } from '../tenancy/index.ts'
import type { Issuer, SessionSettings } from '../tenancy/index.ts'
import type { EndNeeds } from './end-sessions.ts'
import { policyOf, sessionLimits } from './session-policy.ts'
import type { SessionPolicy } from './session-policy.ts'
import { reckonAnew } from './sessions.store.ts'

/** Words to say anew; null: the place has no word of its own any more. What is absent stays as it is. */
export type PolicyChange = { readonly [Word in keyof SessionPolicy]?: SessionPolicy[Word] | null }

/** What holds at a workspace or an organization, and which of it is the place's own word. */
export interface PolicyStanding {
  readonly policy: SessionPolicy
  readonly own: SessionSettings
}

/** `workspaceId` may be an organization's id: both are the second part of an issuer's path. */
interface Place {
  readonly tenantId: string
  readonly workspaceId: string
}

/** @throws Problem `issuer.not_found` when neither a workspace nor an organization is there */
export async function standingPolicy(reader: Reader, place: Place): Promise<PolicyStanding> {
  const { workspace, organization } = await issuerAt(reader, place)
  const policy = policyOf(workspace.sessionSettings, organization?.sessionSettings)
  return { policy, own: (organization ?? workspace).sessionSettings ?? {} }
}

/**
 * Changes how long sessions of a workspace or an organization last. It counts at the next use of each session, on every
 * node; what is over by it is written to histories and told to applications by the tidy job. Doing it twice changes nothing.
 *
 * @throws Problem `issuer.not_found`; `request.invalid` for a figure that is out of bounds, and then nothing is changed
 */
export async function changeSessionPolicy(
  db: Db,
  needs: Pick<EndNeeds, 'clock' | 'random'>,
  place: Place,
  change: PolicyChange,
  facts: RequestFacts,
): Promise<PolicyStanding> {
  assertWithinBounds(change)
  const { workspace, organization } = await issuerAt(db.reader, place)
  const { tenantId, workspaceId } = workspace
  const home = organization ? { organizationId: organization.organizationId } : { workspaceId }
  await db.transaction(async (tx) => {
    const before = await lockSessionSettings(tx, tenantId, home)
    if (!before) throw new Problem('issuer.not_found')
    const after = changed(before, change)
    if (isDeepStrictEqual(after, before)) return
    await saveSessionSettings(tx, tenantId, home, after)
    await recordEvents(tx, needs, facts, [
      {
        tenantId,
        workspaceId,
        ...(organization ? { organizationId: organization.organizationId } : {}),
        subject: organization ? 'organization' : 'server',
        action: 'updated',
        reason: 'sessions.policy_changed',
        payload: { before, after },
      },
    ])
  })
  const standing = await standingPolicy(db.reader, place)
  // One by one: a workspace may have thousands. Sessions that are over are refused whether or not this is done.
  for (const { organizationId, settings } of await selectSessionSettings(db.reader, tenantId, workspaceId)) {
    if (organization && organization.organizationId !== organizationId) continue
    const inherited = organization ? workspace.sessionSettings : standing.own
    await db.transaction((tx) => reckonAnew(tx, organizationId, policyOf(inherited, settings)))
  }
  return standing
}

async function issuerAt(reader: Reader, { tenantId, workspaceId }: Place): Promise<Issuer> {
  const issuer = await findIssuer(reader, tenantId, workspaceId)
  if (!issuer) throw new Problem('issuer.not_found', 'There is no such workspace or organization.')
  return issuer
}

function assertWithinBounds(change: PolicyChange): void {
  for (const name of Object.keys(sessionLimits) as (keyof typeof sessionLimits)[]) {
    const { floor, ceiling } = sessionLimits[name]
    const value = change[name]
    if (value === undefined || value === null) continue
    if (!Number.isSafeInteger(value) || value < floor || value > ceiling) {
      throw new Problem('request.invalid', `${name} must be a whole number from ${floor} to ${ceiling}.`)
    }
  }
}

const changed = (before: SessionSettings, change: PolicyChange): SessionSettings =>
  Object.fromEntries(
    Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined),
  )
