import { sql } from 'kysely'
import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { organizationId as organizationIdOf } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { userId as userIdOf } from '../users/index.ts'
import type { UserId } from '../users/index.ts'
import type { PasswordRecord, PasswordState, PasswordStateReason } from './password.ts'

/** Whose verifier it is: bound to the sealed bytes, so that a row copied to another user does not open. */
const sealContext = (organization: OrganizationId, id: UserId): string => `password ${organization} ${id}`

const contextOf: SealedColumn['contextOf'] = (row) =>
  sealContext(organizationIdOf(String(row['organization_id'])), userIdOf(String(row['user_id'])))

/** Where password verifiers are sealed. */
export const sealedPasswords: readonly SealedColumn[] = [
  { table: 'passwords', column: 'sealed_verifier', key: ['organization_id', 'user_id'], contextOf },
  {
    table: 'password_history',
    column: 'sealed_verifier',
    key: ['organization_id', 'user_id', 'generation'],
    contextOf,
  },
]

export async function findPassword(
  reader: Reader,
  vault: Vault,
  organization: OrganizationId,
  id: UserId,
): Promise<PasswordRecord | undefined> {
  const row = await reader
    .selectFrom('passwords')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return (
    row && {
      credentialId: row.credential_id,
      verifier: vault.openText(row.sealed_verifier, sealContext(organization, id)),
      generation: row.generation,
      state: row.state,
      stateReason: row.state_reason as PasswordStateReason,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** What may be shown of a password; the verifier stays sealed. */
export type PasswordSummary = Omit<PasswordRecord, 'verifier'>

export async function findPasswordSummary(
  reader: Reader,
  organization: OrganizationId,
  id: UserId,
): Promise<PasswordSummary | undefined> {
  const row = await reader
    .selectFrom('passwords')
    .select(['credential_id', 'generation', 'state', 'state_reason', 'created_at', 'updated_at'])
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return (
    row && {
      credentialId: row.credential_id,
      generation: row.generation,
      state: row.state,
      stateReason: row.state_reason as PasswordStateReason,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

export interface NewPassword {
  readonly organizationId: OrganizationId
  readonly userId: UserId
  readonly credentialId: string
  readonly verifier: string
  readonly state: PasswordState
  readonly stateReason: PasswordStateReason
  readonly now: Date
}

/** Sets the current password; what it replaces goes to the history. One more generation. */
export async function savePassword(tx: Tx, vault: Vault, password: NewPassword): Promise<void> {
  const { organizationId, userId, now } = password
  const replaced = await tx
    .selectFrom('passwords')
    .select(['generation', 'sealed_verifier'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  const values = {
    sealed_verifier: vault.seal(password.verifier, sealContext(organizationId, userId)),
    generation: (replaced?.generation ?? 0) + 1,
    state: password.state,
    state_reason: password.stateReason,
    updated_at: now,
  }
  if (!replaced) {
    await tx
      .insertInto('passwords')
      .values({
        organization_id: organizationId,
        user_id: userId,
        credential_id: password.credentialId,
        created_at: now,
        ...values,
      })
      .execute()
    return
  }
  await tx
    .insertInto('password_history')
    .values({
      organization_id: organizationId,
      user_id: userId,
      generation: replaced.generation,
      sealed_verifier: replaced.sealed_verifier,
      retired_at: now,
    })
    .execute()
  await tx
    .updateTable('passwords')
    .set(values)
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/** A verifier as it is stored, sealed for its owner. Sealing is most of what a new password costs. */
export const sealVerifier = (vault: Vault, organization: OrganizationId, id: UserId, verifier: string): Buffer =>
  vault.seal(verifier, sealContext(organization, id))

/** First passwords of people who have none, already sealed; all of one organization, in one statement. */
export async function insertPasswords(
  tx: Tx,
  organization: OrganizationId,
  passwords: readonly (Omit<NewPassword, 'organizationId' | 'verifier'> & { readonly sealedVerifier: Buffer })[],
): Promise<void> {
  const [first] = passwords
  if (!first) return
  await sql`
    insert into passwords (organization_id, user_id, credential_id, sealed_verifier, state, state_reason, created_at,
      updated_at)
    select ${organization}, given.user_id, given.credential_id, decode(given.sealed_verifier, 'base64'), given.state,
      given.state_reason, ${first.now}::timestamptz, ${first.now}::timestamptz
    from unnest(${passwords.map((one) => one.userId)}::uuid[], ${passwords.map((one) => one.credentialId)}::uuid[],
      ${passwords.map((one) => one.sealedVerifier.toString('base64'))}::text[],
      ${passwords.map((one) => one.state)}::text[], ${passwords.map((one) => one.stateReason)}::text[])
      as given (user_id, credential_id, sealed_verifier, state, state_reason)`.execute(tx)
}

/** A stronger verifier of the same password. @returns false when the password was changed meanwhile: then it is dropped */
export async function replaceVerifier(
  tx: Tx,
  vault: Vault,
  organization: OrganizationId,
  id: UserId,
  proved: Pick<PasswordRecord, 'generation'>,
  verifier: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('passwords')
    .set({ sealed_verifier: vault.seal(verifier, sealContext(organization, id)), updated_at: now })
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .where('generation', '=', proved.generation)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns false when the user has no password */
export async function setState(
  tx: Tx,
  organization: OrganizationId,
  id: UserId,
  state: PasswordState,
  reason: PasswordStateReason,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('passwords')
    .set({ state, state_reason: reason, updated_at: now })
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Verifiers of the passwords before the current one, newest first. */
export async function selectHistory(
  reader: Reader,
  vault: Vault,
  organization: OrganizationId,
  id: UserId,
  count: number,
): Promise<string[]> {
  if (count <= 0) return []
  const rows = await reader
    .selectFrom('password_history')
    .select('sealed_verifier')
    .where('organization_id', '=', organization)
    .where('user_id', '=', id)
    .orderBy('generation', 'desc')
    .limit(count)
    .execute()
  return rows.map((row) => vault.openText(row.sealed_verifier, sealContext(organization, id)))
}
