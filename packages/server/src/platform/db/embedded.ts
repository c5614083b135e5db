import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { StartError } from '../config/index.ts'
import { silentLog } from '../log/index.ts'
import { databaseOn } from './db.ts'
import type { Db, DbObserver } from './db.ts'
import { lockFolder } from './folder-lock.ts'

/** Small buffers: the embedded database is for one machine and few people. fsync stays on, unlike the default. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'shared_buffers=16MB',
  '-c',
  'fsync=on',
]

export interface EmbeddedDatabase {
  readonly db: Db
  readonly pglite: PGlite
}

/**
 * Opens the embedded PostgreSQL in a folder, making it on the first start.
 *
 * @throws StartError when the folder cannot be written or another process has it open
 */
export async function openEmbedded(folder: string, log = silentLog, observer?: DbObserver): Promise<EmbeddedDatabase> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StartError(`The data folder ${folder} cannot be written: choose another with GATEHOUSE_DATA.`, { cause })
  }
  const unlock = lockFolder(folder)
  try {
    const pglite = await PGlite.create({ dataDir: join(folder, 'database'), startParams })
    return { pglite, db: databaseOn(new PGliteDialect({ pglite }), log, async () => unlock(), undefined, observer) }
  } catch (cause) {
    unlock()
    throw cause
  }
}

/** In memory, from a dump of a migrated database: what tests start from. */
export async function openInMemory(dump?: Blob): Promise<EmbeddedDatabase> {
  const pglite = await PGlite.create({ startParams, ...(dump === undefined ? {} : { loadDataDir: dump }) })
  return { pglite, db: databaseOn(new PGliteDialect({ pglite }), silentLog) }
}

/**
 * Makes the embedded database of a folder from a dump.
 *
 * @throws StartError when the folder holds a database already, or another process has it
 */
export async function restoreEmbedded(folder: string, dump: Blob): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const dataDir = join(folder, 'database')
  if (existsSync(dataDir)) {
    throw new StartError(
      `The data folder ${folder} holds a database: move it away, or choose another with GATEHOUSE_DATA.`,
    )
  }
  const unlock = lockFolder(folder)
  try {
    const pglite = await PGlite.create({ dataDir, startParams, loadDataDir: dump })
    await pglite.close()
  } finally {
    unlock()
  }
}
