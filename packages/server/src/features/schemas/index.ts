export { assertMeetsSchemas, schemaJudge } from './hold-schemas.ts'
export type { Kept } from './hold-schemas.ts'
export { defaultSchemas } from './schema.ts'
export { mountSchemas } from './schemas.management.routes.ts'
