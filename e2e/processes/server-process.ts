import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { freePort } from './free-port.ts'

/** One line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string; readonly level?: string }

export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** From the start of the process to its `ready`. */
  readonly secondsToReady: number
  /** All it has logged so far. */
  readonly lines: readonly LogLine[]
  /** What else it said: on standard output without being a log line, and on standard error. */
  readonly words: readonly string[]
  /** Its exit code, once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** SIGKILL, or what comes nearest to it: no time for anything. */
  kill(): Promise<void>
  /** SIGTERM: it finishes what it is doing. */
  stop(): Promise<void>
}

export interface ServerPlan {
  readonly environment: Readonly<Record<string, string>>
  /** Modules that are loaded before the server's own (`node --import`). */
  readonly imports?: readonly string[]
  /** What is typed after the program's name; nothing: a start for development. */
  readonly typed?: readonly string[]
  /** Another release's program, absolute. */
  readonly entry?: string
}

const entry = join(dirname(dirname(import.meta.dirname)), 'packages', 'server', 'src', 'main.ts')
const patienceMilliseconds = 60_000

/** It ended before it was ready. `words` are what it said on standard error. */
export class NotReady extends Error {
  override readonly name = 'NotReady'
  readonly code: number | null
  readonly words: string

  constructor(code: number | null, words: string) {
    super(`the server ended with code ${code} before it was ready: ${words}`)
    this.code = code
    this.words = words
  }
}

/**
 * Starts the server as an operator would, on a free port of 127.0.0.1, and waits for its `ready`. It ends with this
 * process, however this one ends: it holds the other end of a channel.
 *
 * @throws NotReady
 */
export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  try {
    return await startOn(await freePort(), plan)
  } catch (error) {
    // Somebody else took the port between the look and the start.
    if (error instanceof NotReady && error.words.includes(' is taken: ')) return startOn(await freePort(), plan)
    throw error
  }
}

async function startOn(
  port: number,
  { environment, imports = [], typed = [], entry: program = entry }: ServerPlan,
): Promise<ServerProcess> {
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...imports.flatMap((module) => ['--import', module]), program, ...typed],
    {
      // Nothing of the test runner's environment reaches it but what every process needs.
      env: {
        PATH: process.env['PATH'],
        TZ: process.env['TZ'],
        SYSTEMROOT: process.env['SYSTEMROOT'],
        GATEHOUSE_HOST: '127.0.0.1',
        GATEHOUSE_PORT: String(port),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    },
  )
  const lines: LogLine[] = []
  const words: string[] = []
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
  onLine(child.stdout, (line) => {
    const read = logLine(line)
    if (!read) words.push(line)
    else lines.push(read)
    if (read?.msg === 'ready') isReady()
  })
  onLine(child.stderr, (line) => words.push(line))
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => words.push(error.message))
    child.once('close', (code) => resolve(code))
  })
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds)
  const early = await Promise.race([ready.then(() => 'ready' as const), ended])
  clearTimeout(late)
  if (early !== 'ready') throw new NotReady(early, words.join('\n'))
  return {
    port,
    pid: child.pid ?? 0,
    secondsToReady: (performance.now() - startedAt) / 1000,
    lines,
    words,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      // Windows has no SIGTERM; there the closed channel is the request.
      if (process.platform === 'win32') child.disconnect()
      else child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds)
      await ended
      clearTimeout(insist)
    },
  }
}

/** Lines of the log that say something failed, and everything on standard error except the engine's word on Node's age. */
export const failuresOf = ({ lines, words }: Pick<ServerProcess, 'lines' | 'words'>): string[] => [
  ...lines.filter(({ level }) => level === 'error' || level === 'fatal').map((line) => JSON.stringify(line)),
  ...words.filter((line) => !line.includes('oidc-provider WARNING: Unsupported runtime')),
]

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly words: string
  readonly seconds: number
}

/** Types a command of Gatehouse and waits for its end. */
export async function runCommand(
  typed: readonly string[],
  environment: Readonly<Record<string, string>>,
  killAfterMilliseconds?: number,
): Promise<Ended> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...typed], {
    env: { PATH: process.env['PATH'], SYSTEMROOT: process.env['SYSTEMROOT'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let output = ''
  let words = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
  const timer =
    killAfterMilliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMilliseconds)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { code, output, words, seconds: (performance.now() - startedAt) / 1000 }
}

function onLine(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface(stream).on('line', take)
}

function logLine(line: string): LogLine | undefined {
  try {
    const read: unknown = JSON.parse(line)
    return typeof read === 'object' && read !== null ? (read as LogLine) : undefined
  } catch {
    return undefined
  }
}
