export { differencesOf, parameterDifferences } from './compare-shapes.ts'
export { describedOperation, descriptionOf, descriptionsFolder, hasDescriptions } from './descriptions.ts'
export { faultsOfExchange } from './faults-of-exchange.ts'
export type { Exchange } from './faults-of-exchange.ts'
