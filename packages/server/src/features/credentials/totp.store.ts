import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import { organizationId as organizationIdOf } from '../tenancy/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import { userId as userIdOf } from '../users/index.ts'
import type { User, UserId } from '../users/index.ts'

type Owner = Pick<User, 'organizationId' | 'userId'>

/** What may be shown of it: that there is one. */
export interface TotpSummary {
  readonly credentialId: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface TotpRecord extends TotpSummary {
  /** Base32, as `canonicalTotpSecret` spells it. */
  readonly secret: string
  /** One more with each new secret. */
  readonly generation: number
}

/** Whose secret it is: bound to the sealed bytes, so that a row copied to another user does not open. */
const sealContext = (organization: OrganizationId, id: UserId): string => `totp ${organization} ${id}`

/** Where secrets of authenticators are sealed. */
export const sealedTotpSecrets: readonly SealedColumn[] = [
  {
    table: 'totp_secrets',
    column: 'sealed_secret',
    key: ['organization_id', 'user_id'],
    contextOf: (row) => sealContext(organizationIdOf(String(row['organization_id'])), userIdOf(String(row['user_id']))),
  },
]

export async function findTotp(
  reader: Reader,
  vault: Vault,
  { organizationId, userId }: Owner,
): Promise<TotpRecord | undefined> {
  const row = await reader
    .selectFrom('totp_secrets')
    .select(['credential_id', 'sealed_secret', 'generation', 'created_at', 'updated_at'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return (
    row && {
      credentialId: row.credential_id,
      secret: vault.openText(row.sealed_secret, sealContext(organizationId, userId)),
      generation: row.generation,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

export async function findTotpSummary(
  reader: Reader,
  { organizationId, userId }: Owner,
): Promise<TotpSummary | undefined> {
  const row = await reader
    .selectFrom('totp_secrets')
    .select(['credential_id', 'created_at', 'updated_at'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row && { credentialId: row.credential_id, createdAt: row.created_at, updatedAt: row.updated_at }
}

export interface NewTotp extends Owner {
  readonly credentialId: string
  readonly secret: string
  readonly now: Date
}

/** For somebody who has none. @returns false when they have one */
export async function insertTotp(tx: Tx, vault: Vault, totp: NewTotp): Promise<boolean> {
  const { organizationId, userId, now } = totp
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('totp_secrets')
    .values({
      organization_id: organizationId,
      user_id: userId,
      credential_id: totp.credentialId,
      sealed_secret: vault.seal(totp.secret, sealContext(organizationId, userId)),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

/** Takes the place of whatever secret there is; steps of the new one have not been taken. */
export async function replaceTotp(tx: Tx, vault: Vault, totp: NewTotp): Promise<void> {
  if (await insertTotp(tx, vault, totp)) return
  const { organizationId, userId, now } = totp
  await tx
    .updateTable('totp_secrets')
    .set((eb) => ({
      sealed_secret: vault.seal(totp.secret, sealContext(organizationId, userId)),
      generation: eb('generation', '+', 1),
      last_step: 0,
      updated_at: now,
    }))
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/**
 * Single use: one conditional update. A step is taken once, and none before the last one taken.
 *
 * @param proved the secret whose code was shown; one that was replaced meanwhile has no steps left
 * @returns false for every caller but the first
 * @see RFC 6238 §5.2
 */
export async function takeTotpStep(
  tx: Tx,
  { organizationId, userId }: Owner,
  proved: Pick<TotpRecord, 'generation'>,
  step: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('totp_secrets')
    .set({ last_step: step })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('generation', '=', proved.generation)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
