import type { Reader } from '../../platform/db/index.ts'
import type { OrganizationId, Workspace } from '../tenancy/index.ts'
import { selectEntries } from './directory.store.ts'
import type { DirectoryEntry } from './directory.store.ts'
import type { NameKeys } from './name-key.ts'

export type NameLookup =
  | { readonly kind: 'found'; readonly entry: DirectoryEntry }
  | { readonly kind: 'unknown' }
  /** Several organizations have this name and none was fixed by the address. */
  | { readonly kind: 'ambiguous' }

/** Reads the index, one statement whatever the name. @param within the organization that the address fixed, if any */
export async function findName(
  reader: Reader,
  keys: NameKeys,
  workspace: Workspace,
  canonical: string,
  within: OrganizationId | undefined,
): Promise<NameLookup> {
  const entries = await selectEntries(reader, keys.inIndex(workspace, canonical))
  const candidates = within === undefined ? entries : entries.filter((entry) => entry.organizationId === within)
  const [first, second] = candidates
  if (!first) return { kind: 'unknown' }
  return second ? { kind: 'ambiguous' } : { kind: 'found', entry: first }
}

/** What a name of this organization is unique within; the second half of the index's primary key. */
export const nameScope = (workspace: Workspace, id: OrganizationId): string =>
  workspace.usernameScope === 'workspace' ? '*' : id
