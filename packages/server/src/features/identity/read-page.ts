export { readPage } from '../../surfaces/management/index.ts'
