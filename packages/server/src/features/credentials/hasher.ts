import { isHashable, needsRehash, provesWholePassword, recipeOf } from '../../protocol/password-hash/index.ts'
import type { RandomBytes, Recipe } from '../../protocol/password-hash/index.ts'
import type { Hashing, HashPool } from './hash-pool.ts'

/** Password hashing as other rooms know it: bounded, and in the format that the installation wants. */
export interface PasswordHasher {
  /** @throws Problem `server.busy` when too many are waiting */
  verify(password: string, stored: string): Promise<boolean>
  /** A verifier with current parameters (argon2id). @throws Problem `server.busy` */
  make(password: string): Promise<string>
  /**
   * A verifier in the format and at the cost of `like`, for a legacy store.
   *
   * @returns undefined when that format cannot hold this password
   * @throws Problem `server.busy`
   */
  makeLike(password: string, like: string): Promise<string | undefined>
  /** Whether this right password should be hashed anew: the verifier is not what `make` writes, and proves all of it. */
  shouldRenew(password: string, stored: string): boolean
  /**
   * Keeps a place in the queue for this work, which then hashes with what it is given. For work that counts a try, spends
   * a code or writes before it hashes: being turned away costs nobody a try.
   *
   * @throws Problem `server.busy` before the work has begun, never later
   */
  reserved<T>(work: (hasher: PasswordHasher) => Promise<T>): Promise<T>
}

/** How new verifiers are written: OWASP's minimum for argon2id, 19 MiB, two passes, one lane. */
export const currentRecipe: Recipe = { format: 'argon2id', memoryKiB: 19_456, passes: 2, lanes: 1 }

export function createPasswordHasher(
  pool: HashPool,
  randomBytes: RandomBytes,
  wanted: Recipe = currentRecipe,
): PasswordHasher {
  const hasherOn = (hashing: Hashing): Omit<PasswordHasher, 'reserved'> => ({
    verify: (password, stored) => hashing.verify(password, stored),
    make: (password) => hashing.make(wanted, password, randomBytes),
    async makeLike(password, like) {
      const recipe = recipeOf(like)
      if (!recipe || !isHashable(password)) return undefined
      // The legacy application reads 72 bytes too, so what it is given here opens it with the whole password.
      const accepted: Recipe = recipe.format === 'bcrypt' ? { ...recipe, longPasswords: 'truncate' } : recipe
      return hashing.make(accepted, password, randomBytes)
    },
    shouldRenew: (password, stored) => needsRehash(stored, wanted) && provesWholePassword(password, stored),
  })
  return {
    ...hasherOn(pool),
    reserved: (work) =>
      pool.reserved((hashing) => {
        const inside: PasswordHasher = { ...hasherOn(hashing), reserved: (more) => more(inside) }
        return work(inside)
      }),
  }
}
