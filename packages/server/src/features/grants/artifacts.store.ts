import { hash as digest } from 'node:crypto'
import { sql } from 'kysely'
import type { Reader, SealedColumn, Tx } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'

/** What the protocol engine stores: codes, tokens, grants, sessions of browsers, interactions. */
export type ArtifactPayload = Readonly<Record<string, unknown>>

export interface ArtifactHome {
  readonly tenantId: string
  readonly workspaceId: string
}

/** The id is what a bearer shows, so only its hash is kept; the payload repeats the id and is sealed. */
const idHash = (id: string): Buffer => digest('sha256', id, 'buffer')
const sealContext = (kind: string, hash: Buffer): string => `artifact ${kind} ${hash.toString('base64url')}`

export interface FoundArtifact {
  readonly payload: ArtifactPayload
  readonly consumedAt: Date | undefined
}

/** Expired rows are found too: the engine judges their age itself, by the same clock. */
export async function findArtifact(
  reader: Reader,
  vault: Vault,
  home: ArtifactHome,
  kind: string,
  id: string,
): Promise<FoundArtifact | undefined> {
  const hash = idHash(id)
  const row = await reader
    .selectFrom('artifacts')
    .select(['sealed_payload', 'consumed_at'])
    .where('id_hash', '=', hash)
    .where('kind', '=', kind)
    .where('tenant_id', '=', home.tenantId)
    .where('workspace_id', '=', home.workspaceId)
    .executeTakeFirst()
  return (
    row && {
      payload: JSON.parse(vault.openText(row.sealed_payload, sealContext(kind, hash))) as ArtifactPayload,
      consumedAt: row.consumed_at ?? undefined,
    }
  )
}

/** The browser session of a `uid`, which tokens carry instead of the cookie's value. */
export async function findSessionArtifact(
  reader: Reader,
  vault: Vault,
  home: ArtifactHome,
  uid: string,
): Promise<FoundArtifact | undefined> {
  const row = await reader
    .selectFrom('artifacts')
    .select(['id_hash', 'sealed_payload', 'consumed_at'])
    .where('kind', '=', 'Session')
    .where('session_uid', '=', uid)
    .where('tenant_id', '=', home.tenantId)
    .where('workspace_id', '=', home.workspaceId)
    .limit(1)
    .executeTakeFirst()
  return (
    row && {
      payload: JSON.parse(
        vault.openText(row.sealed_payload, sealContext('Session', Buffer.from(row.id_hash))),
      ) as ArtifactPayload,
      consumedAt: row.consumed_at ?? undefined,
    }
  )
}

export interface NewArtifact {
  readonly kind: string
  readonly id: string
  readonly payload: ArtifactPayload
  readonly now: Date
  readonly expiresAt: Date
  /** It may be shown once: saving it a second time fails until it has expired. */
  readonly isOnce?: boolean
}

/**
 * Inserts, or replaces what is there: the engine saves sessions and interactions again. Never un-consumes.
 *
 * @returns false when it is there already and `isOnce`: exactly one of any number of callers gets true until it expires;
 * false too for a grant that was revoked meanwhile, which must not come back
 */
