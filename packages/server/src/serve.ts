import { compose } from './compose.ts'
import type { Server } from './compose.ts'
import { readStoresFile } from './features/legacy/index.ts'
import { readProvisionFile } from './features/provisioning/index.ts'
import { letDateFollow } from './platform/clock/index.ts'
import { StartError } from './platform/config/index.ts'
import type { Config } from './platform/config/index.ts'
import { migrate, withLease } from './platform/db/index.ts'
import { putRequestsFirst } from './platform/processes/index.ts'
import { createJobs } from './platform/jobs/index.ts'
import type { Jobs } from './platform/jobs/index.ts'
import type { Log } from './platform/log/index.ts'
import { smtpSender } from './platform/mail/index.ts'
import { systemRandom } from './platform/random/index.ts'
import type { Traces } from './platform/traces/index.ts'
import type { Installation } from './open-installation.ts'

const tidySeconds = 600
/** What a command or another node changed is taken up within two of these. */
const refreshSeconds = 1
const keySeconds = 60
const calibrateSeconds = 60
const storeCheckSeconds = 2

export interface Running {
  readonly server: Server
  readonly jobs: Jobs
  /**
   * Lets requests under way end, then closes everything.
   *
   * @param drainMilliseconds how long open connections may ask once more, because others go on taking new ones; 0: not
   */
  stop(drainMilliseconds: number): Promise<void>
}

/**
 * Brings the schema up to date, builds the server on an installation and listens.
 *
 * @param environment where legacy stores find the connections that their file leaves to it
 * @throws StartError when a file cannot be read or the port is taken
 */
export async function startServer(
  config: Config,
  log: Log,
  { db, storage, vault, clock }: Installation,
  environment: Readonly<Record<string, string | undefined>>,
  traces?: Traces,
): Promise<Running> {
  letDateFollow(clock)
  await migrate(db)
  const jobs = await createJobs(storage, log)
  const server = await compose({
    config,
    db,
    clock,
    aheadSeconds: () => clock.aheadSeconds(),
    random: systemRandom,
    vault,
    log,
    traces,
    jobs,
    mail: config.smtpUrl === undefined ? undefined : smtpSender(config.smtpUrl),
    legacyStores:
      config.legacyStoresFile === undefined ? [] : await readStoresFile(config.legacyStoresFile, environment),
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
  putRequestsFirst()
  const repeated = [
    every(refreshSeconds, () => Promise.all([clock.compare(), server.refresh()]), 'refresh'),
    every(keySeconds, () => alone('keys', () => server.tendKeys()), 'keys'),
    every(config.scanSeconds, () => alone('scan', () => server.scan(config.scanSeconds / 2)), 'scan'),
    every(tidySeconds, () => alone('tidy', () => server.tidy()), 'tidy'),
    every(keySeconds, () => alone('index', () => server.tendIndex()), 'index key'),
    every(calibrateSeconds, () => server.calibrate(3), 'calibrate'),
    every(storeCheckSeconds, () => server.checkStores(), 'check of legacy stores'),
  ]
  server.calibrate(20).catch((error: unknown) => log.error('calibrate', error))
  alone('scan', () => server.scan(config.scanSeconds)).catch((error: unknown) => log.error('scan', error))
  return {
    server,
    jobs,
    async stop(drainMilliseconds) {
      server.beginStop()
      for (const timer of repeated) clearInterval(timer)
      if (drainMilliseconds > 0) await server.drain(drainMilliseconds)
      await server.close()
      await db.close()
      await traces?.close()
    },
  }

  /** Of all nodes, one does it at a time. */
  async function alone(name: string, work: () => Promise<void>): Promise<void> {
    await withLease(db, name, work)
  }

  /** Skips a turn while the one before is under way. Of failures in a row the first is logged. */
  function every(seconds: number, work: () => Promise<unknown>, name: string): NodeJS.Timeout {
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
}

const isTakenPort = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
