import { Problem } from '../../problem/index.ts'

/** By then a restarted server is back, and a queue has moved on. */
const retryAfterSeconds = 1

/**
 * What whoever asked hears when the database went away: to come again. Nothing was acknowledged; whether a commit that
 * was under way stands, nobody knows, so what may happen once must not depend on the answer.
 *
 * @returns any other error as it is
 */
export function asOutage(error: unknown): unknown {
  return isOutage(error) ? new Problem('server.unavailable', undefined, { retryAfterSeconds }) : error
}

/** SQLSTATE classes and codes of a server that is away or going, and the words of the system and of the driver for it. */
const codes =
  /^(?:08\w{3}|53300|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/
const words =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && codes.test(String(error.code))) || words.test(error.message)
}
