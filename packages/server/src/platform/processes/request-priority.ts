import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** As Linux names the threads that do file work, name look-ups and password hashes. */
const workerThread = 'libuv-worker'

/**
 * Lets the threads that hash passwords run only when nothing else wants the processor, so that a flood of sign-ins costs
 * sign-ins and every other answer stays quick. Elsewhere than on Linux threads have no priority of their own, and nothing
 * is done. The threads must exist: they begin with the first file that is read.
 *
 * @returns how many threads it was told
 * @see setpriority(2), "C library/kernel differences": on Linux a thread has its own nice value
 */
export function putRequestsFirst(): number {
  let threads: string[]
  try {
    threads = readdirSync('/proc/self/task')
  } catch {
    return 0
  }
  return threads.filter(stepBack).length
}

function stepBack(thread: string): boolean {
  try {
    if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() !== workerThread) return false
    setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL)
    return true
  } catch {
    // It has ended since it was listed, or a sandbox forbids it: then all are equal, as before.
    return false
  }
}
