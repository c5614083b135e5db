import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../config/index.ts'

/** What this process holds. A lock that only its caller knew would end whenever the collector found it unused. */
const held = new Set<DatabaseSync>()

/**
 * Holds a folder for this process. The lock is the operating system's, taken on an empty SQLite file, so it ends with the
 * process however it ends; a file with a process number in it would outlive a crash.
 *
 * @returns how to let go
 * @throws StartError when another process holds the folder, or it cannot be written
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { timeout: 0 })
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    lock?.close()
    throw new StartError(
      isBusy(cause)
        ? `The data folder ${folder} is in use by another Gatehouse: stop it, or choose another folder with GATEHOUSE_DATA.`
        : `The data folder ${folder} cannot be written: choose another with GATEHOUSE_DATA.`,
      { cause },
    )
  }
  const taken = lock
  held.add(taken)
  return () => {
    held.delete(taken)
    taken.close()
  }
}

/** SQLITE_BUSY is 5. */
const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === 5
