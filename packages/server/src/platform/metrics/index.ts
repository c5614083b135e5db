export { createMetrics, metricsOfProcesses } from './metrics.ts'
export type { LabelValues, MetricDefinition, Metrics, Sample } from './metrics.ts'
export { serveMetrics } from './serve-metrics.ts'
export type { ServedMetrics } from './serve-metrics.ts'
