/** What the sdk itself has to say; everything else comes from the server. */
export type SdkCode =
  /** The caller's signal was aborted; `cause` is its reason. */
  | 'sdk.aborted'
  /** The input cannot be sent: an empty id, a field that the operation does not have. */
  | 'sdk.invalid_input'
  /** A page came again: the server does not go on after the item that it was given. */
  | 'sdk.list_stands_still'
  /** No answer came. */
  | 'sdk.network'
  /** The time allowed for the call is over. */
  | 'sdk.timeout'
  /** The answer cannot be read as what the operation answers. */
  | 'sdk.unreadable_answer'

/** Told about a call that failed. */
export interface Failure {
  readonly operation: string
  readonly code: string
  readonly message: string
  readonly status?: number | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/**
 * The one error that calls reject with. Holds nothing that was sent: no token, no secret, no body.
 */
export class SecureAuthError extends Error {
  override readonly name = 'SecureAuthError'
  /** The server's `error_code` (of the token endpoint: `error`), or an `SdkCode`. */
  readonly code: string
  /** Undefined where there was no answer. */
  readonly status: number | undefined
  /** The server's; with 400 and 422 often the fields to blame. */
  readonly details: Readonly<Record<string, unknown>>
  /** Finds the call in the server's log. */
  readonly requestId: string | undefined
  /** `identity.systemCreateUser`, or `token`. */
  readonly operation: string
  /** How long the server asks to be left alone. */
  readonly retryAfterSeconds: number | undefined

  constructor({ operation, code, message, status, details = {}, requestId, retryAfterSeconds, cause }: Failure) {
    super(
      `${operation}: ${message} (${code}${status === undefined ? '' : `, ${status}`})`,
      cause === undefined ? {} : { cause },
    )
    this.operation = operation
    this.code = code
    this.status = status
    this.details = details
    this.requestId = requestId
    this.retryAfterSeconds = retryAfterSeconds
  }
}
