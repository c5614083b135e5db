import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findOwner } from '../codes/index.ts'
import { findPasswordSummary, savePassword } from '../credentials/index.ts'
import {
  aboutUser,
  detailsOf,
  forgiveTries,
  isAddress,
  lockedUser,
  newVerifier,
  raiseRevision,
  spendCode,
  tryCode,
} from '../identity/index.ts'
import type { Caller, CodeProof, LocalNeeds, UserDetails } from '../identity/index.ts'
import type { Pool } from '../pools/index.ts'
import { insertIdentifier, selectAddresses, selectIdentifiers, updateAddress } from '../users/index.ts'
import type { Address, User, UserId } from '../users/index.ts'

export interface Activation {
  readonly code: string
  /** Where the code went; absent: wherever it was. */
  readonly address: string | undefined
  readonly password: string | undefined
}

/** @throws Problem see `Registration.activate` */
export async function activate(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  id: UserId | undefined,
  activation: Activation,
): Promise<UserDetails> {
  const done = await needs.refusals.answer({
    work: () =>
      activation.password === undefined
        ? activateBy(needs, caller, pool, id, activation)
        : // Before the code is tried: whoever is turned away has tried nothing.
          needs.hasher.reserved((hasher) =>
            activateBy({ ...needs, hasher, reader: needs.reader }, caller, pool, id, activation),
          ),
    isAtOnce: (found) => found !== undefined,
  })
  if (!done) throw new Problem('code.refused')
  return done
}

/** @returns undefined whatever was wrong with the code */
async function activateBy(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  id: UserId | undefined,
  { code, address: typed, password }: Activation,
): Promise<UserDetails | undefined> {
  const proof = await tryCode(needs, caller, pool, {
    purpose: 'activation',
    code,
    who: id === undefined ? undefined : { kind: 'id', userId: id },
    may: ({ status }) => status === 'new',
  })
  if (!proof) return undefined
  const verifier = password === undefined ? undefined : await newVerifier(needs, pool, proof.user, password)
  const details = await needs.transact(async (tx) => {
    const { user } = await lockedUser(tx, caller, pool.poolId, proof.user.userId)
    await spendCode(tx, needs, proof)
    if (user.status !== 'new') throw new Problem('code.refused')
    const address = await provedAddress(tx, user, proof, typed)
    if (address) await takeAddress(tx, needs, pool, user, address)
    if (verifier !== undefined) await setFirstPassword(tx, needs, user, verifier)
    const now = needs.clock.now()
    const after = await raiseRevision(tx, needs, { ...user, status: 'active', statusUpdatedAt: now })
    await recordEvents(tx, needs, caller.facts, [
      { ...aboutUser(pool, user), subject: 'otp', action: 'accepted', payload: { purpose: 'activation' } },
      {
        ...aboutUser(pool, user),
        subject: 'user',
        action: 'updated',
        payload: { id: user.userId, status: after.status, changed: ['status'] },
      },
    ])
    return detailsOf(tx, after)
  })
  await forgiveTries(needs, proof)
  return details
}

/** @throws Problem `code.refused` when the person does not have the address any more, or another one was named */
async function provedAddress(
  tx: Tx,
  user: User,
  { addressId }: CodeProof,
  typed: string | undefined,
): Promise<Address | undefined> {
  if (addressId === undefined) return undefined
  const all = (await selectAddresses(tx, user.organizationId, [user.userId])).get(user.userId) ?? []
  const address = all.find((one) => one.addressId === addressId)
  if (!address || (typed !== undefined && !isAddress(address, typed))) throw new Problem('code.refused')
  return address
}

/** It is verified, and names the person from now on. @throws Problem `request.invalid` when it is somebody else's */
async function takeAddress(tx: Tx, needs: LocalNeeds, pool: Pool, user: User, address: Address): Promise<void> {
  const { type, canonical } = address
  const taken = () => new Problem('request.invalid', 'Somebody else uses the address.')
  if (await findOwner(tx, pool, address, user.userId)) throw taken()
  const now = needs.clock.now()
  if (!address.isVerified) {
    await updateAddress(tx, user, { ...address, isVerified: true, verifiedAt: now, updatedAt: now })
  }
  const identifiers = (await selectIdentifiers(tx, user.organizationId, [user.userId])).get(user.userId) ?? []
  if (identifiers.some((one) => one.type === type && one.canonical === canonical)) return
  const isTheirs = await insertIdentifier(tx, user, {
    identifierId: needs.random.uuid(),
    type,
    identifier: address.address,
    canonical,
    metadata: {},
    createdAt: now,
    updatedAt: now,
  })
  if (!isTheirs) throw taken()
}

/** @throws Problem `request.invalid` */
async function setFirstPassword(tx: Tx, needs: LocalNeeds, user: User, verifier: string): Promise<void> {
  const { organizationId, userId } = user
  if (await findPasswordSummary(tx, organizationId, userId)) {
    throw new Problem('request.invalid', 'The user has a password already.')
  }
  await savePassword(tx, needs.vault, {
    organizationId,
    userId,
    credentialId: needs.random.uuid(),
    verifier,
    state: 'valid',
    stateReason: '',
    now: needs.clock.now(),
  })
}
