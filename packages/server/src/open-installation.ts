import type { Config } from './platform/config/index.ts'
import { openEmbedded, openPostgres } from './platform/db/index.ts'
import type { Db } from './platform/db/index.ts'
import type { JobStorage } from './platform/jobs/index.ts'
import type { Log } from './platform/log/index.ts'
import { openFileVault } from './platform/vault/index.ts'
import type { Vault } from './platform/vault/index.ts'

/** Database and vault of one installation. */
export interface Installation {
  readonly db: Db
  readonly storage: JobStorage
  readonly vault: Vault
}

/**
 * Opens the database and the vault, and changes nothing in them.
 *
 * @throws StartError when either cannot be opened
 */
export async function openInstallation(config: Config, log: Log): Promise<Installation> {
  const { db, storage } = await openDatabase(config, log)
  try {
    return { db, storage, vault: await openFileVault({ folder: config.dataFolder, secret: config.vaultSecret }) }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function openDatabase(config: Config, log: Log): Promise<Omit<Installation, 'vault'>> {
  const url = config.databaseUrl
  if (url === undefined) {
    const embedded = await openEmbedded(config.dataFolder)
    return { db: embedded.db, storage: { kind: 'embedded', pglite: embedded.pglite } }
  }
  const postgres = await openPostgres({
    url,
    poolSize: config.databasePoolSize,
    poolQueue: config.databasePoolQueue,
    log,
  })
  return { db: postgres.db, storage: { kind: 'postgres', url } }
}
