import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { findPasswordSummary, readPresentedCode, wirePurpose } from '../credentials/index.ts'
import type { CodePurpose, IssuedCode } from '../credentials/index.ts'
import {
  aboutUser,
  addressOf,
  chosenAddress,
  countedAs,
  findPerson,
  forgiveTries,
  isAddress,
  issueCode,
  lockedUser,
  mayUseCodes,
  poolOf,
  proveCode,
  raiseRevision,
  recipientsOf,
  sendCodes,
  spendCode,
  userOf,
  workspaceOf,
} from '../identity/index.ts'
import type { Caller, LocalNeeds, UserKey } from '../identity/index.ts'
import type { Pool, PoolId } from '../pools/index.ts'
import { selectAddresses, updateAddress } from '../users/index.ts'
import type { Address, User, UserId } from '../users/index.ts'
import { findVerifiedOwner, warnOwner } from './owners.ts'

export interface CodeWanted {
  readonly purpose: CodePurpose
  /** Without it, a code for a reset or a challenge finds whoever has verified the address. */
  readonly who: UserKey | undefined
  readonly address: string | undefined
}

export interface Inspected {
  readonly userId: UserId
  readonly hasPassword: boolean
  readonly purpose: CodePurpose
}

/** What an application can do with codes of people. Every operation throws `caller.forbidden` and `pool.not_found`. */
export interface Codes {
  /**
   * Makes a code and tells it to the caller alone, who needs the scope `identity_self_registration`. The one before it of
   * the same purpose ends.
   *
   * @throws Problem `user.not_found`, `request.invalid` where the address is not one that the purpose takes
   */
  generate(caller: Caller, pool: PoolId, wanted: CodeWanted): Promise<IssuedCode>

  /** Sends a challenge to whom it concerns; says nothing about whether that is anybody. @throws Problem `request.invalid` */
  requestChallenge(
    caller: Caller,
    pool: PoolId,
    wanted: { readonly who: UserKey | undefined; readonly address: string | undefined },
  ): Promise<void>

  /** Spends a right code. @throws Problem `code.refused` whatever was wrong, `request.throttled` */
  verify(
    caller: Caller,
    pool: PoolId,
    purpose: 'authentication' | 'challenge',
    shown: { readonly who: UserKey | undefined; readonly code: string },
  ): Promise<UserId>

  /** Whose code it is and what for, of the long form only; it stays good. @throws Problem as `verify` */
  inspect(caller: Caller, pool: PoolId, code: string): Promise<Inspected>

  /**
   * Sends a code to an address of the person that is not verified. An address that somebody else has verified gets no
   * code; its owner is told, and the answer is the same.
   *
   * @throws Problem `user.not_found`, `address.not_found`, `address.verified`
   */
  requestAddressVerification(caller: Caller, pool: PoolId, id: UserId, address: string): Promise<void>

  /** @throws Problem as `requestAddressVerification`, `code.refused`, `address.in_use`, `request.throttled` */
  completeAddressVerification(caller: Caller, pool: PoolId, id: UserId, address: string, code: string): Promise<void>
}

