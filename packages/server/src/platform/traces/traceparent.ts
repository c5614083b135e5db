export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

/** Version 00 exactly; of a later one the parts that this one knows. */
const form = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/

/** @returns undefined when it is not one: then the request has none (W3C Trace Context §3.2.2, §4.3) */
export function readTraceParent(header: string | undefined): TraceParent | undefined {
  if (header === undefined || header.length > 200) return undefined
  const [, version, traceId, spanId, flags] = form.exec(header) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (version === '00' && header.length !== 55) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}
