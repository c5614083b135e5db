import { Problem } from '../../problem/index.ts'
import type { Log } from '../log/index.ts'

/** Somebody has to make room; nobody who asks again within a minute is served sooner. */
const retryAfterSeconds = 60

/** SQLSTATE `disk_full`, and the system's own word for it. */
const codes = new Set(['53100', 'ENOSPC'])

/**
 * What callers hear when the database has no room on its disk: `server.unavailable` in the place of that failure, any other
 * failure as it is. The log says it once a minute while it lasts: a line for each request would need room too.
 */
export function fullDisk(log: Log, nowMilliseconds = () => performance.now()): (error: unknown) => unknown {
  let saidAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (!(error instanceof Error && 'code' in error && codes.has(String(error.code)))) return error
    const now = nowMilliseconds()
    if (now - saidAt >= retryAfterSeconds * 1000) {
      saidAt = now
      log.error('no room on the disk of the database', error)
    }
    return new Problem('server.unavailable', undefined, { retryAfterSeconds })
  }
}