export const localCodes = (needs: LocalNeeds): Codes => ({
  async generate(caller, poolId, wanted) {
    const pool = await poolOf(needs.reader, caller, poolId, 'identity_self_registration')
    const user = await personOf(needs, pool, wanted)
    if (!mayUseCodes(user)) throw new Problem('request.invalid', 'The user is switched off.')
    const address = await addressFor(needs, pool, user, wanted)
    const nameKey = await countedAs(
      needs.reader,
      needs.nameKeys,
      await workspaceOf(needs.reader, pool),
      user,
      undefined,
    )
    return needs.transact(async (tx) => {
      const issued = await issueCode(tx, needs, pool, wanted.purpose, { user, address, nameKey })
      await recordEvents(tx, needs, caller.facts, [
        {
          ...aboutUser(pool, user),
          subject: 'otp',
          action: 'generated',
          clientId: caller.clientId,
          payload: { purpose: wirePurpose(wanted.purpose), otp_id: issued.issueId },
        },
      ])
      return issued
    })
  },

  async requestChallenge(caller, poolId, wanted) {
    const pool = await poolOf(needs.reader, caller, poolId)
    if (!wanted.who && wanted.address === undefined) {
      throw new Problem('request.invalid', 'Give userID, identifier or address.')
    }
    await needs.refusals.answer({
      work: async () => {
        const recipients = await recipientsOf(needs, pool, { ...wanted, may: mayUseCodes })
        await needs.transact((tx) => sendCodes(tx, needs, caller, pool, 'challenge', recipients))
      },
      isAtOnce: () => false,
    })
  },

  async verify(caller, poolId, purpose, shown) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const proof = await proveCode(needs, caller, pool, { ...shown, purpose, may: mayUseCodes })
    await needs.transact(async (tx) => {
      await spendCode(tx, needs, proof)
      await recordEvents(tx, needs, caller.facts, [
        { ...aboutUser(pool, proof.user), subject: 'otp', action: 'accepted', payload: { purpose } },
      ])
    })
    await forgiveTries(needs, proof)
    return proof.user.userId
  },

  async inspect(caller, poolId, code) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const presented = readPresentedCode(code)
    const extended = presented?.kind === 'extended' ? presented : undefined
    const purpose = extended?.purpose ?? 'challenge'
    // The short form proves nothing by itself: refused like one that is wrong.
    const shown = { purpose, code: extended ? code : '', who: undefined, may: mayUseCodes }
    const proof = await proveCode(needs, caller, pool, shown)
    await forgiveTries(needs, proof)
    const { organizationId, userId } = proof.user
    const password = await findPasswordSummary(needs.reader, organizationId, userId)
    return { userId, purpose, hasPassword: password !== undefined }
  },

  async requestAddressVerification(caller, poolId, id, typed) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    const address = await unverifiedAddress(needs, user, typed)
    await needs.refusals.answer({
      work: () => askToVerify(needs, caller, pool, user, address),
      isAtOnce: () => false,
    })
  },

  async completeAddressVerification(caller, poolId, id, typed, code) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const user = await userOf(needs.reader, pool, id)
    const { userId } = user
    const { addressId } = await unverifiedAddress(needs, user, typed)
    const proof = await proveCode(needs, caller, pool, {
      purpose: 'verify_address',
      code,
      who: { kind: 'id', userId },
      addressId,
      may: mayUseCodes,
    })
    await needs.transact(async (tx) => {
      const { user: current } = await lockedUser(tx, caller, poolId, id)
      await spendCode(tx, needs, proof)
      const address = await addressOf(tx, current, typed)
      // Taken away and given again while the code was on its way: another one, that nothing was sent to.
      if (address.addressId !== addressId || address.isVerified) throw new Problem('code.refused')
      if (await findVerifiedOwner(tx, pool, address, userId)) throw new Problem('address.in_use')
      const now = needs.clock.now()
      await updateAddress(tx, current, { ...address, isVerified: true, verifiedAt: now, updatedAt: now })
      const after = await raiseRevision(tx, needs, current)
      const about = aboutUser(pool, after)
      await recordEvents(tx, needs, caller.facts, [
        { ...about, subject: 'otp', action: 'accepted', payload: { purpose: 'verify_address' } },
      ])
    })
    await forgiveTries(needs, proof)
  },
})

/** @throws Problem `user.not_found`, `request.invalid` */
async function personOf(needs: LocalNeeds, pool: Pool, { purpose, who, address }: CodeWanted): Promise<User> {
  const byAddress = purpose === 'password_reset' || purpose === 'challenge'
  const key = who ?? (byAddress && address !== undefined ? ({ kind: 'address', address } as const) : undefined)
  if (!key) throw new Problem('request.invalid', 'Give either userID or identifier.')
  const user = await findPerson(needs.reader, pool, key)
  if (!user) throw new Problem('user.not_found')
  return user
}

/** The address that a code is made for, as its purpose asks. @throws Problem `request.invalid` */
async function addressFor(
  needs: LocalNeeds,
  pool: Pool,
  user: User,
  { purpose, address: typed }: CodeWanted,
): Promise<Address | undefined> {
  const addresses = (await selectAddresses(needs.reader, user.organizationId, [user.userId])).get(user.userId) ?? []
  if (purpose === 'activation') {
    if (user.status !== 'new') throw new Problem('request.invalid', 'The user is activated already.')
    const chosen = chosenAddress(addresses, typed)
    if (!chosen) throw new Problem('request.invalid', 'Name one of the addresses of the user.')
    return chosen
  }
  const named = typed === undefined ? undefined : addresses.find((one) => isAddress(one, typed))
  if (purpose === 'verify_address') {
    const isFree = named && !named.isVerified && !(await findVerifiedOwner(needs.reader, pool, named, user.userId))
    if (!isFree) throw new Problem('request.invalid', 'Name an address of the user that nobody has verified.')
    return named
  }
  if (typed !== undefined && !named) throw new Problem('request.invalid', 'The address is not one of the user.')
  return named
}

/** @throws Problem `address.not_found`, `address.verified` */
async function unverifiedAddress(needs: LocalNeeds, user: User, typed: string): Promise<Address> {
  const address = await addressOf(needs.reader, user, typed)
  if (address.isVerified) throw new Problem('address.verified')
  return address
}

async function askToVerify(needs: LocalNeeds, caller: Caller, pool: Pool, user: User, address: Address): Promise<void> {
  const owner = await findVerifiedOwner(needs.reader, pool, address, user.userId)
  if (owner) {
    const event = { subject: 'otp', action: 'rejected', payload: { purpose: 'verify_address' } } as const
    await warnOwner(needs, caller, pool, owner, address.canonical, event)
    return
  }
  const nameKey = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, undefined)
  const isAllowed = mayUseCodes(user) && (await needs.mayMail(nameKey))
  await needs.transact((tx) =>
    sendCodes(tx, needs, caller, pool, 'verify_address', isAllowed ? [{ user, address, nameKey }] : []),
  )
}
