import type { Reader, Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import type { EventAction } from '../audit/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import {
  deleteAddress,
  deleteIdentifier,
  insertAddress,
  insertIdentifier,
  selectAddresses,
  selectIdentifiers,
  updateAddress,
  updateUser,
} from '../users/index.ts'
import type { Address, ContactMethod, Identifier, User, UserId } from '../users/index.ts'
import { canonicalIdentifier, requireCanonical } from './canonical-identifier.ts'
import { claimFurtherUsername, releaseUsername } from './claim-username.ts'
import type { Caller, Expected, NewAddressInput, NewIdentifierInput } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { aboutUser, lockedUser, requireExpected, workspaceOf } from './read-local.ts'

type Needs = Pick<LocalNeeds, 'clock' | 'nameKeys' | 'random' | 'transact'>

export interface AddressInput {
  readonly status: Address['status']
  readonly isVerified: boolean
  /** Absent: stays. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly preferredContactMethod?: ContactMethod | undefined
}

/** The person as they are after the change; their revision is its entity tag. */
export type Changed<Thing> = Thing & { readonly user: User }

/**
 * How people are named and reached, one identifier or address at a time. Each change raises the person's revision, so
 * that two callers who hold the same one cannot both change the person. The person's row is locked while it is decided.
 *
 * Every operation throws the Problems `caller.forbidden`, `pool.not_found`, `user.not_found` and `request.conflict`.
 */
export interface Contacts {
  /** @throws Problem `user.identifier_taken` — by anybody in the pool, a username by anybody in its scope; `request.invalid` */
  addIdentifier(
    caller: Caller,
    pool: PoolId,
    id: UserId,
    input: NewIdentifierInput,
    expected: Expected,
  ): Promise<Changed<{ readonly identifier: Identifier }>>

  /** Whatever types the person has it as. A username is free again. @throws Problem `identifier.not_found` */
  removeIdentifier(caller: Caller, pool: PoolId, id: UserId, typed: string, expected: Expected): Promise<void>

  /** Others may have it too: an address is a channel, not a name. @throws Problem `user.address_taken`, `request.invalid` */
  addAddress(
    caller: Caller,
    pool: PoolId,
    id: UserId,
    input: NewAddressInput,
    expected: Expected,
  ): Promise<Changed<{ readonly address: Address }>>

  /** @throws Problem `address.not_found` */
  changeAddress(
    caller: Caller,
    pool: PoolId,
    id: UserId,
    typed: string,
    input: AddressInput,
    expected: Expected,
  ): Promise<Changed<{ readonly address: Address }>>

