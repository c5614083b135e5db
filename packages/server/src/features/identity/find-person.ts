import type { Reader } from '../../platform/db/index.ts'
import { lookupKeyText } from '../../protocol/precis.ts'
import type { NameKeys } from '../directory/index.ts'
import type { Pool } from '../pools/index.ts'
import type { Workspace } from '../tenancy/index.ts'
import {
  canonicalAddress,
  findUser,
  findUserByIdentifier,
  findUsername,
  selectUsersByAddress,
  userId,
} from '../users/index.ts'
import type { User } from '../users/index.ts'
import { canonicalIdentifier, identifierTypes } from './canonical-identifier.ts'
import type { UserKey } from './identity-backend.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Everybody of the pool whom the key names: one at most, but for an address that people share. */
export async function findPeople(reader: Reader, pool: Pool, key: UserKey): Promise<readonly User[]> {
  switch (key.kind) {
    case 'id': {
      const user = uuid.test(key.userId) ? await findUser(reader, pool.organizationId, userId(key.userId)) : undefined
      return user?.poolId === pool.poolId ? [user] : []
    }
    case 'identifier': {
      const user = await findByIdentifier(reader, pool, key.identifier)
      return user ? [user] : []
    }
    case 'address':
      return selectUsersByAddress(reader, pool.organizationId, pool.poolId, canonicalAddress(key.address))
  }
}

/** The one person whom the key names; nobody where it names several. */
export async function findPerson(reader: Reader, pool: Pool, key: UserKey): Promise<User | undefined> {
  const [only, another] = await findPeople(reader, pool, key)
  return another ? undefined : only
}

async function findByIdentifier(reader: Reader, pool: Pool, typed: string): Promise<User | undefined> {
  for (const type of identifierTypes) {
    const canonical = canonicalIdentifier(type, typed)
    const user =
      canonical === undefined
        ? undefined
        : await findUserByIdentifier(reader, pool.organizationId, pool.poolId, type, canonical)
    if (user) return user
  }
  return undefined
}

/**
 * What tries are counted under: the person's username where they have one, so that every door and every way of naming
 * the person share one count; for nobody, the name as it was typed. A zero byte keeps the other kinds apart from usernames,
 * which cannot hold one.
 */
export async function countedAs(
  reader: Reader,
  nameKeys: NameKeys,
  workspace: Workspace,
  user: User | undefined,
  typed: UserKey | undefined,
): Promise<Buffer> {
  const username = user && (await findUsername(reader, user))
  if (username !== undefined) return nameKeys.ofName(workspace, lookupKeyText(username))
  return nameKeys.ofName(workspace, user ? `\0user\0${user.userId}` : typedName(typed))
}

function typedName(key: UserKey | undefined): string {
  switch (key?.kind) {
    case undefined:
      return '\0nobody'
    case 'id':
      return `\0user\0${key.userId}`
    case 'identifier':
      return lookupKeyText(key.identifier)
    case 'address':
      return `\0address\0${canonicalAddress(key.address)}`
  }
}
