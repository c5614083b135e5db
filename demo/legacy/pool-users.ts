import type { ShardId } from './billers.ts'
import type { PasswordHash } from './password-hash.ts'
import { people, type Person } from './people.ts'

/** A user as they are to be created in Gatehouse's pool of their biller. */
export interface PoolUser {
  readonly billerId: string
  readonly username: string
  readonly email?: string
  readonly displayName: string
  readonly status: 'active' | 'inactive'
  readonly passwordState: 'valid' | 'must_be_changed' | 'must_be_reset'
  /** Still the legacy hash. */
  readonly hash: PasswordHash
  /** Where the same person is found in the legacy world: the id as text, and its shard. */
  readonly legacyId: string
  readonly shard: ShardId
}

/**
 * The users of the concurrent and the new billers, about 1,500, biller by biller.
 *
 * Somebody whom legacy has locked or disabled comes as `inactive`: a migration never opens a door that was shut.
 */
export function* poolUsers(): Generator<PoolUser, void, undefined> {
  for (const person of people()) {
    if (person.biller.mode !== 'legacy') yield inPool(person)
  }
}

function inPool(person: Person): PoolUser {
  return {
    billerId: person.biller.id,
    username: person.username,
    ...(person.email === undefined ? {} : { email: person.email }),
    displayName: person.displayName,
    status: person.isLocked || person.isDisabled ? 'inactive' : 'active',
    passwordState: person.mustReset ? 'must_be_reset' : person.mustChange ? 'must_be_changed' : 'valid',
    hash: person.hash,
    legacyId: person.legacyId,
    shard: person.biller.shard,
  }
}
