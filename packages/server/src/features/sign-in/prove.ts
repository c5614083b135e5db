import { Problem } from '../../problem/index.ts'
import { opaqueString } from '../../protocol/precis.ts'
import { findPassword } from '../credentials/index.ts'
import type { PasswordRecord } from '../credentials/index.ts'
import type { Reason } from '../audit/index.ts'
import type { LegacyUser } from '../legacy/index.ts'
import { findUser, maySignIn, userId } from '../users/index.ts'
import type { User } from '../users/index.ts'
import type { Destination } from './find-route.ts'
import type { SignInNeeds } from './needs.ts'

/** What a prover found out. Whoever is refused hears one sentence; the reason is for the audit. */
export type Verdict =
  | {
      readonly kind: 'proved_in_pool'
      readonly user: User
      readonly record: PasswordRecord
      /** A stronger verifier of the same password, when the one on record is outdated. */
      readonly renewedVerifier: string | undefined
    }
  | { readonly kind: 'proved_in_legacy'; readonly person: LegacyUser }
  | { readonly kind: 'refused'; readonly reason: Reason }

/**
 * Checks a password where the route says. Every road costs one password check, so that load tells names apart no more
 * than answers do.
 *
 * @throws Problem `server.busy`
 */
export function prove(needs: SignInNeeds, destination: Destination, password: string): Promise<Verdict> {
  switch (destination.route) {
    case 'pool':
      return proveInPool(needs, destination, password)
    case 'legacy':
      return proveInLegacy(needs, destination, password)
    case 'unknown':
      return proveNobody(needs, password, destination.reason ?? 'name.unknown')
    default:
      return destination.route satisfies never
  }
}

async function proveInPool(needs: SignInNeeds, { entry }: Destination, password: string): Promise<Verdict> {
  const id = entry?.userId
  if (!entry || id === undefined) return proveNobody(needs, password, 'name.unknown')
  const [user, record] = await Promise.all([
    findUser(needs.db.reader, entry.organizationId, userId(id)),
    findPassword(needs.db.reader, needs.vault, entry.organizationId, userId(id)),
  ])
  if (!user) return proveNobody(needs, password, 'name.unknown')
  if (!record) return proveNobody(needs, password, 'password.not_set')
  if (!(await needs.hasher.verify(password, record.verifier))) return { kind: 'refused', reason: 'password.incorrect' }
  if (!maySignIn(user)) return { kind: 'refused', reason: 'user.inactive' }
  return {
    kind: 'proved_in_pool',
    user,
    record,
    renewedVerifier: needs.hasher.shouldRenew(password, record.verifier)
      ? await needs.hasher.make(opaqueString(password) ?? password)
      : undefined,
  }
}

async function proveInLegacy(needs: SignInNeeds, destination: Destination, password: string): Promise<Verdict> {
  let person: LegacyUser | undefined
  try {
    person = destination.person ?? (await readPerson(needs, destination))
  } catch (error) {
    if (error instanceof Problem && error.code === 'legacy.unavailable') {
      return proveNobody(needs, password, 'legacy.unavailable')
    }
    throw error
  }
  if (!person) return proveNobody(needs, password, 'name.unknown')
  if (person.passwordHash === undefined) return proveNobody(needs, password, 'password.not_set')
  if (!(await needs.hasher.verify(password, person.passwordHash)))
    return { kind: 'refused', reason: 'password.incorrect' }
  if (person.isDisabled) return { kind: 'refused', reason: 'user.disabled_in_legacy' }
  if (person.isLocked) return { kind: 'refused', reason: 'user.locked_in_legacy' }
  // Switched off on our side counts on every route: effective is either opinion.
  const ours = await ourHalf(needs, destination)
  return ours && !maySignIn(ours) ? { kind: 'refused', reason: 'user.inactive' } : { kind: 'proved_in_legacy', person }
}

/** The person as the store has them now; the index may be older than the store. */
export async function readPerson(needs: SignInNeeds, destination: Destination): Promise<LegacyUser | undefined> {
  const { entry, canonical } = destination
  const store = entry?.legacyStoreId === undefined ? undefined : needs.stores.get(entry.legacyStoreId)
  if (!store || canonical === undefined) return undefined
  const people = await store.find(canonical)
  return people.find((person) => person.legacyId === entry?.legacyId)
}

async function ourHalf(needs: SignInNeeds, { entry }: Destination): Promise<User | undefined> {
  if (entry?.userId === undefined) return undefined
  return findUser(needs.db.reader, entry.organizationId, userId(entry.userId))
}

/** The work of a check without anybody to check: an argon2id verifier that no password opens. */
async function proveNobody(needs: SignInNeeds, password: string, reason: Reason): Promise<Verdict> {
  await needs.hasher.verify(password, nobodysVerifier)
  return { kind: 'refused', reason }
}

/** Random bytes in the place of the tag: made once, of the current cost, and of no password. */
export const nobodysVerifier =
  '$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLW5vYm9keQ$kYp7wXcM0lq0t1lUoV9c3yV0mJ0Qb4m8oS1dVYtHn2E'
