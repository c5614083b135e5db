/** Names and numbers that we chose: never a path, a query, a header, a person's name or a secret. */
export type TraceFields = Readonly<Record<string, string | number | boolean>>

/** What is done, as whoever looks at a trace reads it. `name` and `fields` are of closed lists. */
export interface Part {
  readonly name: string
  /** `client`: somebody else is asked. `consumer`: something is taken from a queue. Absent: it is done here. */
  readonly kind?: 'client' | 'consumer'
  readonly fields?: TraceFields
}

export interface RequestTrace {
  /** What is begun within is a part of this request's trace. */
  within<T>(work: () => T): T
  end(answered: {
    readonly method: string
    /** Pattern of the route; undefined: there is none. */
    readonly route: string | undefined
    readonly status: number
    readonly requestId: string
  }): void
}

/** What requests and jobs are made of, and how long each part took, told to a collector (OpenTelemetry). */
export interface Traces {
  /** @param traceparent as the request says it (W3C Trace Context §3.2); believed, linked to or left out as configured */
  request(traceparent: string | undefined): RequestTrace
  /** A trace of its own: nobody's request waits for it. */
  alone<T>(part: Part, work: () => Promise<T>): Promise<T>
  /** A part of what is traced around it. Where nothing is, nothing is told. */
  around<T>(part: Part, work: () => Promise<T>): Promise<T>
  /** The same for what has just ended. @param error what it failed with; only its kind is told */
  ended(part: Part, milliseconds: number, error?: unknown): void
  currentTraceId(): string | undefined
  /** Tells what is left, for two seconds at most. */
  close(): Promise<void>
}
