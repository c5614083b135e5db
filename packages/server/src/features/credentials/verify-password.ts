import type { Reader } from '../../platform/db/index.ts'
import type { Vault } from '../../platform/vault/index.ts'
import type { OrganizationId } from '../tenancy/index.ts'
import type { UserId } from '../users/index.ts'
import type { PasswordHasher } from './hasher.ts'
import type { PasswordRecord } from './password.ts'
import { findPassword } from './passwords.store.ts'

export type PasswordCheck =
  | { readonly kind: 'correct'; readonly record: PasswordRecord }
  | { readonly kind: 'incorrect' }
  | { readonly kind: 'not_set' }

/**
 * Whether this is the user's current password, whatever its state: the caller decides what a state permits.
 *
 * Hashing happens outside any transaction; who acts on `correct` compares `record.generation` again when committing.
 *
 * @throws Problem `server.busy` when too many checks are waiting
 */
export async function verifyPassword(
  needs: { readonly reader: Reader; readonly vault: Vault; readonly hasher: PasswordHasher },
  organization: OrganizationId,
  id: UserId,
  password: string,
): Promise<PasswordCheck> {
  const record = await findPassword(needs.reader, needs.vault, organization, id)
  if (!record) return { kind: 'not_set' }
  return (await needs.hasher.verify(password, record.verifier)) ? { kind: 'correct', record } : { kind: 'incorrect' }
}
