import { canonicalUsername } from '../../protocol/precis.ts'
import { findBiller } from '../billers/index.ts'
import type { Biller } from '../billers/index.ts'
import { findInStores, findName } from '../directory/index.ts'
import type { DirectoryEntry, StoresLookup } from '../directory/index.ts'
import type { LegacyUser } from '../legacy/index.ts'
import { recallOrganization } from '../tenancy/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { Door, Route, SignInFlow } from './flow.ts'
import type { SignInNeeds } from './needs.ts'
import { route } from './route.ts'

/** Where a name leads, with everything the decision rested on. */
export interface Destination {
  readonly route: Route
  readonly door: Door
  readonly canonical: string | undefined
  readonly entry: DirectoryEntry | undefined
  readonly biller: Biller | undefined
  /** The legacy person, when the look-up has just read them. */
  readonly person: LegacyUser | undefined
  /** Why the route is `unknown`. */
  readonly reason: 'name.unknown' | 'name.ambiguous' | 'legacy.unavailable' | 'organization.suspended' | undefined
}

export const doorOf = (flow: Pick<SignInFlow, 'fixedOrganizationId'>): Door =>
  flow.fixedOrganizationId === undefined ? 'bare' : 'custom'

/** How a name is looked up. */
export interface LookUp {
  /**
   * How long the stores may take to say whether they have it; absent or 0: their own time limits. A store that is late
   * counts as unavailable, and what it finds after all is kept in the index.
   */
  readonly storesMilliseconds?: number
  /** Every store is asked for names that the index has, too: for an answer that a stranger gets for nothing. */
  readonly isInFull?: boolean
}

/** Index first; a name it does not have is asked of every legacy store. */
export async function findRoute(
  needs: SignInNeeds,
  workspace: Workspace,
  flow: Pick<SignInFlow, 'fixedOrganizationId'>,
  typed: string,
  { storesMilliseconds = 0, isInFull = false }: LookUp = {},
): Promise<Destination> {
  const door = doorOf(flow)
  const canonical = canonicalUsername(typed)?.canonical
  const nowhere = { route: 'unknown', door, canonical, entry: undefined, biller: undefined, person: undefined } as const
  if (canonical === undefined) return { ...nowhere, reason: 'name.unknown' }
  const found = await findName(needs.db.reader, needs.keys, workspace, canonical, flow.fixedOrganizationId)
  if (isInFull && found.kind !== 'unknown') {
    const asked = Promise.allSettled([...needs.stores.values()].map((store) => store.find(canonical)))
    await (storesMilliseconds > 0 ? Promise.race([asked, needs.clock.sleep(storesMilliseconds)]) : asked)
  }
  if (found.kind === 'ambiguous') return { ...nowhere, reason: 'name.ambiguous' }
  if (found.kind === 'found') return leadTo(needs, workspace, door, canonical, found.entry, undefined)
  const asked = findInStores(needs, needs.stores, workspace, canonical, flow.fixedOrganizationId)
  const elsewhere = await (storesMilliseconds > 0 ? inTime(needs, asked, storesMilliseconds) : asked)
  switch (elsewhere.kind) {
    case 'found':
      return leadTo(needs, workspace, door, canonical, elsewhere.entry, elsewhere.person)
    case 'ambiguous':
      return { ...nowhere, reason: 'name.ambiguous' }
    case 'unavailable':
      return { ...nowhere, reason: 'legacy.unavailable' }
    case 'unknown':
      return { ...nowhere, reason: 'name.unknown' }
    default:
      return elsewhere satisfies never
  }
}

async function inTime(
  { clock }: Pick<SignInNeeds, 'clock'>,
  asked: Promise<StoresLookup>,
  milliseconds: number,
): Promise<StoresLookup> {
  const late = clock.sleep(milliseconds).then((): StoresLookup => ({ kind: 'unavailable' }))
  // Whoever is late may also fail; nobody listens any more.
  asked.catch(() => {})
  return Promise.race([asked, late])
}

async function leadTo(
  needs: SignInNeeds,
  workspace: Workspace,
  door: Door,
  canonical: string,
  entry: DirectoryEntry,
  person: LegacyUser | undefined,
): Promise<Destination> {
  const organization = await recallOrganization(needs.db.reader, workspace.tenantId, entry.organizationId)
  if (organization?.suspendedAt !== undefined) {
    return { route: 'unknown', door, canonical, entry, biller: undefined, person, reason: 'organization.suspended' }
  }
  const biller = await findBiller(needs.db.reader, workspace.tenantId, entry.organizationId)
  const decided = route({
    door,
    biller,
    hasPoolUser: entry.userId !== undefined,
    hasLegacyUser: entry.legacyId !== undefined,
  })
  return {
    route: decided,
    door,
    canonical,
    entry,
    biller,
    person,
    reason: decided === 'unknown' ? 'name.unknown' : undefined,
  }
}
