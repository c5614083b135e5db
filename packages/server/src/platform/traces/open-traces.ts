import type { TracesSettings } from '../config/index.ts'
import type { Log } from '../log/index.ts'
import type { Traces } from './traces.ts'

/** Without a collector nothing of this is loaded. @returns undefined then */
export async function openTraces(settings: TracesSettings | undefined, log: Log): Promise<Traces | undefined> {
  if (settings === undefined) return undefined
  const { otlpTraces } = await import('./otlp-traces.ts')
  return otlpTraces(settings, log)
}
