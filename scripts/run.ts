import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export interface Ran {
  readonly code: number
  readonly output: string
}

export interface Running {
  /** Everything the command printed, and its exit code; 1 when it could not be started or was ended by a signal. */
  readonly ended: Promise<Ran>
  /** What it printed so far. */
  output(): string
  stop(): void
}

const root = dirname(import.meta.dirname)

/** Starts a command of `node_modules/.bin` in the repository, and keeps what it prints to itself. */
export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const isWindows = process.platform === 'win32'
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(join(root, 'node_modules', '.bin', isWindows ? `${command}.cmd` : command), args, {
    cwd: root,
    env: { ...process.env, ...colours, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: isWindows,
  })
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<Ran>((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
  return { ended, output: () => output, stop: () => void child.kill('SIGTERM') }
}
