import { readConfig, StartError } from './platform/config/index.ts'
import { systemClock } from './platform/clock/index.ts'
import { migrate, openEmbedded, openPostgres, withLease } from './platform/db/index.ts'
import type { Db } from './platform/db/index.ts'
import { createJobs } from './platform/jobs/index.ts'
import type { JobStorage } from './platform/jobs/index.ts'
import { createLog } from './platform/log/index.ts'
import { smtpSender } from './platform/mail/index.ts'
import { systemRandom } from './platform/random/index.ts'
import { openFileVault } from './platform/vault/index.ts'
import { compose } from './compose.ts'
import { readStoresFile } from './features/legacy/index.ts'
import { readProvisionFile } from './features/provisioning/index.ts'

/** Milliseconds that requests under way get after a signal to stop. */
const drainMilliseconds = 10_000
const tidySeconds = 600
/** What a command or another node changed is taken up within two of these. */
const refreshSeconds = 1
const keySeconds = 60
const calibrateSeconds = 60
const storeCheckSeconds = 2

async function main(): Promise<void> {
  // Started by another program over a channel: end with it, however and whenever it ends. Null: it has ended already.
  const orphaned = Promise.withResolvers<void>()
  process.on('disconnect', () => orphaned.resolve())
  if (process.channel === null) orphaned.resolve()
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  const { db, storage } = await openDatabase(config.databaseUrl)
  const vault = await openFileVault({ folder: config.dataFolder, secret: config.vaultSecret })
  await migrate(db)
  const jobs = await createJobs(storage, log)
  const server = await compose({
    config,
    db,
    clock: systemClock,
    random: systemRandom,
    vault,
    log,
    jobs,
    mail: config.smtpUrl === undefined ? undefined : smtpSender(config.smtpUrl),
    legacyStores:
      config.legacyStoresFile === undefined ? [] : await readStoresFile(config.legacyStoresFile, process.env),
    provision: config.provisionFile === undefined ? undefined : await readProvisionFile(config.provisionFile),
  })
  try {
    await server.app.listen({ host: config.host, port: config.port })
  } catch (cause) {
    throw isTakenPort(cause)
      ? new StartError(`Port ${config.port} is taken: stop what uses it, or choose another with GATEHOUSE_PORT.`, {
          cause,
        })
      : cause
  }
  log.info('ready', { url: config.origin })

  const repeated = [
    every(refreshSeconds, () => server.refresh(), 'refresh'),
    every(keySeconds, () => alone('keys', () => server.tendKeys()), 'keys'),
    every(config.scanSeconds, () => alone('scan', () => server.scan(config.scanSeconds / 2)), 'scan'),
    every(tidySeconds, () => alone('tidy', () => server.tidy()), 'tidy'),
    every(calibrateSeconds, () => server.calibrate(3), 'calibrate'),
    every(storeCheckSeconds, () => server.checkStores(), 'check of legacy stores'),
  ]
  server.calibrate(20).catch((error: unknown) => log.error('calibrate', error))
  alone('scan', () => server.scan(config.scanSeconds)).catch((error: unknown) => log.error('scan', error))

  let isStopping = false
  async function stop(): Promise<void> {
    if (isStopping) return
    isStopping = true
    log.info('stopping')
    server.beginStop()
    for (const timer of repeated) clearInterval(timer)
    const late = setTimeout(() => process.exit(1), drainMilliseconds)
    await server.close()
    await db.close()
    clearTimeout(late)
    log.info('stopped')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
  void orphaned.promise.then(stop)

  /** Of all nodes, one does it at a time. */
  async function alone(name: string, work: () => Promise<void>): Promise<void> {
    await withLease(db, name, work)
  }

  /** Skips a turn while the one before is under way. Of failures in a row the first is logged. */
  function every(seconds: number, work: () => Promise<void>, name: string): NodeJS.Timeout {
    let isRunning = false
    let hasFailed = false
    const timer = setInterval(() => {
      if (isRunning) return
      isRunning = true
      work()
        .then(
          () => {
            hasFailed = false
          },
          (error: unknown) => {
            if (!hasFailed) log.error(name, error)
            hasFailed = true
          },
        )
        .finally(() => {
          isRunning = false
        })
    }, seconds * 1000)
    timer.unref()
    return timer
  }

  async function openDatabase(url: string | undefined): Promise<{ db: Db; storage: JobStorage }> {
    if (url === undefined) {
      const embedded = await openEmbedded(config.dataFolder)
      return { db: embedded.db, storage: { kind: 'embedded', pglite: embedded.pglite } }
    }
    const postgres = await openPostgres({ url, poolSize: config.databasePoolSize, log })
    return { db: postgres.db, storage: { kind: 'postgres', url } }
  }
}

const isTakenPort = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

process.on('unhandledRejection', (error) => {
  // The request that caused it has been answered or will time out; the others go on.
  process.stderr.write(
    `unhandled rejection: ${error instanceof Error ? (error.stack ?? error.message) : typeof error}\n`,
  )
})

if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write('Gatehouse needs Node 26 or later: start it through npm, which brings it.\n')
  process.exit(1)
}

main().catch((error: unknown) => {
  const line =
    error instanceof StartError
      ? error.message
      : `Gatehouse cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  process.stderr.write(`${line}\n`)
  process.exit(1)
})
