import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { canonicalUsername } from '../../protocol/precis.ts'
import { claimName, findName, nameScope, releaseName } from '../directory/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import type { User } from '../users/index.ts'
import type { LocalNeeds } from './local-needs.ts'

type Needs = Pick<LocalNeeds, 'nameKeys'>

/** From now on the name leads to this person. @throws Problem `user.identifier_taken` */
export async function claimUsername(
  tx: Tx,
  { nameKeys }: Needs,
  workspace: Workspace,
  user: User,
  name: string,
): Promise<void> {
  const isOurs = await claimName(tx, {
    keys: nameKeys.inIndex(workspace, name),
    scope: nameScope(workspace, user.organizationId),
    tenantId: user.tenantId,
    workspaceId: workspace.workspaceId,
    organizationId: user.organizationId,
    userId: user.userId,
    legacyStoreId: user.legacyStoreId,
    legacyId: user.legacyId,
  })
  if (!isOurs) throw new Problem('user.identifier_taken')
}

/**
 * The same for somebody who is there already: a name that the directory knows of another legacy person is that person's.
 *
 * @throws Problem `user.identifier_taken`
 */
export async function claimFurtherUsername(
  tx: Tx,
  needs: Needs,
  workspace: Workspace,
  user: User,
  name: string,
): Promise<void> {
  const known = await findName(tx, needs.nameKeys, workspace, name, user.organizationId)
  if (known.kind === 'found' && known.entry.legacyId !== undefined) {
    const isSame = known.entry.legacyStoreId === user.legacyStoreId && known.entry.legacyId === user.legacyId
    if (!isSame) throw new Problem('user.identifier_taken')
  }
  await claimUsername(tx, needs, workspace, user, name)
}

/** The name is free again; what it leads to in a legacy store stays. */
export async function releaseUsername(
  tx: Tx,
  { nameKeys }: Needs,
  workspace: Workspace,
  user: Pick<User, 'userId'>,
  identifier: string,
): Promise<void> {
  const name = canonicalUsername(identifier)?.canonical
  if (name !== undefined) await releaseName(tx, nameKeys.inIndex(workspace, name), user.userId)
}
