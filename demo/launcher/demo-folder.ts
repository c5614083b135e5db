import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartTrouble, systemCode } from './start-trouble.ts'

/** The folder of one demo, held by this process, and what lies where in it. */
export interface DemoFolder {
  readonly path: string
  readonly shards: string
  readonly server: string
  readonly secretsFile: string
  readonly provisionFile: string
  readonly legacyStoresFile: string
  readonly usersMarkFile: string
  readonly childrenFile: string
  logFile(name: string): string
  release(): void
}

const sqliteBusy = 5

/** What this process holds. A lock that only its caller knew would end whenever the collector found it unused. */
const held = new Set<DatabaseSync>()

/**
 * Makes the folder and holds it until `release` or the end of the process, however it ends: the lock is the operating
 * system's, on an empty SQLite file.
 *
 * @throws StartTrouble when another demo holds it or it cannot be written
 */
export function openDemoFolder(path: string): DemoFolder {
  const shards = join(path, 'legacy')
  const server = join(path, 'server')
  let lock: DatabaseSync | undefined
  try {
    for (const folder of [path, shards, server]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 })
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock?.close()
    throw isBusy(cause)
      ? new StartTrouble(
          `The demo is running already, with the folder ${path}: stop that one first (Ctrl-C in its window).`,
        )
      : folderTrouble(path, cause)
  }
  const taken = lock
  held.add(taken)
  return {
    path,
    shards,
    server,
    secretsFile: join(path, 'secrets.json'),
    provisionFile: join(path, 'provision.json'),
    legacyStoresFile: join(path, 'legacy-stores.json'),
    usersMarkFile: join(path, 'users-created.json'),
    childrenFile: join(path, 'children.json'),
    logFile: (name) => join(path, `${name}.log`),
    release: () => {
      held.delete(taken)
      taken.close()
    },
  }
}

/** In words what a failed write into the folder means. */
export function folderTrouble(path: string, cause: unknown): StartTrouble {
  const why = systemCode(cause) === 'ENOSPC' ? 'is on a full disk' : 'cannot be written'
  return new StartTrouble(
    `The folder ${path} ${why}: choose another with GATEHOUSE_DEMO_DATA=/some/folder npm start.`,
    {
      cause,
    },
  )
}

const isBusy = (error: unknown): boolean => error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
