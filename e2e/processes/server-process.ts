import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { freePort } from './free-port.ts'

/** One line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string; readonly level?: string }

export interface ServerProcess {
  readonly port: number
  /** From the start of the process to its `ready`. */
  readonly secondsToReady: number
  /** All it has logged so far. */
  readonly lines: readonly LogLine[]
  /** What else it said: on standard output without being a log line, and on standard error. */
  readonly words: readonly string[]
  /** SIGKILL, or what comes nearest to it: no time for anything. */
  kill(): Promise<void>
  /** SIGTERM: it finishes what it is doing. */
  stop(): Promise<void>
}

export interface ServerPlan {
  readonly environment: Readonly<Record<string, string>>
  /** Modules that are loaded before the server's own (`node --import`). */
  readonly imports?: readonly string[]
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

async function startOn(port: number, { environment, imports = [] }: ServerPlan): Promise<ServerProcess> {
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...imports.flatMap((module) => ['--import', module]), entry],
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
    secondsToReady: (performance.now() - startedAt) / 1000,
    lines,
    words,
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
