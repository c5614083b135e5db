import type { Reader, Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { AuditEvent } from '../audit/index.ts'
import { aboutUser, countedAs, workspaceOf } from '../identity/index.ts'
import type { Caller, LocalNeeds } from '../identity/index.ts'
import type { Pool } from '../pools/index.ts'
import { findUserByIdentifier, selectAddresses, selectUsersByAddress } from '../users/index.ts'
import type { IdentifierType, User, UserId } from '../users/index.ts'

interface Key {
  readonly type: IdentifierType
  readonly canonical: string
}

/** Somebody else of the pool who has verified this address. */
export async function findVerifiedOwner(
  reader: Reader,
  pool: Pool,
  { canonical }: Pick<Key, 'canonical'>,
  except: UserId | undefined,
): Promise<User | undefined> {
  const owners = await selectUsersByAddress(reader, pool.organizationId, pool.poolId, canonical)
  return owners.find(({ userId }) => userId !== except)
}

/** Somebody else of the pool who is named so, or has verified it as an address. */
export async function findOwner(
  reader: Reader,
  pool: Pool,
  key: Key,
  except: UserId | undefined,
): Promise<User | undefined> {
  const named = await findUserByIdentifier(reader, pool.organizationId, pool.poolId, key.type, key.canonical)
  const verified = await findVerifiedOwner(reader, pool, key, except)
  return named && named.userId !== except ? named : verified
}

/** One more message may go to the owner, at an address that they have verified. */
async function warningFor(needs: LocalNeeds, pool: Pool, owner: User, canonical: string) {
  const addresses = (await selectAddresses(needs.reader, owner.organizationId, [owner.userId])).get(owner.userId) ?? []
  const verified = addresses.filter((one) => one.type === 'email' && one.status === 'active' && one.isVerified)
  const address = verified.find((one) => one.canonical === canonical) ?? verified[0]
  if (!address) return undefined
  const key = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), owner, undefined)
  return (await needs.mayMail(key)) ? address.address : undefined
}

/** Tells whoever has the address what was tried with it; whoever tried hears what everybody hears. */
export async function warnOwner(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  owner: User,
  canonical: string,
  event: Pick<AuditEvent, 'action' | 'payload' | 'subject'>,
): Promise<void> {
  const address = await warningFor(needs, pool, owner, canonical)
  const { tenantId, workspaceId, organizationId } = pool
  const { userId } = owner
  await needs.transact(async (tx: Tx) => {
    if (address !== undefined) await needs.mailInUse(tx, { tenantId, workspaceId, organizationId, userId, address })
    await recordEvents(tx, needs, caller.facts, [{ ...aboutUser(pool, owner), ...event, reason: 'code.in_use' }])
  })
}
