import { sql } from 'kysely'
import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface OneTimeCode {
  /** Id of the flow that asked for it; a flow has its newest code and the one before it. */
  readonly codeId: string
  readonly purpose: 'password_reset'
  readonly tenantId: string
  /** What people type: decimal digits. */
  readonly code: string
  /** Keyed hash of whom it is for; a code that two newer ones of the same subject follow is void. */
  readonly subjectKey: Buffer
  readonly attempts: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

const sealContext = (codeId: string, purpose: string): string => `code ${purpose} ${codeId}`

const sealed = (column: 'sealed_code' | 'sealed_previous_code'): SealedColumn => ({
  table: 'one_time_codes',
  column,
  key: ['code_id'],
  also: ['purpose'],
  contextOf: (row) => sealContext(String(row['code_id']), String(row['purpose'])),
})

/** Where one-time codes are sealed. */
export const sealedCodes: readonly SealedColumn[] = [sealed('sealed_code'), sealed('sealed_previous_code')]

/**
 * A second code of the same flow comes before the first, which stays good beside it: mails overtake each other. A code
 * for somebody else takes its place.
 */
export async function saveCode(tx: Tx, vault: Vault, code: OneTimeCode): Promise<void> {
  const values = {
    purpose: code.purpose,
    tenant_id: code.tenantId,
    sealed_code: vault.seal(code.code, sealContext(code.codeId, code.purpose)),
    subject_key: code.subjectKey,
    attempts_left: code.attempts,
    consumed_at: null,
    created_at: code.createdAt,
    expires_at: code.expiresAt,
  }
  const isKept = sql`one_time_codes.consumed_at is null
    and one_time_codes.subject_key = excluded.subject_key and one_time_codes.purpose = excluded.purpose`
  await tx
    .insertInto('one_time_codes')
    .values({ code_id: code.codeId, ...values })
    .onConflict((conflict) =>
      conflict.column('code_id').doUpdateSet({
        ...values,
        sealed_previous_code: sql`case when ${isKept} then one_time_codes.sealed_code end`,
        previous_created_at: sql`case when ${isKept} then one_time_codes.created_at end`,
        previous_expires_at: sql`case when ${isKept} then one_time_codes.expires_at end`,
      }),
    )
    .execute()
}

/** The newest codes of a subject that are good, wherever they were asked for. */
const newestCodes = 2

/**
 * Spends one attempt and gives the codes to compare with: the flow's newest and the one before it, as far as they are
 * among the subject's newest two and not too old. Committed on its own: a refused attempt stays spent.
 *
 * @returns nothing when there is no attempt left, the codes were used, are too old, or newer ones were sent
 */
export async function takeAttempt(
  tx: Tx,
  vault: Vault,
  codeId: string,
  purpose: OneTimeCode['purpose'],
  now: Date,
): Promise<readonly string[]> {
  const row = await tx
    .updateTable('one_time_codes')
    .set((eb) => ({ attempts_left: eb('attempts_left', '-', 1) }))
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('attempts_left', '>', 0)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning([
      'sealed_code',
      'subject_key',
      'created_at',
      'sealed_previous_code',
      'previous_created_at',
      'previous_expires_at',
    ])
    .executeTakeFirst()
  if (!row) return []
  const ofSubject = await tx
    .selectFrom('one_time_codes')
    .select(['created_at', 'previous_created_at'])
    .where('subject_key', '=', Buffer.from(row.subject_key))
    .where('purpose', '=', purpose)
    .orderBy('created_at', 'desc')
    .limit(newestCodes)
    .execute()
  const sent = ofSubject.flatMap(({ created_at, previous_created_at }) => [created_at, previous_created_at])
  const isAmongNewest = (at: Date): boolean => sent.filter((other) => other !== null && other > at).length < newestCodes
  const open = (code: Uint8Array): string => vault.openText(code, sealContext(codeId, purpose))
  const { sealed_previous_code: previous, previous_created_at: previousAt, previous_expires_at: previousEnd } = row
  const isPreviousGood = previousAt !== null && previousEnd !== null && previousEnd > now && isAmongNewest(previousAt)
  return [
    ...(isAmongNewest(row.created_at) ? [open(row.sealed_code)] : []),
    ...(previous !== null && isPreviousGood ? [open(previous)] : []),
  ]
}

/** The code of a flow, for the message that carries it. @returns undefined when it was used or is too old */
export async function findCode(
  reader: Reader,
  vault: Vault,
  codeId: string,
  purpose: OneTimeCode['purpose'],
  now: Date,
): Promise<string | undefined> {
  const row = await reader
    .selectFrom('one_time_codes')
    .select('sealed_code')
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row && vault.openText(row.sealed_code, sealContext(codeId, purpose))
}

/**
 * Single use: one conditional update, in the transaction of what the code permits. Every other code of the same subject is
 * void with it.
 *
 * @returns false for every caller but the first
 */
export async function consumeCode(
  tx: Tx,
  codeId: string,
  purpose: OneTimeCode['purpose'],
  now: Date,
): Promise<boolean> {
  // In one order, so that two codes of one subject that are used at the same moment wait for each other.
  const ofSubject = await tx
    .selectFrom('one_time_codes')
    .select(['code_id', 'subject_key'])
    .where('purpose', '=', purpose)
    .where('subject_key', '=', (of) =>
      of.selectFrom('one_time_codes').select('subject_key').where('code_id', '=', codeId),
    )
    .orderBy('code_id')
    .forUpdate()
    .execute()
  const { numUpdatedRows } = await tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  const [any] = ofSubject
  if (numUpdatedRows === 0n || !any) return false
  await voidCodes(tx, purpose, Buffer.from(any.subject_key), now)
  return true
}

/** What was sent to this subject is of no use any more: their password has changed. */
export async function voidCodes(tx: Tx, purpose: OneTimeCode['purpose'], subjectKey: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('subject_key', '=', subjectKey)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .execute()
}

/** @returns how many codes could still have been used */
export async function consumeEveryCode(tx: Tx, now: Date): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
