/** Seconds. Short where a thing travels, long where the database can end it. */
export const lifetimes = {
  /** RFC 9700 §2.1.1 and FAPI 2.0: at most a minute. */
  authorizationCode: 60,
  accessToken: 300,
  idToken: 600,
  interaction: 3600,
  /** The longest a family may live; rotation does not prolong it, and today every family ends earlier, with its session. */
  refreshToken: 14 * 24 * 3600,
  /** From the last sign-in; NIST SP 800-63B-4 §2.1.3 allows 30 days at AAL1. */
  session: 12 * 3600,
  /** The longest that an assertion of a client may live: five minutes, and the engine's 15 seconds for its clock. */
  clientAssertion: 315,
  grant: 14 * 24 * 3600,
} as const

/** For how long equal requests with one refresh token get one answer: tabs and retries race. Later ones are reuse. */
export const raceSeconds = 5
