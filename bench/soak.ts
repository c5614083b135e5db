// `npm run soak [-- --minutes=20] [--share=0.7] [--rate=N] [--window=30]`: one server on a durable PostgreSQL under a
// constant load of whole sign-ins, each followed by two rotations of its refresh token, and by minutes of its figures.
// The load is a share of what a closed loop did just before, unless a rate is given.
import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { freePort } from '../e2e/processes/free-port.ts'
import { atBest } from './floors.ts'
import { TurnedAway, untilServed } from './http.ts'
import { installation, makePremises } from './installation.ts'
import { loadAverage, machineFacts, memoryOf } from './machine.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import { createPeople } from './people.ts'
import type { Person } from './people.ts'
import { startDurablePostgres } from './postgres.ts'
import { startServer } from './server.ts'
import { signIn } from './sign-in.ts'
import { judge } from './soak-figures.ts'
import type { SoakWindow } from './soak-figures.ts'
import { tokenReader } from './token-check.ts'
import { rotate } from './tokens.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    share: { type: 'string', default: '0.7' },
    rate: { type: 'string' },
    window: { type: 'string', default: '30' },
  },
})
const minutes = positive('--minutes', values.minutes)
const windowSeconds = positive('--window', values.window)
const share = positive('--share', values.share)

console.log(`${machineFacts()}\nload average at start ${loadAverage()}`)
const postgres = await startDurablePostgres()
console.log(postgres.conditions)
const url = await postgres.createDatabase('soak')
const premises = await makePremises(url)
const metricsPort = await freePort()
const server = await startServer({ ...premises.environment, GATEHOUSE_METRICS_PORT: String(metricsPort) })
const database = new pg.Client({ connectionString: url })
await database.connect()
let holds = false
try {
  holds = await soak()
} finally {
  await database.end()
  await server.stop()
  await premises.remove()
  await postgres.stop()
}
process.exit(holds ? 0 : 1)

async function soak(): Promise<boolean> {
  const { door } = server
  const people = await createPeople(door, 300)
  const readToken = await tokenReader(door, installation.issuerPath)
  let next = 0
  const anybody = (): Person => people[next++ % people.length] as Person
  const visit = async (): Promise<void> => {
    const person = anybody()
    const { refreshToken } = await signIn(door, readToken, person)
    const family = { userId: person.userId, refreshToken }
    await rotate(door, readToken, family)
    await rotate(door, readToken, family)
  }
  const capacity =
    values.rate === undefined
      ? (await atBest(15, 4 * availableParallelism(), () => untilServed(visit))).perSecond
      : undefined
  const rate = capacity === undefined ? positive('--rate', values.rate ?? '') : capacity * share
  console.log(
    capacity === undefined
      ? `offered ${rate.toFixed(1)} visits/s`
      : `capacity ${capacity.toFixed(1)} visits/s (a sign-in of eight requests and two rotations); offered ${rate.toFixed(1)}/s`,
  )
  const head = [
    'min',
    'visits',
    'away',
    'wrong',
    'p50 ms',
    'p99 ms',
    'RSS MiB',
    'heap MiB',
    'handles',
    'connections',
    'loop p99 ms',
  ]
  console.log(head.map((word) => word.padStart(11)).join(' '))
  const windows: SoakWindow[] = []
  const wrong: string[] = []
  const begunAt = performance.now()
  for (let n = 0; n < Math.ceil((minutes * 60) / windowSeconds); n += 1) {
    let turnedAway = 0
    let failed = 0
    const { offered, latencies } = await openLoop({
      ratePerSecond: rate,
      durationSeconds: windowSeconds,
      timer: machineTimer,
      async request() {
        try {
          await visit()
        } catch (error) {
          if (error instanceof TurnedAway) turnedAway += 1
          else {
            failed += 1
            wrong.push(error instanceof Error ? error.message : String(error))
          }
          throw error
        }
      },
    })
    const window: SoakWindow = {
      atMinutes: (performance.now() - begunAt) / 60_000,
      offered,
      turnedAway,
      failed,
      p50: percentile(latencies, 0.5) ?? Number.NaN,
      p99: percentile(latencies, 0.99) ?? Number.NaN,
      ...(await readFigures()),
    }
    windows.push(window)
    const { atMinutes, p50, p99, residentMebibytes, heapMebibytes, fileHandles, connections, eventLoopP99 } = window
    const row = [
      atMinutes.toFixed(1),
      offered,
      turnedAway,
      failed,
      p50.toFixed(0),
      p99.toFixed(0),
      residentMebibytes.toFixed(0),
      heapMebibytes.toFixed(0),
      fileHandles,
      connections,
      eventLoopP99.toFixed(1),
    ]
    console.log(row.map((cell) => String(cell).padStart(11)).join(' '))
  }
  console.log(`\nload average at end ${loadAverage()}; judged without the first third:`)
  const verdicts = judge(windows)
  for (const { name, value, unit, limit, holds: isHeld } of verdicts) {
    console.log(`${isHeld ? 'holds ' : 'BROKEN'} ${name} ${value.toFixed(2)} ${unit} (at most ${limit.toFixed(2)})`)
  }
  for (const [message, count] of Object.entries(Object.groupBy(wrong, (one) => one))) {
    console.log(`wrong: ${count?.length ?? 0} times ${message}`)
  }
  return verdicts.every((verdict) => verdict.holds)
}

/** With nobody connected: what is still open then is ours. */
async function readFigures() {
  server.door.agent.destroy()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const metric = (name: string): number => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  const { rows } = await database.query<{ n: number }>(
    'select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  const resident = (await memoryOf(server.pid))?.residentMebibytes
  return {
    residentMebibytes: resident ?? metric('process_resident_memory_bytes') / 2 ** 20,
    heapMebibytes: metric('nodejs_heap_size_used_bytes') / 2 ** 20,
    fileHandles: await openHandles(server.pid, metric('process_open_fds')),
    connections: rows[0]?.n ?? Number.NaN,
    eventLoopP99: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
  }
}

/** As the system counts them; what the process says of itself where the system does not tell. */
async function openHandles(pid: number, said: number): Promise<number> {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length
  } catch {
    return said
  }
}

function positive(option: string, given: string): number {
  const number = Number(given)
  if (!(number > 0)) throw new Error(`${option} wants a number above 0`)
  return number
}
