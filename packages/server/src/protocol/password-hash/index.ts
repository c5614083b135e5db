export {
  costOf,
  format,
  isHashable,
  make,
  needsRehash,
  parse,
  provesWholePassword,
  recipeOf,
  verify,
} from './hashes.ts'
export { fromColumns, toColumns } from './columns.ts'
export type { LegacyColumns } from './columns.ts'
export { formatRows } from './formats.ts'
export type { FormatRow } from './formats.ts'
export { bcryptPasswordBytes } from './bcrypt.ts'
export { limits } from './password-hash.ts'
export type { PasswordHash, RandomBytes, Recipe, SaltedDigestLayout } from './password-hash.ts'
