export { poolId } from './pool.ts'
export { schemasOf } from './pool.ts'
export type { Pool, PoolId, PoolPolicy } from './pool.ts'
export {
  deletePool,
  findPool,
  findStaffPool,
  insertPool,
  isSchemaOfPools,
  lockPool,
  selectPools,
  updatePool,
} from './pools.store.ts'
export type { PoolPage } from './pools.store.ts'
