export { mountTokens } from './tokens.management.routes.ts'
