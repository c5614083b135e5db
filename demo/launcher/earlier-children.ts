import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { writeWhole } from './write-whole.ts'

const patienceMilliseconds = 15_000

/** Writes down which processes are ours, for a start after this one was killed. */
export function rememberChildren(file: string, pids: readonly number[]): void {
  writeWhole(file, `${JSON.stringify(pids)}\n`)
}

/**
 * The children of a launcher that was killed finish what they are doing before they end, and hold their ports and the
 * database until then. Resolves when they are gone, or when it has waited long enough: after a restart of the machine a
 * number may belong to a stranger.
 *
 * @param onWaiting called once, when there is somebody to wait for
 */
export async function earlierChildrenGone(file: string, onWaiting: () => void, signal: AbortSignal): Promise<void> {
  const untilMilliseconds = Date.now() + patienceMilliseconds
  const pids = rememberedIn(file)
  if (!pids.some(isAlive)) return
  onWaiting()
  while (pids.some(isAlive) && Date.now() < untilMilliseconds) await setTimeout(50, undefined, { signal })
}

function rememberedIn(file: string): readonly number[] {
  try {
    const pids: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(pids) ? pids.filter((pid): pid is number => Number.isSafeInteger(pid) && pid > 0) : []
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // Gone, or of another account and so never ours.
    return false
  }
}
