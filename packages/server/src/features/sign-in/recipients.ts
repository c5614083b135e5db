import { findBiller } from '../billers/index.ts'
import { homesOf } from '../directory/index.ts'
import { selectPools } from '../pools/index.ts'
import { findOrganization } from '../tenancy/index.ts'
import type { Issuer, Organization } from '../tenancy/index.ts'
import {
  canonicalAddress,
  findUser,
  findUsername,
  maySignIn,
  selectAddresses,
  selectUsersByAddress,
  userId,
} from '../users/index.ts'
import { findRoute } from './find-route.ts'
import type { SignInNeeds } from './needs.ts'
import { readPerson } from './prove.ts'

/**
 * Where messages about a name go: the address of the store that proves the person at this door.
 *
 * @returns undefined for a name nobody has, somebody who may not sign in, and somebody without an address
 * @throws Problem `legacy.unavailable`: the caller is a worker and tries again
 */
export async function findRecipient(
  needs: SignInNeeds,
  issuer: Issuer,
  within: Organization | undefined,
  typed: string,
): Promise<{ readonly address: string; readonly organization: Organization | undefined } | undefined> {
  const { workspace } = issuer
  const destination = await findRoute(needs, workspace, { fixedOrganizationId: within?.organizationId }, typed)
  const { entry } = destination
  if (!entry) return undefined
  const organization = await findOrganization(needs.db.reader, workspace.tenantId, entry.organizationId)
  if (destination.route === 'legacy') {
    const person = destination.person ?? (await readPerson(needs, destination))
    if (!person || person.isDisabled || person.email === undefined || person.email === '') return undefined
    return { address: person.email, organization }
  }
  const id = destination.route === 'pool' ? entry.userId : undefined
  const user = id === undefined ? undefined : await findUser(needs.db.reader, entry.organizationId, userId(id))
  if (!user || !maySignIn(user)) return undefined
  const addresses = (await selectAddresses(needs.db.reader, user.organizationId, [user.userId])).get(user.userId) ?? []
  const email = addresses.find((one) => one.type === 'email' && one.isVerified && one.status === 'active')
  return email && { address: email.address, organization }
}

/**
 * Every username that an address belongs to: in the pools of the organization, or of all when none is fixed, and in the
 * legacy stores of billers that still prove there. Nobody waits for this answer.
 */
export async function findUsernamesOf(
  needs: SignInNeeds,
  issuer: Issuer,
  within: Organization | undefined,
  address: string,
): Promise<readonly string[]> {
  const canonical = canonicalAddress(address)
  const { workspace } = issuer
  const found = new Set<string>()
  const pools = await selectPools(needs.db.reader, {
    tenantId: workspace.tenantId,
    ...(within === undefined ? { workspaceId: workspace.workspaceId } : { organizationId: within.organizationId }),
    descending: false,
    limit: 20_000,
  })
  for (const pool of pools) {
    for (const user of await selectUsersByAddress(needs.db.reader, pool.organizationId, pool.poolId, canonical)) {
      const username = maySignIn(user) ? await findUsername(needs.db.reader, user) : undefined
      if (username !== undefined) found.add(username)
    }
  }
  for (const store of needs.stores.values()) {
    const homes = await homesOf(needs.db, store.storeId)
    for (const person of await store.findByAddress(canonical)) {
      const home = homes.get(person.billerKey)
      const isHere = home && (within === undefined || home.biller.organizationId === within.organizationId)
      if (!isHere || person.isDisabled) continue
      const biller = await findBiller(needs.db.reader, workspace.tenantId, home.biller.organizationId)
      if (biller && biller.mode !== 'new') found.add(person.username)
    }
  }
  return [...found].toSorted((one, other) => one.localeCompare(other))
}
