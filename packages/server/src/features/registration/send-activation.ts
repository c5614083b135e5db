import { findOwner, warnOwner } from '../codes/index.ts'
import { chosenAddress, countedAs, sendCodes, workspaceOf } from '../identity/index.ts'
import type { Caller, LocalNeeds } from '../identity/index.ts'
import type { Pool } from '../pools/index.ts'
import { selectAddresses } from '../users/index.ts'
import type { User } from '../users/index.ts'

/** To the address that was named, or to the only one. What is somebody else's gets no code: its owner is told. */
export async function sendActivation(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  user: User,
  typed: string | undefined,
): Promise<void> {
  const addresses = (await selectAddresses(needs.reader, user.organizationId, [user.userId])).get(user.userId) ?? []
  const address = user.status === 'new' ? chosenAddress(addresses, typed) : undefined
  const owner = address && (await findOwner(needs.reader, pool, address, user.userId))
  if (address && owner) {
    const event = { subject: 'otp', action: 'rejected', payload: { purpose: 'activation' } } as const
    await warnOwner(needs, caller, pool, owner, address.canonical, event)
    return
  }
  const nameKey = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, undefined)
  const isAllowed = address !== undefined && (await needs.mayMail(nameKey))
  await needs.transact((tx) =>
    sendCodes(tx, needs, caller, pool, 'activation', isAllowed ? [{ user, address, nameKey }] : []),
  )
}
