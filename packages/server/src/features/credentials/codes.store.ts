import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

export interface OneTimeCode {
  /** Id of the flow that asked for it; a flow has one code at a time. */
  readonly codeId: string
  readonly purpose: 'password_reset'
  readonly tenantId: string
  /** What people type: decimal digits. */
  readonly code: string
  /** Keyed hash of whom it is for; a code that a newer one of the same subject follows is void. */
  readonly subjectKey: Buffer
  readonly attempts: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

const sealContext = (codeId: string, purpose: string): string => `code ${purpose} ${codeId}`

/** Where one-time codes are sealed. */
export const sealedCodes: SealedColumn = {
  table: 'one_time_codes',
  column: 'sealed_code',
  key: ['code_id'],
  also: ['purpose'],
  contextOf: (row) => sealContext(String(row['code_id']), String(row['purpose'])),
}

/** A second code of the same flow takes the place of the first. */
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
  await tx
    .insertInto('one_time_codes')
    .values({ code_id: code.codeId, ...values })
    .onConflict((conflict) => conflict.column('code_id').doUpdateSet(values))
    .execute()
}

/**
 * Spends one attempt and gives the code to compare with. Committed on its own: a refused attempt stays spent.
 *
 * @returns undefined when there is no attempt left, the code was used, is too old, or a newer one was sent
 */
export async function takeAttempt(
  tx: Tx,
  vault: Vault,
  codeId: string,
  purpose: OneTimeCode['purpose'],
  now: Date,
): Promise<{ readonly code: string; readonly createdAt: Date } | undefined> {
  const row = await tx
    .updateTable('one_time_codes')
    .set((eb) => ({ attempts_left: eb('attempts_left', '-', 1) }))
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('attempts_left', '>', 0)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['sealed_code', 'subject_key', 'created_at'])
    .executeTakeFirst()
  if (!row) return undefined
  const newer = await tx
    .selectFrom('one_time_codes')
    .select('code_id')
    .where('subject_key', '=', Buffer.from(row.subject_key))
    .where('purpose', '=', purpose)
    .where('created_at', '>', row.created_at)
    .limit(1)
    .executeTakeFirst()
  if (newer) return undefined
  return { code: vault.openText(row.sealed_code, sealContext(codeId, purpose)), createdAt: row.created_at }
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

/** Single use: one conditional update, in the transaction of what the code permits. @returns false for every caller but the first */
export async function consumeCode(
  tx: Tx,
  codeId: string,
  purpose: OneTimeCode['purpose'],
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
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
