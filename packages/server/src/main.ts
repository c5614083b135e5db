#!/usr/bin/env node
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { commands, performSent } from './commands.ts'
import { allowances, assertFenced, fence, productionFaults, restoreBackup } from './features/installation/index.ts'
import { isDemonstration } from './features/tenancy/index.ts'
import { readConfig, StartError } from './platform/config/index.ts'
import { gatherSettings } from './platform/config/sources.ts'
import type { Config } from './platform/config/index.ts'
import { askControl, openControl } from './platform/control/index.ts'
import { migrate, pendingMigrations } from './platform/db/index.ts'
import { metricsOfProcesses, serveMetrics } from './platform/metrics/index.ts'
import { createJobs } from './platform/jobs/index.ts'
import type { Jobs } from './platform/jobs/index.ts'
import { createLog } from './platform/log/index.ts'
import type { Log } from './platform/log/index.ts'
import { isSupervised, superviseProcesses, tellReady } from './platform/processes/index.ts'
import { systemRandom } from './platform/random/index.ts'
import { openTraces } from './platform/traces/index.ts'
import type { Traces } from './platform/traces/index.ts'
import { openInstallation } from './open-installation.ts'
import type { Installation } from './open-installation.ts'
import { helpOf, helpOverview, readCommand } from './surfaces/command/index.ts'
import type { Command, CommandHouse, Given, Typed } from './surfaces/command/index.ts'

/** What becomes of a rejection that nobody waits for; a server that is up writes it to its log. */
let rejected = (reason: unknown): void => {
  process.stderr.write(
    `unhandled rejection: ${reason instanceof Error ? (reason.stack ?? reason.message) : typeof reason}\n`,
  )
}

/** Milliseconds that requests under way get after a signal to stop. */
const drainMilliseconds = 10_000
/** Of these, how long connections stay open that others of our processes do not have. */
const handoverMilliseconds = 2000

const start: Typed = {
  name: 'start',
  summary: 'Starts a server for development on this machine. Without a command this is done.',
}
const serve: Typed = {
  name: 'serve',
  summary: 'Starts a server for production: refuses what is only right for development.',
  details: `Runs until SIGTERM or SIGINT, then answers what is under way. With GATEHOUSE_PROCESSES above 1, a process that dies is
replaced, and SIGHUP replaces all of them, one after the other, with the settings as the files hold them then.`,
  flags: allowances,
}
const restore: Typed = {
  name: 'restore',
  summary: 'Makes the data folder from a backup, and makes void every session, code and token from before.',
  details:
    'The data folder must hold no installation. People sign in again; docs/operations/backup.md says what else to do.',
  arguments: [{ name: 'FOLDER', description: 'A folder that "gatehouse backup" made.', isPath: true }],
}
const own: readonly Typed[] = [start, serve, restore]

async function main(typed: readonly string[]): Promise<number> {
  const known = [...own, ...commands]
  const reading = readCommand(known, typed.length === 0 ? ['start'] : typed)
  if (reading.kind === 'misunderstood') {
    process.stderr.write(`${reading.line}\n`)
    return 2
  }
  if (reading.kind === 'help') {
    process.stdout.write(`${reading.command ? helpOf(reading.command) : helpOverview(known)}\n`)
    return 0
  }
  const config = readConfig(await gatherSettings(process.env))
  if (reading.command === start) return runServer(config, undefined)
  if (reading.command === serve) return runServer(config, reading.given)
  if (reading.command === restore) return runRestore(config, reading.given)
  return runCommand(config, reading.command as Command, reading.given, typed)
}

/** @param production what was typed after `serve`; undefined for development */
async function runServer(config: Config, production: Given | undefined): Promise<number> {
  // Started by another program over a channel: end with it, however and whenever it ends. Null: it has ended already.
  const stopped = Promise.withResolvers<void>()
  process.on('disconnect', () => stopped.resolve())
  if (process.channel === null) stopped.resolve()
  let traces: Traces | undefined
  const log = createLog(config.logLevel, undefined, config.traces && (() => traces?.currentTraceId()))
  if (production) assertAllowed(config, production, false)
  if (config.processes > 1 && !isSupervised()) return runSupervisor(config, log, production, stopped.promise)
  traces = await openTraces(config.traces, log)
  const installation = await openInstallation(config, log, traces)
  assertFenced(config.dataFolder)
  if (production && !isSupervised()) await assertNoDemo(config, installation, production)
  // A command need not load what answers requests.
  const { startServer } = await import('./serve.ts')
  const running = await startServer(config, log, installation, process.env, traces)
  const control =
    installation.storage.kind === 'embedded'
      ? await openControl(config.dataFolder, (typed, answer) =>
          performSent(
            houseOf(config, log, installation, async () => running.jobs),
            typed,
            answer,
          ),
        )
      : undefined
  log.info(isSupervised() ? 'process ready' : 'ready', { url: config.origin })
  const metrics =
    config.metricsPort === undefined || isSupervised()
      ? undefined
      : await serveMetrics(running.server.metrics, { host: config.metricsHost, port: config.metricsPort })
  tellReady()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.resolve())
  let exitCode = 0
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', error)
    exitCode = 1
    stopped.resolve()
  })
  rejected = (reason) => log.error('unhandled rejection', reason)
  // Said to the whole group of processes; the supervisor answers it.
  if (isSupervised()) process.on('SIGHUP', () => {})
  await stopped.promise
  log.info('stopping')
  const late = setTimeout(() => process.exit(1), drainMilliseconds)
  await control?.close()
  await metrics?.close()
  await running.stop(isSupervised() ? handoverMilliseconds : 0)
  clearTimeout(late)
  log.info('stopped')
  return exitCode
}

