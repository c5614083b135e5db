export { definitions } from './definitions.ts'
export type { OpenLists } from './definitions.ts'
export { serverMetrics } from './server-metrics.ts'
export type { Answered, Watched, Watching } from './server-metrics.ts'