export async function saveArtifact(tx: Tx, vault: Vault, home: ArtifactHome, artifact: NewArtifact): Promise<boolean> {
  const hash = idHash(artifact.id)
  const { payload } = artifact
  if (artifact.kind === 'Grant' && (await isRevokedForGood(tx, artifact.id))) return false
  const values = {
    sealed_payload: vault.seal(JSON.stringify(payload), sealContext(artifact.kind, hash)),
    grant_id: grantOf(artifact),
    session_uid: text(payload['sessionUid']) ?? text(payload['uid']),
    client_id: text(payload['clientId']),
    user_id: text(payload['accountId']),
    expires_at: artifact.expiresAt,
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('artifacts')
    .values({
      id_hash: hash,
      kind: artifact.kind,
      tenant_id: home.tenantId,
      workspace_id: home.workspaceId,
      consumed_at: null,
      created_at: artifact.now,
      ...values,
    })
    .onConflict((conflict) => {
      const replaced = conflict.columns(['id_hash', 'kind']).doUpdateSet(values)
      return artifact.isOnce === true ? replaced.where('artifacts.expires_at', '<=', artifact.now) : replaced
    })
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** A sign-in under way only remembers the grant of who was there before; it outlives it. */
function grantOf({ kind, id, payload }: NewArtifact): string | null {
  if (kind === 'Interaction') return null
  return kind === 'Grant' ? id : text(payload['grantId'])
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** What the one who spent something was answered, and what somebody else must share with them to be told it too. */
export interface KeptAnswer {
  readonly sharedWith: string
  readonly body: Readonly<Record<string, unknown>>
}

const answerContext = (kind: string, hash: Buffer): string => `answer ${kind} ${hash.toString('base64url')}`

const contextWith =
  (context: (kind: string, hash: Buffer) => string): SealedColumn['contextOf'] =>
  (row) =>
    context(String(row['kind']), Buffer.from(row['id_hash'] as Uint8Array))

/** Where artifacts and the answers kept beside them are sealed. */
export const sealedArtifacts: readonly SealedColumn[] = [
  { table: 'artifacts', column: 'sealed_payload', key: ['id_hash', 'kind'], contextOf: contextWith(sealContext) },
  { table: 'artifacts', column: 'sealed_answer', key: ['id_hash', 'kind'], contextOf: contextWith(answerContext) },
]

/**
 * Spends something that may be used once.
 *
 * @param answer kept sealed beside what was spent, until `forgetAnswers`
 * @returns false when it was spent before, or is gone: exactly one of any number of callers gets true
 */
export async function consumeArtifact(
  tx: Tx,
  kind: string,
  id: string,
  now: Date,
  answer?: { readonly vault: Vault; readonly kept: KeptAnswer },
): Promise<boolean> {
  const hash = idHash(id)
  const sealed = answer?.vault.seal(JSON.stringify(answer.kept), answerContext(kind, hash))
  const { numUpdatedRows } = await tx
    .updateTable('artifacts')
    .set({ consumed_at: now, ...(sealed === undefined ? {} : { sealed_answer: sealed }) })
    .where('id_hash', '=', hash)
    .where('kind', '=', kind)
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @param since answers of what was spent before are not found, deleted yet or not */
export async function findAnswer(
  reader: Reader,
  vault: Vault,
  kind: string,
  id: string,
  since: Date,
): Promise<KeptAnswer | undefined> {
  const hash = idHash(id)
  const row = await reader
    .selectFrom('artifacts')
    .select('sealed_answer')
    .where('id_hash', '=', hash)
    .where('kind', '=', kind)
    .where('consumed_at', '>=', since)
    .executeTakeFirst()
  if (!row?.sealed_answer) return undefined
  return JSON.parse(vault.openText(row.sealed_answer, answerContext(kind, hash))) as KeptAnswer
}

/** Answers of what was spent before this moment; what was spent stays known as spent. */
export async function forgetAnswers(tx: Tx, before: Date): Promise<void> {
  await tx
    .updateTable('artifacts')
    .set({ sealed_answer: null })
    .where('sealed_answer', 'is not', null)
    .where('consumed_at', '<', before)
    .execute()
}

export async function deleteArtifact(tx: Tx, kind: string, id: string): Promise<void> {
  await tx.deleteFrom('artifacts').where('id_hash', '=', idHash(id)).where('kind', '=', kind).execute()
}

/** How long a revoked grant is remembered: longer than any token that lives outside the database. */
const rememberRevoked = 24 * 3600

/** Saving and revoking one grant take turns: whoever is second sees what the first has done. */
async function lockGrant(tx: Tx, grantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${grantId}, 0))`.execute(tx)
}

async function isRevokedForGood(tx: Tx, grantId: string): Promise<boolean> {
  const [, row] = await Promise.all([lockGrant(tx, grantId), findRevokedGrant(tx, grantId)])
  return row !== undefined
}

const findRevokedGrant = (reader: Reader, grantId: string): Promise<{ readonly grant_id: string } | undefined> =>
  reader.selectFrom('revoked_grants').select('grant_id').where('grant_id', '=', grantId).executeTakeFirst()

/** Ends everything that came from a grant, tokens that are not stored included: those ask `isGrantRevoked`. */
export async function revokeGrant(tx: Tx, grantId: string, now: Date): Promise<void> {
  await lockGrant(tx, grantId)
  const deleteAll = tx.deleteFrom('artifacts').where('grant_id', '=', grantId)
  await deleteAll.execute()
  // A rotation under way held the row of its old token, so the first statement waited for it without seeing what it made.
  await deleteAll.execute()
  await tx
    .insertInto('revoked_grants')
    .values({ grant_id: grantId, expires_at: new Date(now.getTime() + rememberRevoked * 1000) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Ends one token that is not stored. @param expiresAt when it would have ended by itself */
export async function revokeToken(tx: Tx, tokenId: string, expiresAt: Date): Promise<void> {
  await tx
    .insertInto('revoked_tokens')
    .values({ token_id: tokenId, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function isTokenRevoked(reader: Reader, tokenId: string, grantId: string | undefined): Promise<boolean> {
  const [token, grant] = await Promise.all([
    reader.selectFrom('revoked_tokens').select('token_id').where('token_id', '=', tokenId).executeTakeFirst(),
    grantId === undefined ? undefined : findRevokedGrant(reader, grantId),
  ])
  return token !== undefined || grant !== undefined
}

/** Rows whose time has passed; the engine would refuse them anyway. @returns how many went */
export async function deleteExpired(tx: Tx, before: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('artifacts')
    .where(
      sql<boolean>`(id_hash, kind) in (select id_hash, kind from artifacts where expires_at < ${before} limit ${limit})`,
    )
    .executeTakeFirst()
  await tx.deleteFrom('revoked_tokens').where('expires_at', '<', before).execute()
  await tx.deleteFrom('revoked_grants').where('expires_at', '<', before).execute()
  return Number(numDeletedRows)
}

/**
 * Everything that a bearer could show: codes, tokens, grants, sessions of browsers, interactions. What was seen of
 * assertions stays, because that refuses.
 *
 * @returns how many there were
 */
export async function deleteEveryArtifact(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('artifacts').where('kind', '!=', 'ReplayDetection').executeTakeFirst()
  return Number(numDeletedRows)
}

/** Codes, tokens and grants of an application that is taken away: nothing is left for another one of its name. */
export async function deleteArtifactsOfClient(tx: Tx, tenantId: string, clientId: string): Promise<void> {
  await tx.deleteFrom('artifacts').where('tenant_id', '=', tenantId).where('client_id', '=', clientId).execute()
}
