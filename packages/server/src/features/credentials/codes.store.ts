import { sql } from 'kysely'
import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** What a code permits, once. */
export const codePurposes = [
  'activation',
  'authentication',
  'challenge',
  'enroll_webauthn',
  'password_reset',
  'reset_totp',
  'verify_address',
] as const
export type CodePurpose = (typeof codePurposes)[number]

export interface OneTimeCode {
  /** Id of the flow that asked for it, or made of the person and the purpose. */
  readonly codeId: string
  readonly purpose: CodePurpose
  readonly tenantId: string
  /** Of this very code: the next one under the same id has another. */
  readonly issueId?: string | undefined
  /** Of the long form, which stands alone. */
  readonly secret?: string | undefined
  /** The address that it goes to, or that it is to prove. */
  readonly addressId?: string | undefined
  /** What people type: decimal digits. */
  readonly code: string
  /** Keyed hash of whom it is for; a code that two newer ones of the same subject follow is void. */
  readonly subjectKey: Buffer
  readonly attempts: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

const sealContext = (codeId: string, purpose: string): string => `code ${purpose} ${codeId}`

const sealed = (column: 'sealed_code' | 'sealed_extended' | 'sealed_previous_code'): SealedColumn => ({
  table: 'one_time_codes',
  column,
  key: ['code_id'],
  also: ['purpose'],
  contextOf: (row) => sealContext(String(row['code_id']), String(row['purpose'])),
})

/** Where one-time codes are sealed. */
export const sealedCodes: readonly SealedColumn[] = [
  sealed('sealed_code'),
  sealed('sealed_extended'),
  sealed('sealed_previous_code'),
]

/**
 * Takes the place of the code that has the same id. The one before stays good beside it where it was for the same person to
 * set a new password, because mails overtake each other.
 */
export async function saveCode(tx: Tx, vault: Vault, code: OneTimeCode): Promise<void> {
  const values = {
    purpose: code.purpose,
    tenant_id: code.tenantId,
    sealed_code: vault.seal(code.code, sealContext(code.codeId, code.purpose)),
    sealed_extended: code.secret === undefined ? null : vault.seal(code.secret, sealContext(code.codeId, code.purpose)),
    issue_id: code.issueId ?? null,
    address_id: code.addressId ?? null,
    subject_key: code.subjectKey,
    attempts_left: code.attempts,
    consumed_at: null,
    created_at: code.createdAt,
    expires_at: code.expiresAt,
  }
  const isKept = sql`one_time_codes.consumed_at is null and excluded.purpose = 'password_reset'
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
  purpose: CodePurpose,
  now: Date,
): Promise<readonly string[]> {
  return (await takeTry(tx, vault, codeId, purpose, now))?.codes ?? []
}

/** The same, with which code it was. */
export async function takeTry(
  tx: Tx,
  vault: Vault,
  codeId: string,
  purpose: CodePurpose,
  now: Date,
): Promise<
  | {
      readonly codes: readonly string[]
      readonly issueId: string | undefined
      readonly addressId: string | undefined
    }
  | undefined
> {
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
      'issue_id',
      'address_id',
    ])
    .executeTakeFirst()
  if (!row) return undefined
  const isAmongNewest = await newestOf(tx, row.subject_key, purpose)
  const open = (code: Uint8Array): string => vault.openText(code, sealContext(codeId, purpose))
  const { sealed_previous_code: previous, previous_created_at: previousAt, previous_expires_at: previousEnd } = row
  const isPreviousGood = previousAt !== null && previousEnd !== null && previousEnd > now && isAmongNewest(previousAt)
  return {
    codes: [
      ...(isAmongNewest(row.created_at) ? [open(row.sealed_code)] : []),
      ...(previous !== null && isPreviousGood ? [open(previous)] : []),
    ],
    issueId: row.issue_id ?? undefined,
    addressId: row.address_id ?? undefined,
  }
}

/** Whether a code that was made at a time is among the newest of its subject, at whichever door. */
async function newestOf(
  reader: Reader,
  subjectKey: Uint8Array,
  purpose: CodePurpose,
): Promise<(createdAt: Date) => boolean> {
  const ofSubject = await reader
    .selectFrom('one_time_codes')
    .select(['created_at', 'previous_created_at'])
    .where('subject_key', '=', Buffer.from(subjectKey))
    .where('purpose', '=', purpose)
    .orderBy('created_at', 'desc')
    .limit(newestCodes)
    .execute()
  const sent = ofSubject.flatMap(({ created_at, previous_created_at }) => [created_at, previous_created_at])
  return (at) => sent.filter((other) => other !== null && other > at).length < newestCodes
}

export interface KeptCode {
  readonly code: string
  readonly secret: string | undefined
  readonly issueId: string | undefined
  readonly addressId: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  /** No two newer ones were sent to the same subject. */
  readonly isNewest: boolean
}

/** A code that can still be used, for whoever sends it or compares its long form. No try is spent. */
export async function findKeptCode(
  reader: Reader,
  vault: Vault,
  codeId: string,
  purpose: CodePurpose,
  now: Date,
): Promise<KeptCode | undefined> {
  const row = await reader
    .selectFrom('one_time_codes')
    .select(['sealed_code', 'sealed_extended', 'issue_id', 'address_id', 'subject_key', 'created_at', 'expires_at'])
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .where('attempts_left', '>', 0)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row) return undefined
  const open = (sealedText: Uint8Array): string => vault.openText(sealedText, sealContext(codeId, purpose))
  return {
    code: open(row.sealed_code),
    secret: row.sealed_extended === null ? undefined : open(row.sealed_extended),
    issueId: row.issue_id ?? undefined,
    addressId: row.address_id ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    isNewest: (await newestOf(reader, row.subject_key, purpose))(row.created_at),
  }
}

/** The code of a flow, for the message that carries it. @returns undefined when it was used or is too old */
export async function findCode(
  reader: Reader,
  vault: Vault,
  codeId: string,
  purpose: CodePurpose,
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
 * @param issueId of the code that was shown: one that took its place meanwhile is not spent. Absent: whichever it is
 * @returns false for every caller but the first
 */
export async function consumeCode(
  tx: Tx,
  codeId: string,
  purpose: CodePurpose,
  now: Date,
  issueId?: string,
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
  let spending = tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('code_id', '=', codeId)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
  if (issueId !== undefined) spending = spending.where('issue_id', '=', issueId)
  const { numUpdatedRows } = await spending.executeTakeFirst()
  const [any] = ofSubject
  if (numUpdatedRows === 0n || !any) return false
  await voidCodes(tx, purpose, Buffer.from(any.subject_key), now)
  return true
}

/** What was sent to this subject is of no use any more: their password has changed. */
export async function voidCodes(tx: Tx, purpose: CodePurpose, subjectKey: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('one_time_codes')
    .set({ consumed_at: now })
    .where('subject_key', '=', subjectKey)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is', null)
    .execute()
}

/** What nobody can use any more. @returns how many there were */
export async function deleteExpiredCodes(tx: Tx, now: Date, most: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('one_time_codes')
    .where('code_id', 'in', (of) =>
      of
        .selectFrom('one_time_codes')
        .select('code_id')
        .where('expires_at', '<=', now)
        .where((where) => where.or([where('previous_expires_at', 'is', null), where('previous_expires_at', '<=', now)]))
        .limit(most),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
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
