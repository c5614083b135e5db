import { openSharedClock, ownTime } from './platform/clock/index.ts'
import type { SharedClock } from './platform/clock/index.ts'
import type { Config } from './platform/config/index.ts'
import { databaseMilliseconds, openEmbedded, openPostgres } from './platform/db/index.ts'
import type { Db, DbObserver } from './platform/db/index.ts'
import type { JobStorage } from './platform/jobs/index.ts'
import type { Log } from './platform/log/index.ts'
import { openFileVault } from './platform/vault/index.ts'
import type { Traces } from './platform/traces/index.ts'
import type { Vault } from './platform/vault/index.ts'

/** Database, clock and vault of one installation. */
export interface Installation {
  readonly db: Db
  readonly storage: JobStorage
  readonly vault: Vault
  /** The database's, as all nodes have that in common; the machine's, where the database is embedded. */
  readonly clock: SharedClock
}

/**
 * Opens the database and the vault, and changes nothing in them.
 *
 * @param traces where given, statements and transactions are parts of them
 * @throws StartError when either cannot be opened
 */
export async function openInstallation(config: Config, log: Log, traces?: Traces): Promise<Installation> {
  const { db, storage } = await openDatabase(config, log, traces && observerOf(traces))
  try {
    const vault = await openFileVault({ folder: config.dataFolder, secret: config.vaultSecret })
    // The embedded database's clock is this process's own, which would be asked what it was told.
    const ask = storage.kind === 'embedded' ? async () => ownTime.dateMilliseconds() : () => databaseMilliseconds(db)
    return { db, storage, vault, clock: await openSharedClock(ask, log) }
  } catch (error) {
    await db.close()
    throw error
  }
}

async function openDatabase(
  config: Config,
  log: Log,
  observer: DbObserver | undefined,
): Promise<Pick<Installation, 'db' | 'storage'>> {
  const url = config.databaseUrl
  if (url === undefined) {
    const embedded = await openEmbedded(config.dataFolder, log, observer)
    return { db: embedded.db, storage: { kind: 'embedded', pglite: embedded.pglite } }
  }
  const postgres = await openPostgres({
    url,
    poolSize: config.databasePoolSize,
    poolQueue: config.databasePoolQueue,
    log,
    observer,
  })
  return { db: postgres.db, storage: { kind: 'postgres', url } }
}

const observerOf = (traces: Traces): DbObserver => ({
  statementEnded(name, milliseconds, error) {
    const [operation = '', table] = name.split(' ')
    const fields = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      ...(table === undefined ? {} : { 'db.collection.name': table }),
    }
    traces.ended({ name, kind: 'client', fields }, milliseconds, error)
  },
  transaction: (work) => traces.around({ name: 'transaction' }, work),
})
