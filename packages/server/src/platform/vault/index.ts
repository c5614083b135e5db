export type { Vault } from './vault.ts'
export { openFileVault } from './file-vault.ts'
export type { FileVaultOptions } from './file-vault.ts'
