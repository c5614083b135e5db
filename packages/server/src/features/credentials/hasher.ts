import { isHashable, needsRehash, provesWholePassword, recipeOf } from '../../protocol/password-hash/index.ts'
import type { RandomBytes, Recipe } from '../../protocol/password-hash/index.ts'
import type { HashPool } from './hash-pool.ts'

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
}

/** How new verifiers are written: OWASP's minimum for argon2id, 19 MiB, two passes, one lane. */
export const currentRecipe: Recipe = { format: 'argon2id', memoryKiB: 19_456, passes: 2, lanes: 1 }

export function createPasswordHasher(
  pool: HashPool,
  randomBytes: RandomBytes,
  wanted: Recipe = currentRecipe,
): PasswordHasher {
  return {
    verify: (password, stored) => pool.verify(password, stored),
    make: (password) => pool.make(wanted, password, randomBytes),
    async makeLike(password, like) {
      const recipe = recipeOf(like)
      if (!recipe || !isHashable(password)) return undefined
      // The legacy application reads 72 bytes too, so what it is given here opens it with the whole password.
      const accepted: Recipe = recipe.format === 'bcrypt' ? { ...recipe, longPasswords: 'truncate' } : recipe
      return pool.make(accepted, password, randomBytes)
    },
    shouldRenew: (password, stored) => needsRehash(stored, wanted) && provesWholePassword(password, stored),
  }
}
