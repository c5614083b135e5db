import type { LegacyStore, LegacyStores, LegacyUser } from '../legacy/index.ts'
import type { OrganizationId, Workspace } from '../tenancy/index.ts'
import { mergeLegacyNames } from './directory.store.ts'
import type { DirectoryEntry } from './directory.store.ts'
import type { ScanNeeds } from './scan-store.ts'
import { entryFor, homesOf } from './scan-store.ts'

export type StoresLookup =
  | { readonly kind: 'found'; readonly entry: DirectoryEntry; readonly person: LegacyUser }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' }
  /** Nobody was found and not every store answered. */
  | { readonly kind: 'unavailable' }

/**
 * Asks every legacy store at once for a name the index does not have, and keeps what was found in the index. One store
 * that is down delays nobody beyond its own time limit and hides nobody who is elsewhere.
 */
export async function findInStores(
  needs: ScanNeeds,
  stores: LegacyStores,
  workspace: Workspace,
  canonical: string,
  within: OrganizationId | undefined,
): Promise<StoresLookup> {
  const answers = await Promise.allSettled([...stores.values()].map((store) => findIn(needs, store, canonical)))
  const matches = answers
    .flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    .filter(
      ({ entry }) =>
        entry.tenantId === workspace.tenantId &&
        entry.workspaceId === workspace.workspaceId &&
        (within === undefined || entry.organizationId === within),
    )
  const [first, second] = matches
  if (!first) return { kind: answers.some((answer) => answer.status === 'rejected') ? 'unavailable' : 'unknown' }
  if (second && second.entry.organizationId !== first.entry.organizationId) return { kind: 'ambiguous' }
  await needs.db.transaction((tx) => mergeLegacyNames(tx, [first.entry]))
  return {
    kind: 'found',
    person: first.person,
    entry: {
      organizationId: first.entry.organizationId,
      userId: undefined,
      legacyStoreId: first.person.storeId,
      legacyId: first.person.legacyId,
    },
  }
}

async function findIn(needs: ScanNeeds, store: LegacyStore, canonical: string) {
  const people = await store.find(canonical)
  if (people.length === 0) return []
  const homes = await homesOf(needs.db, store.storeId)
  return people.flatMap((person) => entryFor(needs.keys, homes, person).map((entry) => ({ entry, person })))
}
