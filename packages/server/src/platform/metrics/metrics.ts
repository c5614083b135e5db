import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { isSupervised } from '../processes/index.ts'

/** One metric: what it counts, and every value that each of its labels can have. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /**
   * Label by label the closed list of its values. A value that is not in its list is written `other`, so that nothing a
   * request says becomes a series (the lesson of CVE-2026-16100).
   */
  readonly labels?: Readonly<Record<string, ReadonlySet<string>>>
  /** Upper bounds of a histogram, in the unit that its name ends with. */
  readonly buckets?: readonly number[]
  /** What several processes of one server show together: their sum, or the greatest of them. `sum` when it is not said. */
  readonly together?: 'sum' | 'max'
}

export type LabelValues = Readonly<Record<string, string>>

export interface Sample {
  readonly labels?: LabelValues
  readonly value: number
}

export interface Metrics {
  /** @returns adds to one series; 1 when it is not said by how much */
  counter(name: string, definition: MetricDefinition): (labels?: LabelValues, by?: number) => void
  /** @returns notes one observation */
  histogram(name: string, definition: MetricDefinition): (value: number, labels?: LabelValues) => void
  /** @param read asked each time the metrics are read; when it fails, this gauge is left out and the others are not */
  gauge(name: string, definition: MetricDefinition, read: () => readonly Sample[] | Promise<readonly Sample[]>): void
  /** All of it, in Prometheus' text format. */
  text(): Promise<string>
}

const other = 'other'

/** In the place of a value that its label's list does not have. */
function boundedBy({ labels = {} }: MetricDefinition): (given?: LabelValues) => Record<string, string> {
  const lists = Object.entries(labels)
  return (given = {}) => {
    const values: Record<string, string> = {}
    for (const [label, allowed] of lists) {
      const value = given[label] ?? ''
      values[label] = allowed.has(value) ? value : other
    }
    return values
  }
}

/** A registry of its own with what Node says of the process: memory, processor, file handles, garbage, event loop. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  if (isSupervised()) {
    // The supervisor asks for this; only what the constructor begins to listen to hears that it does.
    void new AggregatorRegistry()
    AggregatorRegistry.setRegistries(registry)
  }
  const of = (name: string, { help, labels = {}, together = 'sum' }: MetricDefinition) => ({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
    aggregator: together,
  })
  return {
    counter(name, definition) {
      const counter = new Counter(of(name, definition))
      const bounded = boundedBy(definition)
      return (labels, by = 1) => counter.inc(bounded(labels), by)
    },
    histogram(name, definition) {
      const buckets = definition.buckets ? { buckets: [...definition.buckets] } : {}
      const histogram = new Histogram({ ...of(name, definition), ...buckets })
      const bounded = boundedBy(definition)
      return (value, labels) => histogram.observe(bounded(labels), value)
    },
    gauge(name, definition, read) {
      const bounded = boundedBy(definition)
      const gauge: Gauge = new Gauge({
        ...of(name, definition),
        async collect() {
          gauge.reset()
          try {
            for (const { labels, value } of await read()) gauge.set(bounded(labels), value)
          } catch {
            gauge.reset()
          }
        },
      })
    },
    text: () => registry.metrics(),
  }
}

/** What the processes of a supervisor say together. */
export function metricsOfProcesses(): Pick<Metrics, 'text'> {
  const all = new AggregatorRegistry()
  return { text: () => all.clusterMetrics() }
}
