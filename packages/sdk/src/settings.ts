import type { Credentials } from './tokens.ts'

export interface Settings {
  /** Where the API answers, without a path: `https://acme.eu.connect.secureauth.com`. */
  readonly baseUrl: string
  readonly tenant: string
  readonly credentials: Credentials
  /** Asked for in the token. Absent: none is named, and the server decides; a Gatehouse then gives none. */
  readonly scopes?: readonly string[] | undefined
  /** How often a call is tried again where that is harmless. Absent: 3. */
  readonly retries?: number | undefined
  /** For one call with everything it waits for. Absent: 30,000. */
  readonly timeoutMilliseconds?: number | undefined
  /** Absent: the `fetch` of the platform. For proxies, traces and tests. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

export interface CallOptions {
  /** The `etag` that was seen: the call is refused with 412 when there is a newer state. */
  readonly ifMatch?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** For this call instead of that of the settings. */
  readonly timeoutMilliseconds?: number | undefined
}

export interface LinesOptions {
  /** Names the file. A line is done once under one key, however often it is sent. */
  readonly idempotencyKey: string
  readonly signal?: AbortSignal | undefined
  /** For the whole of it. Absent: as long as it takes. */
  readonly timeoutMilliseconds?: number | undefined
}
