export { provision } from './provision.ts'
export { readProvisionFile, signInFault, workspaceParts } from './provision-file.ts'
export type { Provision } from './provision-file.ts'
