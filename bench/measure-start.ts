import { spawn } from 'node:child_process'
import { makePremises } from './installation.ts'
import { median } from './report.ts'
import type { Figure } from './report.ts'
import { startServer } from './server.ts'

/** M16: from the start of the process to the first 200 of /health/ready, on the embedded database. */
export async function measureStart(times: number, say: (line: string) => void): Promise<readonly Figure[]> {
  const bare: number[] = []
  for (let time = 0; time < times; time++) bare.push(await bareStart())
  const premises = await makePremises()
  const empty = await readyIn(premises.environment)
  const migrated: number[] = []
  for (let time = 0; time < times; time++) migrated.push(await readyIn(premises.environment))
  await premises.remove()
  say(`start: empty ${empty.toFixed(2)} s; migrated ${migrated.map((seconds) => seconds.toFixed(2)).join(' ')} s`)
  const floor = median(bare)
  return [
    {
      name: 'M16 start to ready, migrated',
      value: median(migrated),
      unit: 's',
      floor,
      goal: 1,
      conditions: `embedded database, median of ${times}; floor: node -e 0, median of ${times}`,
    },
    {
      name: 'M16 start to ready, empty folder',
      value: empty,
      unit: 's',
      floor,
      goal: 3,
      conditions: 'embedded database made, migrated and provisioned; 1 start',
    },
  ]
}

async function readyIn(environment: Readonly<Record<string, string>>): Promise<number> {
  const server = await startServer(environment)
  await server.stop()
  return server.secondsToReady
}

function bareStart(): Promise<number> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', windowsHide: true })
      .once('error', reject)
      .once('close', (code) => {
        if (code === 0) resolve((performance.now() - startedAt) / 1000)
        else reject(new Error(`node -e 0 ended with ${code}`))
      })
  })
}
