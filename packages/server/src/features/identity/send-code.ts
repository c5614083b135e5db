import type { Tx } from '../../platform/db/index.ts'
import { recordEvents } from '../audit/index.ts'
import { codeRules, issueUserCode, wirePurpose } from '../credentials/index.ts'
import type { CodePurpose, IssuedCode } from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import { selectAddresses } from '../users/index.ts'
import type { Address, User } from '../users/index.ts'
import { canonicalIdentifier } from './canonical-identifier.ts'
import { countedAs, findPeople } from './find-person.ts'
import type { Caller, UserKey } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { aboutPool, aboutUser, workspaceOf } from './read-local.ts'
import { subjectOf } from './prove-code.ts'

/** Somebody who has not finished their activation may use codes; somebody switched off may not. */
export const mayUseCodes = (user: User): boolean => user.status === 'active' || user.status === 'new'

/** Somebody, and the address of theirs that a code goes to. */
export interface Recipient {
  readonly user: User
  readonly address: Address
  readonly nameKey: Buffer
}

/** Whom a code should reach. Named together with a person, an address need not be verified; alone, it finds those who have verified it. */
export interface Wanted {
  readonly who?: UserKey | undefined
  /** Absent: the only one that the person has. */
  readonly address: string | undefined
  readonly may: (user: User) => boolean
}

/** Those whom the request concerns, with a message allowed to each of them; counts the messages. */
export async function recipientsOf(needs: LocalNeeds, pool: Pool, wanted: Wanted): Promise<readonly Recipient[]> {
  const { reader, nameKeys } = needs
  const { who, address: typed } = wanted
  const key = who ?? (typed === undefined ? undefined : ({ kind: 'address', address: typed } as const))
  if (!key) return []
  const workspace = await workspaceOf(reader, pool)
  const recipients: Recipient[] = []
  for (const user of await findPeople(reader, pool, key)) {
    const addresses = (await selectAddresses(reader, user.organizationId, [user.userId])).get(user.userId) ?? []
    const address = chosenAddress(addresses, typed)
    if (!address || !wanted.may(user)) continue
    const nameKey = await countedAs(reader, nameKeys, workspace, user, undefined)
    if (await needs.mayMail(nameKey)) recipients.push({ user, address, nameKey })
  }
  return recipients
}

/** The person's active address that was named; where none was, the only one. */
export function chosenAddress(addresses: readonly Address[], typed: string | undefined): Address | undefined {
  const active = addresses.filter(({ status }) => status === 'active')
  if (typed !== undefined) return active.find((one) => isAddress(one, typed))
  return active.length === 1 ? active[0] : undefined
}

export const isAddress = ({ type, canonical }: Address, typed: string): boolean =>
  canonicalIdentifier(type, typed) === canonical

/** Makes a code for a person; what was made before for the same purpose ends. It is told to nobody. */
export async function issueCode(
  tx: Tx,
  needs: LocalNeeds,
  pool: Pool,
  purpose: CodePurpose,
  { user, address, nameKey }: Omit<Recipient, 'address'> & { readonly address: Address | undefined },
): Promise<IssuedCode> {
  return issueUserCode(tx, needs, {
    purpose,
    tenantId: user.tenantId,
    organizationId: user.organizationId,
    userId: user.userId,
    addressId: address?.addressId,
    // The same subject as at every other door that sends codes: newer codes there end this one.
    subjectKey: needs.codeSubject(nameKey),
    rules: codeRules(pool.wire['otp_settings'], purpose),
  })
}

/** Sends a code to each of them; with nobody to write to, the request is written down as one that reached nobody. */
export async function sendCodes(
  tx: Tx,
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  purpose: CodePurpose,
  recipients: readonly Recipient[],
): Promise<void> {
  const subject = subjectOf(purpose)
  const payload = { purpose: wirePurpose(purpose) }
  if (recipients.length === 0) {
    const about = { ...aboutPool(pool), affectedUserPoolId: pool.poolId, subject, payload } as const
    await recordEvents(tx, needs, caller.facts, [{ ...about, action: 'rejected', reason: 'code.no_address' }])
  }
  for (const recipient of recipients) {
    const about = { ...aboutUser(pool, recipient.user), subject, payload } as const
    // Divergence D-36: nothing can be sent to a telephone yet, and no code is made that nobody gets.
    if (recipient.address.type === 'mobile') {
      await recordEvents(tx, needs, caller.facts, [{ ...about, action: 'not_sent', reason: 'code.no_sender' }])
      continue
    }
    const issued = await issueCode(tx, needs, pool, purpose, recipient)
    await needs.mailCode(tx, {
      codeId: issued.codeId,
      issueId: issued.issueId,
      purpose,
      tenantId: pool.tenantId,
      workspaceId: pool.workspaceId,
      organizationId: pool.organizationId,
      userId: recipient.user.userId,
      address: recipient.address.address,
    })
    await recordEvents(tx, needs, caller.facts, [{ ...about, action: 'requested' }])
  }
}
