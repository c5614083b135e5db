export { createRefusals } from './refusals.ts'
export type { Door, Refusals } from './refusals.ts'
export { shareMeasurements } from './share-measurements.ts'