  /** Codes that were sent there are of no use any more. @throws Problem `address.not_found` */
  removeAddress(caller: Caller, pool: PoolId, id: UserId, typed: string, expected: Expected): Promise<void>
}

export const localContacts = (needs: Needs): Contacts => ({
  addIdentifier: (caller, poolId, id, input, expected) => {
    const canonical = requireCanonical(input.type, input.identifier, 'identifier')
    return changing(needs, caller, poolId, id, expected, async (tx, { pool, user }) => {
      const now = needs.clock.now()
      const times = { createdAt: now, updatedAt: now }
      const identifier = { ...input, ...times, canonical, identifierId: needs.random.uuid() }
      if (input.type === 'uid') await claimFurtherUsername(tx, needs, await workspaceOf(tx, pool), user, canonical)
      if (!(await insertIdentifier(tx, user, identifier))) throw new Problem('user.identifier_taken')
      return {
        result: { identifier },
        action: 'created',
        about: { identifier: { id: identifier.identifierId, type: input.type } },
      }
    }).then(({ result, user }) => ({ ...result, user }))
  },

  async removeIdentifier(caller, poolId, id, typed, expected) {
    await changing(needs, caller, poolId, id, expected, async (tx, { pool, user }) => {
      const all = (await selectIdentifiers(tx, user.organizationId, [user.userId])).get(user.userId) ?? []
      const found = all.filter(({ type, canonical }) => canonicalIdentifier(type, typed) === canonical)
      if (found.length === 0) throw new Problem('identifier.not_found')
      for (const one of found) {
        await deleteIdentifier(tx, user, one)
        if (one.type === 'uid') await releaseUsername(tx, needs, await workspaceOf(tx, pool), user, one.identifier)
      }
      const ids = found.map(({ identifierId, type }) => ({ id: identifierId, type }))
      return { result: undefined, action: 'deleted', about: { identifiers: ids } }
    })
  },

  addAddress: (caller, poolId, id, input, expected) => {
    const canonical = requireCanonical(input.type, input.address, 'address')
    return changing(needs, caller, poolId, id, expected, async (tx, { user }) => {
      const now = needs.clock.now()
      const address: Address = {
        addressId: needs.random.uuid(),
        type: input.type,
        address: input.address,
        canonical,
        status: input.status,
        isVerified: input.isVerified,
        verifiedAt: input.isVerified ? now : undefined,
        metadata: input.metadata ?? {},
        preferredContactMethod: input.preferredContactMethod,
        createdAt: now,
        updatedAt: now,
      }
      if (!(await insertAddress(tx, user, address))) throw new Problem('user.address_taken')
      return { result: { address }, action: 'created', about: { address: shown(address) } }
    }).then(({ result, user }) => ({ ...result, user }))
  },

  changeAddress: (caller, poolId, id, typed, input, expected) =>
    changing(needs, caller, poolId, id, expected, async (tx, { user }) => {
      const before = await addressOf(tx, user, typed)
      const now = needs.clock.now()
      const address: Address = {
        ...before,
        status: input.status,
        isVerified: input.isVerified,
        verifiedAt: input.isVerified ? (before.verifiedAt ?? now) : undefined,
        metadata: input.metadata ?? before.metadata,
        preferredContactMethod: input.preferredContactMethod ?? before.preferredContactMethod,
        updatedAt: now,
      }
      await updateAddress(tx, user, address)
      return { result: { address }, action: 'updated', about: { address: shown(address) } }
    }).then(({ result, user }) => ({ ...result, user })),

  async removeAddress(caller, poolId, id, typed, expected) {
    await changing(needs, caller, poolId, id, expected, async (tx, { user }) => {
      const address = await addressOf(tx, user, typed)
      await deleteAddress(tx, user, address.canonical)
      return { result: undefined, action: 'deleted', about: { address: shown(address) } }
    })
  },
})

interface Change<Result> {
  readonly result: Result
  readonly action: EventAction
  readonly about: Readonly<Record<string, unknown>>
}

async function changing<Result>(
  needs: Needs,
  caller: Caller,
  poolId: PoolId,
  id: UserId,
  expected: Expected,
  change: (tx: Tx, found: { readonly pool: Pool; readonly user: User }) => Promise<Change<Result>>,
): Promise<{ readonly result: Result; readonly user: User }> {
  return needs.transact(async (tx) => {
    const found = await lockedUser(tx, caller, poolId, id)
    requireExpected(expected, found.user.revision)
    const { result, action, about } = await change(tx, found)
    const user = await raiseRevision(tx, needs, found.user)
    await recordEvents(tx, needs, caller.facts, [
      {
        ...aboutUser(found.pool, user),
        subject: 'user',
        action: 'updated',
        payload: { id: user.userId, ...about, change: action },
      },
    ])
    return { result, user }
  })
}

/** A change of what belongs to a person is one of the person. @returns the person as stored */
export async function raiseRevision(tx: Tx, { clock }: Pick<Needs, 'clock'>, user: User): Promise<User> {
  const after = { ...user, updatedAt: clock.now() }
  if (!(await updateUser(tx, after))) throw new Problem('request.conflict')
  return { ...after, revision: user.revision + 1 }
}

/** @throws Problem `address.not_found` — also for somebody else's */
export async function addressOf(reader: Reader, user: User, typed: string): Promise<Address> {
  const all = (await selectAddresses(reader, user.organizationId, [user.userId])).get(user.userId) ?? []
  const found = all.find(({ type, canonical }) => canonicalIdentifier(type, typed) === canonical)
  if (!found) throw new Problem('address.not_found')
  return found
}

const shown = ({ addressId, type, status, isVerified }: Address) => ({
  id: addressId,
  type,
  status,
  verified: isVerified,
})
