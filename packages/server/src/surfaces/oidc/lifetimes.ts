/** Seconds. Short where a thing travels, long where the database can end it. */
export const lifetimes = {
  /** RFC 9700 §2.1.1 and FAPI 2.0: at most a minute. */
  authorizationCode: 60,
  accessToken: 300,
  idToken: 600,
  interaction: 3600,
  /** The longest a family may live that ends with its session, if that does not end it earlier; rotation does not prolong it. */
  refreshToken: 14 * 24 * 3600,
  /**
   * How long the engine keeps what a session cookie stands for: as long as any policy allows. When a session is over is
   * the word of the organization's policy (features/sessions).
   */
  session: 24 * 3600,
  rememberedSession: 30 * 24 * 3600,
  /** The longest that an assertion of a client may live: five minutes, and the engine's 15 seconds for its clock. */
  clientAssertion: 315,
  /** As long as anything that may be issued under it. */
  grant: 30 * 24 * 3600,
} as const

/** For how long equal requests with one refresh token get one answer: tabs and retries race. Later ones are reuse. */
export const raceSeconds = 5
