import type { Tx } from '../../platform/db/index.ts'
import { Problem } from '../../problem/index.ts'
import { checkUserCode, consumeCode, readPresentedCode } from '../credentials/index.ts'
import type { CodePurpose, PresentedCode, RightCode } from '../credentials/index.ts'
import type { Pool } from '../pools/index.ts'
import type { User } from '../users/index.ts'
import { countedAs, findPerson } from './find-person.ts'
import type { Caller, UserKey } from './identity-backend.ts'
import type { LocalNeeds } from './local-needs.ts'
import { counted, noteTry, requireTry } from './local-passwords.ts'
import { workspaceOf } from './read-local.ts'

export interface ShownCode {
  readonly purpose: CodePurpose
  readonly code: string
  /** Needed with the short form; beside the long one it must not say otherwise. */
  readonly who: UserKey | undefined
  /** Of a code that proves an address. */
  readonly addressId?: string | undefined
  /** Who may use such a code at all; whoever may not is refused like a wrong code. */
  readonly may: (user: User) => boolean
}

/** The code was right and is not spent yet. */
export interface CodeProof extends RightCode {
  readonly purpose: CodePurpose
  readonly user: User
  /** What the try is counted under. */
  readonly key: Buffer
}

/**
 * Compares a code; counts the try with those of every other door that takes codes, whoever the name belongs to.
 *
 * @returns undefined whatever was wrong
 * @throws Problem `request.throttled`
 */
export async function tryCode(
  needs: LocalNeeds,
  caller: Caller,
  pool: Pool,
  shown: ShownCode,
): Promise<CodeProof | undefined> {
  const presented = readPresentedCode(shown.code)
  const who = whoseCode(presented, shown)
  const user = who && (await findPerson(needs.reader, pool, who))
  const key = await countedAs(needs.reader, needs.nameKeys, await workspaceOf(needs.reader, pool), user, who)
  await requireTry(needs.passwordAttempts, key, 'code', caller.tenantId)
  const addressId = shown.addressId ?? (presented?.kind === 'extended' ? presented.addressId : undefined)
  const right =
    user && presented && shown.may(user)
      ? await checkUserCode(needs, shown.purpose, user, addressId, presented)
      : undefined
  if (user && right) return { ...right, purpose: shown.purpose, user, key }
  await counted(needs.passwordAttempts, key, 'code', false)
  await noteTry(needs, caller, pool, user, 'rejected', 'code.incorrect', subjectOf(shown.purpose))
  return undefined
}

/** As `tryCode`; a refusal comes at the moment of all refusals. @throws Problem `code.refused`, `request.throttled` */
export async function proveCode(needs: LocalNeeds, caller: Caller, pool: Pool, shown: ShownCode): Promise<CodeProof> {
  const proof = await needs.refusals.answer({
    work: () => tryCode(needs, caller, pool, shown),
    isAtOnce: (found) => found !== undefined,
  })
  if (!proof) throw new Problem('code.refused')
  return proof
}

/** Single use, in the transaction of what the code permits. @throws Problem `code.refused` for everybody but the first */
export async function spendCode(tx: Tx, needs: Pick<LocalNeeds, 'clock'>, proof: CodeProof): Promise<void> {
  const isFirst = await consumeCode(tx, proof.codeId, proof.purpose, needs.clock.now(), proof.issueId)
  if (!isFirst) throw new Problem('code.refused')
}

/** What was counted against the name is forgotten: its owner was here. After the transaction that spent the code. */
export const forgiveTries = (needs: Pick<LocalNeeds, 'passwordAttempts'>, { key }: CodeProof): Promise<void> =>
  counted(needs.passwordAttempts, key, 'code', true)

export const subjectOf = (purpose: CodePurpose) => (purpose === 'password_reset' ? 'password' : 'otp')

/** The long form says whom it is for; what the caller says beside it must not say otherwise. */
function whoseCode(presented: PresentedCode | undefined, { purpose, who, addressId }: ShownCode): UserKey | undefined {
  if (presented?.kind !== 'extended') return who
  if (presented.purpose !== purpose) return undefined
  if (addressId !== undefined && presented.addressId !== addressId) return undefined
  if (who?.kind === 'id' && who.userId !== presented.userId) return undefined
  return { kind: 'id', userId: presented.userId }
}
