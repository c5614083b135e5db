import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './processes/free-port.ts'

export interface Demo {
  readonly base: number
  readonly portal: string
  readonly office: string
  readonly server: string
  readonly folder: string
  /** What it printed, colours included. */
  readonly screen: () => string
  readonly hasEnded: () => boolean
  /** kill -9 of the launcher; its children notice by themselves. */
  kill(): Promise<void>
  /** Ctrl-C. @returns the exit code */
  stop(): Promise<number | null>
}

const repository = join(import.meta.dirname, '..')
const longestStartSeconds = 90

/** `npm start` as a newcomer runs it, on ports and in a folder of its own; resolves when every person has arrived. */
export async function startDemo(folder?: string, base?: number): Promise<Demo> {
  const demo = await launchDemo(folder, base)
  await untilTrue(() => hasEverybody(demo), demo)
  return demo
}

/** The same, without waiting for anything. */
export async function launchDemo(folder?: string, base?: number): Promise<Demo> {
  const port = base ?? (await freePort([0, 25, 100, 200]))
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'gatehouse-demo-')))
  let printed = ''
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(repository, 'demo/start.ts')], {
    cwd: repository,
    env: { ...process.env, GATEHOUSE_DEMO_PORT_BASE: String(port), GATEHOUSE_DEMO_DATA: data, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
    })
  }
  const isGone = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await isGone
    return child.exitCode
  }
  return {
    base: port,
    server: `http://localhost:${port}`,
    portal: `http://portal.localhost:${port + 100}`,
    office: `http://localhost:${port + 200}`,
    folder: data,
    screen: () => printed,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: async () => {
      await end('SIGKILL')
    },
    async stop() {
      const code = await end('SIGINT')
      if (folder === undefined) await rm(data, { recursive: true, force: true })
      return code
    },
  }
}

/** Asks again until it is so. @throws Error with what was printed when the demo ends or takes too long */
export async function untilTrue(isSo: () => Promise<boolean>, demo: Demo): Promise<void> {
  for (let tries = 0; tries < longestStartSeconds * 10; tries += 1) {
    if (demo.hasEnded()) throw new Error(`the demo ended: ${demo.screen()}`)
    if (await isSo()) return
    await setTimeout(100)
  }
  await demo.stop()
  throw new Error(`the demo was not ready in time: ${demo.screen()}`)
}

/** The last thing the first start does is to bring the people of pools, and to write down that they are there. */
async function hasEverybody(demo: Demo): Promise<boolean> {
  try {
    const answers = await Promise.all([fetch(`${demo.office}/`), fetch(`${demo.server}/health/ready`)])
    return answers.every((answer) => answer.ok) && existsSync(join(demo.folder, 'users-created.json'))
  } catch {
    return false
  }
}
