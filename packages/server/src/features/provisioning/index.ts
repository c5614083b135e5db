export { provision } from './provision.ts'
export { readProvisionFile } from './provision-file.ts'
export type { Provision } from './provision-file.ts'
