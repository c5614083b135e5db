import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { keptBuild } from '../demo/launcher/kept-build.ts'
import { freePort } from '../e2e/processes/free-port.ts'
import { openDoor, send } from './http.ts'
import type { Door } from './http.ts'
import { installation } from './installation.ts'

export interface ServerUnderLoad {
  readonly pid: number
  readonly door: Door
  /** From the start of the process to the first 200 of /health/ready. */
  readonly secondsToReady: number
  stop(): Promise<void>
}

const entry = join(import.meta.dirname, '..', 'packages', 'server', 'src', 'main.ts')

/**
 * Starts one server process as an operator would. It ends with this process: it holds the other end of a channel.
 * `BENCH_NODE_OPTIONS` (as `--cpu-prof --cpu-prof-dir=DIR`) goes before its entry.
 *
 * @throws Error with what it said when it ends before it is ready
 */
export async function startServer(environment: Readonly<Record<string, string>>): Promise<ServerUnderLoad> {
  const port = await freePort()
  const options = process.env['BENCH_NODE_OPTIONS']?.split(' ').filter((option) => option !== '') ?? []
  const program = await keptBuild(entry)
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options, program], {
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, '..', '.cache', 'compiled'),
      PATH: process.env['PATH'],
      SYSTEMROOT: process.env['SYSTEMROOT'],
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  })
  const said: string[] = []
  const ready = Promise.withResolvers<true>()
  onLine(child.stdout, (line) => {
    if (line.includes('"msg":"ready"')) ready.resolve(true)
    else said.push(line)
  })
  onLine(child.stderr, (line) => said.push(line))
  const ended = new Promise<false>((resolve) => {
    child.once('error', (error) => said.push(error.message))
    child.once('close', () => resolve(false))
  })
  if (!(await Promise.race([ready.promise, ended]))) {
    throw new Error(`the server ended before it was ready: ${said.join('\n')}`)
  }
  const door = openDoor(port, installation.origin)
  const answer = await send(door, { method: 'GET', path: '/health/ready' })
  const secondsToReady = (performance.now() - startedAt) / 1000
  if (answer.status !== 200)
    throw new Error(`/health/ready answered ${answer.status} after the server said it is ready`)
  if (child.pid === undefined) throw new Error('the server has no process id')
  return {
    pid: child.pid,
    door,
    secondsToReady,
    async stop() {
      door.agent.destroy()
      // Windows has no SIGTERM; there the closed channel is the request.
      if (process.platform === 'win32') child.disconnect()
      else child.kill('SIGTERM')
      await ended
      const failures = said.filter((line) => line.includes('"level":"error"'))
      if (failures.length > 0) throw new Error(`the server logged ${failures.length} errors, first: ${failures[0]}`)
    },
  }
}

function onLine(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface(stream).on('line', take)
}
