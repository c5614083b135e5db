import { spawn } from 'node:child_process'
import { appendFileSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { keptBuild } from './kept-build.ts'
import { StartTrouble } from './start-trouble.ts'

/** How a child is started. */
export interface ChildPlan {
  /** As people call it: "The Biller Portal". */
  readonly title: string
  /** Absolute path of a TypeScript file. */
  readonly entry: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly logFile: string
}

export interface Child {
  readonly title: string
  readonly pid: number | undefined
  /** Resolves, never rejects, when the process is gone; the line says how it ended and where its log is. */
  readonly ended: Promise<string>
  /** Resolves when the child says `ready` on its channel. */
  readonly ready: Promise<void>
  /** Asks it to finish what it is doing, and insists after a while. Resolves when it is gone. */
  stop(): Promise<void>
}

const patienceMilliseconds = 10_000
const linesKept = 8000

/**
 * Starts a process that ends with this one, however this one ends: it holds one end of a channel, and leaves when the
 * other end is gone. In a process group of its own, so that Ctrl-C in the terminal reaches this process alone and the
 * order of stopping is ours.
 */
export async function startChild(plan: ChildPlan): Promise<Child> {
  const entry = await keptBuild(plan.entry)
  const log = openSync(plan.logFile, 'w', 0o600)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry], {
    // Compiled code is kept from start to start as well.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.cache/compiled'), ...plan.environment },
    stdio: ['ignore', log, 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  closeSync(log)

  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-linesKept)
    appendFileSync(plan.logFile, text)
  })
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
  child.on('message', (message) => {
    if (message === 'ready') isReady()
  })
  const { promise: ended, resolve: hasEnded } = Promise.withResolvers<string>()
  child.once('error', (error) => hasEnded(`${plan.title} could not be started: ${error.message}`))
  child.once('close', (code, signal) => hasEnded(epitaph(plan, said, code, signal)))

  return {
    title: plan.title,
    pid: child.pid,
    ready,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        // Windows has no SIGTERM; there the closed channel is the request.
        if (process.platform === 'win32') child.disconnect()
        else child.kill('SIGTERM')
      }
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds)
      await ended
      clearTimeout(insist)
    },
  }
}

function epitaph(plan: ChildPlan, said: string, code: number | null, signal: string | null): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  // A planned end says why in its last line. A crash has a stack, which belongs in the log.
  const last = lines.at(-1)
  if (code === 1 && last !== undefined && !lines.some((line) => line.startsWith('at '))) return last
  return `${plan.title} stopped ${signal ? `by ${signal}` : `with exit code ${code}`}. Its log: ${plan.logFile}`
}

/**
 * Asks an address until it answers 200.
 *
 * @throws StartTrouble when the child ends first, or the time is over
 */
export async function waitUntilReady(child: Child, address: string, signal: AbortSignal, seconds = 60): Promise<void> {
  const untilMilliseconds = Date.now() + seconds * 1000
  let line: string | undefined
  void child.ended.then((words) => (line = words))
  while (Date.now() < untilMilliseconds) {
    signal.throwIfAborted()
    if (line !== undefined) throw new StartTrouble(line)
    const answer = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.status === 200) return
    await Promise.race([child.ended, new Promise((resolve) => setTimeout(resolve, 40))])
  }
  throw new StartTrouble(
    `${child.title} was not ready after ${seconds} seconds: its log is beside the others in the demo's folder.`,
  )
}
