import { problems } from './problems.ts'
import type { ProblemCode, ProblemRow } from './problems.ts'

export interface ProblemOptions {
  /** Goes to the log only. */
  readonly cause?: unknown
  /** For 429 and 503: when to try again, in whole seconds. */
  readonly retryAfterSeconds?: number
  /** Public, machine-readable; per field where a field is to blame. */
  readonly details?: Readonly<Record<string, unknown>>
}

/**
 * A failure the caller may hear about. `detail` is public; `cause` is for the log.
 * Anything else that is thrown is a broken promise of our own and is answered as `server.error`.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: ProblemCode, detail?: string, options: ProblemOptions = {}) {
    super(detail ?? problems[code].title, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.detail = detail
    this.retryAfterSeconds = options.retryAfterSeconds
    this.details = options.details
  }

  get row(): ProblemRow {
    return problems[this.code]
  }
}
