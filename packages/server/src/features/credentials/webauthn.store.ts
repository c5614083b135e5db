import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Reader, Tables, Tx } from '../../platform/db/index.ts'
import { readAttachment } from '../../protocol/webauthn/key.ts'
import type { WebAuthnKey } from '../../protocol/webauthn/key.ts'
import type { User } from '../users/index.ts'
import type { AskedOf } from './webauthn-ceremony.ts'

type Owner = Pick<User, 'organizationId' | 'userId'>

/** A key that somebody may sign in with. */
export interface StoredWebAuthnKey extends WebAuthnKey {
  readonly credentialId: string
  /** What the person calls it; empty until they have named it. */
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What may be shown of a key; nothing in one is a secret. */
export type WebAuthnKeySummary = Pick<
  StoredWebAuthnKey,
  | 'credentialId'
  | 'name'
  | 'keyId'
  | 'signCount'
  | 'transports'
  | 'aaguid'
  | 'isBackupEligible'
  | 'isBackedUp'
  | 'createdAt'
  | 'updatedAt'
>

/** Oldest first. */
export async function selectWebAuthnKeys(reader: Reader, owner: Owner): Promise<readonly StoredWebAuthnKey[]> {
  const rows = await reader
    .selectFrom('webauthn_keys')
    .selectAll()
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .orderBy('credential_id')
    .execute()
  return rows.map(keyOf)
}

/** @returns false where somebody of the organization has this key: they, or somebody else (WebAuthn 3 §7.1, step 26) */
export async function insertWebAuthnKey(
  tx: Tx,
  owner: Owner,
  credentialId: string,
  key: WebAuthnKey,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('webauthn_keys')
    .values({
      organization_id: owner.organizationId,
      user_id: owner.userId,
      credential_id: credentialId,
      key_id: key.keyId,
      public_key: key.publicKey,
      sign_count: key.signCount,
      transports: JSON.stringify(key.transports),
      aaguid: key.aaguid,
      attachment: key.attachment ?? null,
      attestation_type: key.attestationType,
      is_backup_eligible: key.isBackupEligible,
      is_backed_up: key.isBackedUp,
      is_user_verified: key.isUserVerified,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'key_id']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

/** @returns false when they have no such key */
export async function nameWebAuthnKey(
  tx: Tx,
  owner: Owner,
  credentialId: string,
  name: string,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('webauthn_keys')
    .set({ name, updated_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns false when they have no such key */
export async function deleteWebAuthnKey(tx: Tx, owner: Owner, credentialId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('webauthn_keys')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Challenges of a person that may be open at one time: pages in several tabs, and no more. */
const openChallenges = 5

/** A new one; of the earlier ones of this person the newest stay. */
export async function saveChallenge(
  tx: Tx,
  owner: Owner,
  asked: AskedOf,
  createdAt: Date,
  expiresAt: Date,
): Promise<void> {
  await tx
    .insertInto('webauthn_challenges')
    .values({
      organization_id: owner.organizationId,
      user_id: owner.userId,
      challenge: asked.challenge,
      rp_id: asked.rpId,
      origins: JSON.stringify(asked.origins),
      created_at: createdAt,
      expires_at: expiresAt,
    })
    .execute()
  const { rows } = await sql<{ challenge: string }>`
    select challenge from webauthn_challenges
    where organization_id = ${owner.organizationId} and user_id = ${owner.userId}
    order by (expires_at > ${createdAt}) desc, created_at desc, challenge = ${asked.challenge} desc, challenge
    offset ${openChallenges}`.execute(tx)
  if (rows.length === 0) return
  await tx
    .deleteFrom('webauthn_challenges')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where(
      'challenge',
      'in',
      rows.map(({ challenge }) => challenge),
    )
    .execute()
}

/**
 * Single use: one conditional update, before the answer is looked at. A wrong answer has used the challenge up too.
 *
 * @returns undefined for every caller but the first, for one that was never asked of this person, and when it is too old
 */
export async function answerChallenge(
  tx: Tx,
  owner: Owner,
  challenge: string,
  now: Date,
): Promise<AskedOf | undefined> {
  const row = await tx
    .updateTable('webauthn_challenges')
    .set({ answered_at: now })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('challenge', '=', challenge)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['challenge', 'rp_id', 'origins'])
    .executeTakeFirst()
  return row && { challenge: row.challenge, rpId: row.rp_id, origins: row.origins }
}

/** The key that answered it waits to be added. */
export async function keepProvedKey(tx: Tx, owner: Owner, challenge: string, key: WebAuthnKey): Promise<void> {
  await tx
    .updateTable('webauthn_challenges')
    .set({ proved_key: JSON.stringify({ ...key, publicKey: Buffer.from(key.publicKey).toString('base64url') }) })
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where('challenge', '=', challenge)
    .execute()
}

/** Single use: the row goes with it. @returns the key as it was proved, whatever the caller says of it */
export async function takeProvedKey(tx: Tx, owner: Owner, keyId: string, now: Date): Promise<WebAuthnKey | undefined> {
  const row = await tx
    .deleteFrom('webauthn_challenges')
    .where('organization_id', '=', owner.organizationId)
    .where('user_id', '=', owner.userId)
    .where(sql<boolean>`proved_key ->> 'keyId' = ${keyId}`)
    .where('expires_at', '>', now)
    .returning('proved_key')
    .executeTakeFirst()
  if (!row?.proved_key) return undefined
  const kept = row.proved_key as unknown as Omit<WebAuthnKey, 'publicKey' | 'attachment'> & {
    readonly publicKey: string
    readonly attachment?: string
  }
  return {
    ...kept,
    publicKey: Buffer.from(kept.publicKey, 'base64url'),
    attachment: readAttachment(kept.attachment),
  }
}

const keyOf = (row: Selectable<Tables['webauthn_keys']>): StoredWebAuthnKey => ({
  credentialId: row.credential_id,
  keyId: row.key_id,
  publicKey: row.public_key,
  signCount: row.sign_count,
  transports: row.transports,
  aaguid: row.aaguid,
  attachment: readAttachment(row.attachment ?? undefined),
  attestationType: row.attestation_type,
  isBackupEligible: row.is_backup_eligible,
  isBackedUp: row.is_backed_up,
  isUserVerified: row.is_user_verified,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
