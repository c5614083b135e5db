import { timingSafeEqual } from 'node:crypto'
import { addSeconds } from '../../platform/clock/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { recordEvents } from '../audit/index.ts'
import { consumeCode, saveCode, savePassword, takeAttempt } from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import { endAllSessions } from '../sessions/index.ts'
import { canonicalAddress, findUserForUpdate, selectAddresses } from '../users/index.ts'
import type { Address, User } from '../users/index.ts'
import { countedAs, findPeople, findPerson } from './find-person.ts'
import type { IdentityBackend, ResetProof, ResetRequest, UserKey } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { counted, newVerifier, noteTry, requireTry } from './local-passwords.ts'
import { aboutPool, aboutUser, endedByClient, poolOf, workspaceOf } from './read-local.ts'
import { readPresentedCode, resetCodeAttempts, resetCodeDigits, resetCodeId, resetCodeSeconds } from './reset-code.ts'

type Resets = Pick<IdentityBackend, 'requestPasswordReset' | 'resetPassword'>

export const localResets = (needs: LocalNeeds): Resets => ({
  async requestPasswordReset(caller, poolId, request) {
    const pool = await poolOf(needs.reader, caller, poolId)
    const recipients = await recipientsOf(needs, pool, request)
    await needs.transact(async (tx) => {
      for (const recipient of recipients) await sendCode(tx, needs, pool, recipient, request.form)
      const about = { ...aboutPool(pool), affectedUserPoolId: poolId, subject: 'password' } as const
      await recordEvents(
        tx,
        needs,
        caller.facts,
        recipients.length === 0
          ? [{ ...about, action: 'rejected', reason: 'code.no_address' }]
          : recipients.map(({ user }) => ({ ...about, affectedUserId: user.userId, action: 'requested' })),
      )
    })
  },

  resetPassword: (caller, poolId, proof) =>
    // Before the code is tried: whoever is turned away has tried nothing.
    needs.hasher.reserved(async (hasher) => {
      const pool = await poolOf(needs.reader, caller, poolId)
      const presented = readPresentedCode(proof.code)
      const who = whoseCode(presented?.userId, proof)
      const user = who && (await findPerson(needs.reader, pool, who))
      const key = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, who)
      await requireTry(needs.passwordAttempts, key, 'code', caller.tenantId)
      const isRight = user && mayReset(user) && presented ? await isCodeOf(needs, user, presented.digits) : false
      if (!user || !isRight) {
        await counted(needs.passwordAttempts, key, 'code', false)
        await noteTry(needs, caller, pool, user, 'rejected', 'code.incorrect')
        throw new Problem('code.refused')
      }
      const verifier = await newVerifier(
        { reader: needs.reader, vault: needs.vault, hasher },
        pool,
        user,
        proof.newPassword,
      )
      await needs.transact(async (tx) => {
        const { organizationId, userId } = user
        const now = needs.clock.now()
        // The person first, as every way to a new password does.
        const current = await findUserForUpdate(tx, organizationId, userId)
        const isFirst = await consumeCode(tx, resetCodeId(organizationId, userId), 'password_reset', now)
        if (!isFirst || !current || !mayReset(current)) throw new Problem('code.refused')
        const credentialId = needs.random.uuid()
        await savePassword(tx, needs.vault, {
          organizationId,
          userId,
          credentialId,
          verifier,
          state: 'valid',
          stateReason: '',
          now,
        })
        await endAllSessions(tx, needs, endedByClient(user, caller))
        await recordEvents(tx, needs, caller.facts, [
          { ...aboutUser(pool, user), subject: 'password', action: 'updated', reason: 'password.reset_by_code' },
        ])
      })
      await counted(needs.passwordAttempts, key, 'code', true)
    }),
})

/** Somebody who has not finished their activation may set a password; somebody switched off may not. */
const mayReset = (user: User): boolean => user.status === 'active' || user.status === 'new'

interface Recipient {
  readonly user: User
  readonly address: Address
  readonly nameKey: Buffer
}

// Divergence D-17: by e-mail only.
/** Named together with a person, an address need not be verified; alone, it finds those who have verified it. */
async function recipientsOf(needs: LocalNeeds, pool: Pool, request: ResetRequest): Promise<readonly Recipient[]> {
  const { reader, nameKeys } = needs
  const workspace = await workspaceOf(reader, pool)
  const recipients: Recipient[] = []
  for (const user of await findPeople(reader, pool, request.who ?? { kind: 'address', address: request.address })) {
    const addresses = (await selectAddresses(reader, user.organizationId, [user.userId])).get(user.userId) ?? []
    const address = addresses.find(
      ({ type, status, canonical }) =>
        type === 'email' && status === 'active' && canonical === canonicalAddress(request.address),
    )
    if (!address || !mayReset(user)) continue
    const nameKey = await countedAs(reader, nameKeys, workspace, user, undefined)
    if (await needs.mayMail(nameKey)) recipients.push({ user, address, nameKey })
  }
  return recipients
}

async function sendCode(
  tx: Tx,
  needs: LocalNeeds,
  { workspaceId }: Pool,
  { user, address, nameKey }: Recipient,
  form: 'link' | 'code',
): Promise<void> {
  const { tenantId, organizationId, userId } = user
  const codeId = resetCodeId(organizationId, userId)
  const createdAt = needs.clock.now()
  const expiresAt = addSeconds(createdAt, resetCodeSeconds)
  await saveCode(tx, needs.vault, {
    codeId,
    purpose: 'password_reset',
    tenantId,
    code: needs.random.digits(resetCodeDigits),
    // The same subject as at every other door that sends codes: newer codes there end this one.
    subjectKey: needs.codeSubject(nameKey),
    attempts: resetCodeAttempts,
    createdAt,
    expiresAt,
  })
  await needs.mailResetCode(tx, {
    codeId,
    tenantId,
    workspaceId,
    organizationId,
    userId,
    address: address.address,
    form,
    expiresAt,
  })
}

/** A link's code says whom it is for; what the caller says beside it must not say otherwise. */
function whoseCode(userId: string | undefined, proof: ResetProof): UserKey | undefined {
  if (userId === undefined) return proof.who
  if (proof.who?.kind === 'id' && proof.who.userId !== userId) return undefined
  return { kind: 'id', userId }
}

/** Spends an attempt in a transaction of its own: it stays spent whatever comes after. */
async function isCodeOf(needs: LocalNeeds, user: User, digits: string): Promise<boolean> {
  const codeId = resetCodeId(user.organizationId, user.userId)
  const taken = await needs.transact((tx) => takeAttempt(tx, needs.vault, codeId, 'password_reset', needs.clock.now()))
  const theirs = Buffer.from(digits)
  const same = taken.filter((code) => {
    const ours = Buffer.from(code)
    return theirs.length === ours.length && timingSafeEqual(theirs, ours)
  })
  return same.length > 0
}
