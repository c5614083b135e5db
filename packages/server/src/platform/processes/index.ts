import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import type { Log } from '../log/index.ts'

export { putRequestsFirst } from './request-priority.ts'

export interface Supervision {
  readonly count: number
  readonly log: Log
  /** Milliseconds that a process gets to finish what it does, before it is killed. */
  readonly drainMilliseconds: number
}

export interface Supervisor {
  /** Whether every process of the first generation became ready; otherwise the others are being stopped. */
  readonly hasStarted: boolean
  /** Resolves with the exit code when all processes have ended. */
  readonly ended: Promise<number>
  /** Has every process finish what it does and end. */
  stop(): void
  /** Replaces the processes one after the other: each new one answers before an old one ends. */
  replaceAll(): Promise<void>
}

/** Milliseconds before a process that died is replaced: twice as long each time in a row. */
const firstPause = 500
const longestPause = 30_000
/** A process that lived this long did not die of its start. */
const soundMilliseconds = 60_000

/** Whether this is one of the processes that a supervisor started. */
export const isSupervised = (): boolean => cluster.isWorker

/** Tells the supervisor that this process answers. */
export function tellReady(): void {
  if (cluster.isWorker) process.send?.('ready')
}

/**
 * Runs this program several times on one port and replaces what dies. The first generation must become ready: when one
 * of it ends before, the others are stopped and its exit code is the whole's.
 */
export async function superviseProcesses({ count, log, drainMilliseconds }: Supervision): Promise<Supervisor> {
  const ended = Promise.withResolvers<number>()
  const replaced = new WeakSet<Worker>()
  let isStopping = false
  let hasStarted = false
  let exitCode = 0
  let deathsInARow = 0

  const workers = new Set<Worker>()

  function start(): Promise<boolean> {
    const worker = cluster.fork()
    workers.add(worker)
    const startedAt = performance.now()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    worker.on('message', (message) => {
      if (message === 'ready') resolve(true)
    })
    worker.once('exit', (code, signal) => {
      resolve(false)
      workers.delete(worker)
      if (!isStopping && !replaced.has(worker)) onDeath(worker, code, signal, performance.now() - startedAt)
      if (isStopping && workers.size === 0) ended.resolve(exitCode)
    })
    return promise
  }

  function onDeath(worker: Worker, code: number | null, signal: string | null, lived: number): void {
    if (!hasStarted) {
      exitCode = code === null || code === 0 ? 1 : code
      stop()
      return
    }
    deathsInARow = lived > soundMilliseconds ? 1 : deathsInARow + 1
    const pause = Math.min(longestPause, firstPause * 2 ** (deathsInARow - 1))
    log.warn('process died', {
      pid: worker.process.pid,
      code: code ?? undefined,
      signal: signal ?? undefined,
      restartMilliseconds: pause,
    })
    setTimeout(() => {
      if (!isStopping) void start()
    }, pause)
  }

  /** Asks it to end, and ends it when it does not. */
  function end(worker: Worker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    // Its own patience is as long; this one is for a process that does not answer at all.
    const insist = setTimeout(() => worker.process.kill('SIGKILL'), drainMilliseconds + 2000)
    worker.once('exit', () => {
      clearTimeout(insist)
      resolve()
    })
    if (process.platform === 'win32') worker.disconnect()
    else worker.process.kill('SIGTERM')
    return promise
  }

  function stop(): void {
    if (isStopping) return
    isStopping = true
    if (workers.size === 0) ended.resolve(exitCode)
    for (const worker of workers) void end(worker)
  }

  const first = await Promise.all(Array.from({ length: count }, () => start()))
  hasStarted = !first.includes(false)
  return {
    hasStarted,
    ended: ended.promise,
    stop,
    async replaceAll() {
      for (const worker of Array.from(workers)) {
        if (isStopping) return
        replaced.add(worker)
        if (!(await start())) {
          replaced.delete(worker)
          log.warn('a new process did not start; the old ones go on')
          return
        }
        await end(worker)
      }
      log.info('processes replaced')
    },
  }
}
