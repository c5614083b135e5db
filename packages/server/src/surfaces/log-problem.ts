import type { Log } from '../platform/log/index.ts'
import type { Problem } from '../problem/index.ts'

/**
 * Logs what the caller hears only coarsely. A broken promise of ours is an error with its stack. Having no room is no
 * fault: under load it happens hundreds of times a second, and is one short warning each.
 */
export function logProblem(log: Log, message: string, problem: Problem, requestId?: string): void {
  const { status } = problem.row
  if (status < 500) return
  if (status === 503 && problem.cause === undefined) log.warn(message, { requestId, problem: problem.code })
  else log.error(message, problem.cause ?? problem, { requestId })
}
