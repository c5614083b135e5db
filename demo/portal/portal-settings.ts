export interface PortalSettings {
  /** Public origin, without a slash at the end. */
  readonly origin: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Unix time in milliseconds. */
  readonly now: () => number
  readonly logError: (error: unknown) => void
}
