import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { makePremises } from './installation.ts'
import { memoryOf } from './machine.ts'
import type { Memory } from './machine.ts'
import type { Figure } from './report.ts'
import { startServer } from './server.ts'

export interface IdleDatabase {
  readonly name: string
  /** Absent: the embedded one. */
  readonly url?: string
}

/** M17: what a server holds that was started and then left alone, beside a Node that only listens. */
export async function measureMemory(
  databases: readonly IdleDatabase[],
  idleSeconds: number,
): Promise<readonly Figure[]> {
  const bare = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'pipe', 'inherit'], windowsHide: true })
  await once(bare.stdout, 'data')
  const running = await Promise.all(
    databases.map(async ({ name, url }) => {
      const premises = await makePremises(url)
      // The second start: the first one of a database also makes its tables.
      await (await startServer(premises.environment)).stop()
      return { name, premises, server: await startServer(premises.environment) }
    }),
  )
  await setTimeout(idleSeconds * 1000)
  const floor = bare.pid === undefined ? undefined : await memoryOf(bare.pid)
  const figures: Figure[] = []
  for (const { name, server } of running) {
    const memory = await memoryOf(server.pid)
    if (memory && floor) figures.push(...figuresOf(name, memory, floor, idleSeconds))
  }
  bare.kill()
  for (const { server, premises } of running) {
    await server.stop()
    await premises.remove()
  }
  return figures
}

const listening = `require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('listening'))`

const figuresOf = (name: string, memory: Memory, floor: Memory, idleSeconds: number): Figure[] => [
  {
    name: 'M17 idle memory, resident',
    value: memory.residentMebibytes,
    unit: 'MiB',
    floor: floor.residentMebibytes,
    goal: 110,
    conditions: `${name}, ${idleSeconds} s after ready, server process alone; floor: bare node:http`,
  },
  {
    name: 'M17 idle memory, proportional',
    value: memory.proportionalMebibytes,
    unit: 'MiB',
    floor: floor.proportionalMebibytes,
    conditions: `${name}, the same moment`,
  },
]