/** Prepares what all share, once, so that what is wrong is said once; then starts the processes and waits for their end. */
async function runSupervisor(
  config: Config,
  log: Log,
  production: Given | undefined,
  orphaned: Promise<void>,
): Promise<number> {
  const installation = await openInstallation(config, log)
  await migrate(installation.db)
  if (production) await assertNoDemo(config, installation, production)
  await installation.db.close()
  const supervisor = await superviseProcesses({ count: config.processes, log, drainMilliseconds })
  // Its processes are asked, and shown together.
  const metrics =
    config.metricsPort === undefined
      ? undefined
      : await serveMetrics(metricsOfProcesses(), { host: config.metricsHost, port: config.metricsPort })
  if (supervisor.hasStarted) log.info('ready', { url: config.origin, processes: config.processes })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => supervisor.stop())
  process.on('SIGHUP', () => void supervisor.replaceAll())
  void orphaned.then(() => supervisor.stop())
  const code = await supervisor.ended
  await metrics?.close()
  return code
}

async function assertNoDemo(config: Config, { db }: Installation, production: Given): Promise<void> {
  await migrate(db)
  assertAllowed(config, production, await isDemonstration(db.reader))
}

/** @throws StartError with every fault that was not allowed by its name */
function assertAllowed(config: Config, { flags }: Given, isDemo: boolean): void {
  const refused = productionFaults(config, isDemo).filter(({ flag }) => flags[flag] !== true)
  if (refused.length === 0) return
  const lines = refused.map(({ line, flag }) => `  ${line}\n    To allow it: --${flag}`)
  throw new StartError(`This is not a configuration for production:\n${lines.join('\n')}`)
}

async function runRestore(config: Config, given: Given): Promise<number> {
  if (config.databaseUrl !== undefined) {
    throw new StartError(
      'This installation uses PostgreSQL: restore it with its own tools, see docs/operations/backup.md.',
    )
  }
  await restoreBackup(given.arguments['FOLDER'] ?? '', config.dataFolder, say)
  const log = createLog(config.logLevel === 'silent' ? 'silent' : 'error')
  const installation = await openInstallation(config, log)
  const work = ownJobs(installation, log)
  try {
    await migrate(installation.db)
    await fence(houseOf(config, log, installation, work.jobs), say)
  } finally {
    await work.stop()
    await installation.db.close()
  }
  say('Start the server.')
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** As another process understands it that stands elsewhere. */
function withWholePaths(command: Command, given: Given, typed: readonly string[]): readonly string[] {
  const named = (command.arguments ?? []).filter(({ isPath }) => isPath === true)
  const paths = new Set(named.map(({ name }) => given.arguments[name]))
  return typed.map((word) => (paths.has(word) ? resolve(word) : word))
}

async function runCommand(config: Config, command: Command, given: Given, typed: readonly string[]): Promise<number> {
  if (config.databaseUrl === undefined) {
    const answered = await askControl(config.dataFolder, withWholePaths(command, given, typed), say)
    if (answered !== undefined) return answered
  }
  const log = createLog(config.logLevel === 'silent' ? 'silent' : 'error')
  const installation = await openInstallation(config, log)
  const work = ownJobs(installation, log)
  try {
    if (command.takesAnySchema !== true) await assertSchema(installation)
    return await command.run(houseOf(config, log, installation, work.jobs), given, say)
  } finally {
    await work.stop()
    await installation.db.close()
  }
}

async function assertSchema({ db }: Installation): Promise<void> {
  if ((await pendingMigrations(db)).length === 0) return
  throw new StartError(
    'The database has not the schema of this release: look whether DATABASE_URL or GATEHOUSE_DATA is the right one, then run "gatehouse migrate".',
  )
}

/** Of a command that runs beside the servers or without one: it leaves work and does none. */
function ownJobs({ storage }: Installation, log: Log) {
  let opened: Promise<Jobs> | undefined
  return {
    jobs: () => (opened ??= createJobs(storage, log)),
    stop: async () => (await opened)?.stop(),
  }
}

function houseOf(
  config: Config,
  log: Log,
  { db, storage, vault, clock }: Installation,
  jobs: CommandHouse['jobs'],
): CommandHouse {
  return {
    config,
    db,
    vault,
    log,
    jobs,
    clock,
    random: systemRandom,
    dumpEmbedded:
      storage.kind === 'embedded'
        ? async () => new Uint8Array(await (await storage.pglite.dumpDataDir('gzip')).arrayBuffer())
        : undefined,
    async get(url) {
      const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000) })
      return {
        status: answer.status,
        body: await answer.text(),
        cacheControl: answer.headers.get('cache-control') ?? '',
      }
    },
    pause: (milliseconds) => pause(milliseconds),
  }
}

// The request that caused it has been answered or will time out; the others go on (decision 0019).
process.on('unhandledRejection', (reason) => rejected(reason))

if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write('Gatehouse needs Node 26 or later: start it through npm, which brings it.\n')
  process.exit(1)
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const line =
      error instanceof StartError
        ? error.message
        : `Gatehouse cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    process.stderr.write(`${line}\n`)
    process.exit(1)
  },
)
