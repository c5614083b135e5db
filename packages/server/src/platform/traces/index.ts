export { openTraces } from './open-traces.ts'
export type { Part, RequestTrace, TraceFields, Traces } from './traces.ts'
