import { Problem } from '../../problem/index.ts'
import { assertAcceptable, preparePassword } from '../credentials/index.ts'
import { findName } from '../directory/index.ts'
import { findOwner, warnOwner } from '../codes/index.ts'
import { canonicalIdentifier, contextWords, localBackend, workspaceOf } from '../identity/index.ts'
import type { Caller, LocalNeeds } from '../identity/index.ts'
import type { Pool } from '../pools/index.ts'
import { findUser, userId } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import { sendActivation } from './send-activation.ts'

export interface Registrant {
  /** An e-mail address, a telephone number, or else a username. */
  readonly identifier: string
  /** Where the code goes; absent: to the identifier, where it is an address. */
  readonly address: string | undefined
  readonly password: string | undefined
  readonly payload: Readonly<Record<string, unknown>>
  readonly isToBeSent: boolean
}

interface Named {
  readonly type: 'email' | 'mobile' | 'uid'
  readonly typed: string
  readonly canonical: string
}

/** Both ways cost the same: the password is judged and hashed, and the answer comes at the moment of refusals. */
export async function register(needs: LocalNeeds, caller: Caller, pool: Pool, who: Registrant): Promise<UserId> {
  const name = requireNamed(who.identifier, 'identifier', ['email', 'mobile', 'uid'])
  const address = who.address === undefined ? undefined : requireNamed(who.address, 'otp_address', ['email', 'mobile'])
  if (address?.type === name.type) {
    throw new Problem('request.invalid', 'otp_address must not be of the same type as identifier.')
  }
  return needs.refusals.answer({
    work: async () =>
      (await isTaken(needs, pool, name))
        ? refuseQuietly(needs, caller, pool, who, name)
        : makeUser(needs, caller, pool, who, name, address),
    isAtOnce: () => false,
  })
}

/** A name that only an earlier user store knows is taken too: a stranger must not become that person. */
async function isTaken(needs: LocalNeeds, pool: Pool, name: Named): Promise<boolean> {
  if (await findOwner(needs.reader, pool, name, undefined)) return true
  if (name.type !== 'uid') return false
  const workspace = await workspaceOf(needs.reader, pool)
  const found = await findName(needs.reader, needs.nameKeys, workspace, name.canonical, pool.organizationId)
  return found.kind !== 'unknown'
}

async function refuseQuietly(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  who: Registrant,
  name: Named,
): Promise<UserId> {
  const nobody = userId(needs.random.uuid())
  if (who.password !== undefined) {
    const words = contextWords(pool, who.payload, [who.identifier, who.address ?? ''])
    const holder = { organizationId: pool.organizationId, userId: nobody }
    assertAcceptable(await preparePassword(needs, holder, pool.policy, words, who.password))
  }
  const owner = await findOwner(needs.reader, pool, name, undefined)
  if (!owner) return nobody
  const event = { subject: 'user', action: 'rejected', payload: { registered: true } } as const
  await warnOwner(needs, caller, pool, owner, name.canonical, event)
  return owner.userId
}

async function makeUser(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  who: Registrant,
  name: Named,
  address: Named | undefined,
): Promise<UserId> {
  const made = await localBackend(needs)
    .createUser(caller, pool.poolId, {
      status: 'new',
      payload: who.payload,
      metadata: {},
      businessMetadata: {},
      // An address becomes an identifier when it is proved.
      identifiers: name.type === 'uid' ? [{ type: 'uid', identifier: name.typed, metadata: {} }] : [],
      addresses: [name, address].filter(isAddressNamed).map(({ type, typed }) => ({
        type,
        address: typed,
        status: 'active',
        isVerified: false,
      })),
      password: who.password === undefined ? undefined : { kind: 'plain', password: who.password, state: 'valid' },
    })
    .catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'user.identifier_taken') return undefined
      throw error
    })
  // Taken between the look and the insert.
  if (!made) return refuseQuietly(needs, caller, pool, { ...who, password: undefined }, name)
  if (who.isToBeSent) await sendTo(needs, caller, pool, made.user.userId, address ?? name)
  return made.user.userId
}

async function sendTo(needs: LocalNeeds, caller: Caller, pool: Pool, id: UserId, target: Named): Promise<void> {
  const user = await findUser(needs.reader, pool.organizationId, id)
  if (user && target.type !== 'uid') await sendActivation(needs, caller, pool, user, target.typed)
}

const isAddressNamed = (named: Named | undefined): named is Named & { readonly type: 'email' | 'mobile' } =>
  named !== undefined && named.type !== 'uid'

/** @throws Problem `request.invalid` */
function requireNamed(typed: string, field: string, types: readonly Named['type'][]): Named {
  for (const type of types) {
    const canonical = canonicalIdentifier(type, typed)
    if (canonical !== undefined) return { type, typed, canonical }
  }
  throw new Problem('request.invalid', `${field} is neither an address nor a name that can be had.`, {
    details: { fields: [{ field }] },
  })
}
