export { mountCustomUrl } from './custom-url.routes.ts'
export type { Biller, Mode } from './biller.ts'
export { findBiller, findBillerByGuid, insertBiller, recallBiller, selectBillersOfStore } from './billers.store.ts'
