// `npm run probe:enumeration [-- --short] [--attempts=2000] [--database=embedded|postgres] [--refusal-ms=0] [--presentation=redirect]`
// Asks a real server, through its public door, whether a refusal tells one kind of name from another: by a single byte, or
// by its time. Ends with 1 when it does, and when its own statistics miss a delay that was planted in the server.
// `--presentation=redirect` asks the same of the answer to a username, of the kinds that no legacy store proves.
// `--refusal-ms=0` takes the common deadline away: the probe must then find the kinds apart.
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { openDoor } from '../e2e/processes/door.ts'
import { makeInstallation } from '../e2e/processes/installation.ts'
import { failuresOf, startServer } from '../e2e/processes/server-process.ts'
import type { ServerProcess } from '../e2e/processes/server-process.ts'
import { arrive, attempt, comeToName, lookUp } from './enumeration-attempt.ts'
import { classes, createPoolPeople, hostedClasses, legacyRows, nameOf, plantedLine } from './enumeration-people.ts'
import type { NameClass } from './enumeration-people.ts'
import { judge } from './enumeration-verdict.ts'
import type { Sample } from './enumeration-verdict.ts'
import { loadAverage, machineFacts } from './machine.ts'
import { startDurablePostgres } from './postgres.ts'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    attempts: { type: 'string' },
    database: { type: 'string' },
    'refusal-ms': { type: 'string' },
    presentation: { type: 'string', default: 'page' },
  },
})
/**
 * Short is for machines that do other things meanwhile: it would miss two milliseconds and does not claim otherwise.
 * `lanes` are attempts under way at one time: few, so that one waits for another no more than it must.
 */
const limits = values.short
  ? { attempts: 80, lanes: 8, leastP: 0.001, mostInRoundsMilliseconds: 5, plantedMilliseconds: 25 }
  : {
      attempts: 2000,
      lanes: 4,
      leastP: 0.01,
      mostMedianMilliseconds: 0.5,
      mostInRoundsMilliseconds: 0.5,
      plantedMilliseconds: 2,
    }
const attempts = values.attempts === undefined ? limits.attempts : Number(values.attempts)
const kindOfDatabase = values.database ?? (values.short ? 'embedded' : 'postgres')
/** Rounds whose visitors arrive before the first of them is measured: arriving is work, and would be heard. */
const roundsPerBatch = 25

const redirects = values.presentation === 'redirect'
const alike: readonly NameClass[] = redirects ? hostedClasses : classes
type Kind = NameClass | 'planted'
const kinds: readonly Kind[] = [...alike, 'planted']
const [come, ask] = redirects ? [comeToName, lookUp] : [arrive, attempt]

console.log(`${machineFacts()}\nload average at start ${loadAverage()}`)
const postgres = kindOfDatabase === 'postgres' ? await startDurablePostgres() : undefined
console.log(postgres?.conditions ?? 'embedded database')
const house = await makeInstallation(
  {
    GATEHOUSE_REFUSAL_MS: values['refusal-ms'] ?? '',
    GATEHOUSE_TRUSTED_HOPS: '1',
    // So many refusals at one door would put work, which is random, on every page half-way: for all names, but no longer the
    // same bytes as before.
    GATEHOUSE_THROTTLE_DOOR_REFUSALS: '1000000',
    GATEHOUSE_LOG_LEVEL: 'info',
    ...(postgres ? { DATABASE_URL: await postgres.createDatabase('probe') } : {}),
  },
  await legacyRows(attempts),
  redirects
    ? {
        presentation: 'redirect',
        hostedPage: {
          authorizationEndpoint: 'https://login.example/authorize',
          issuer: 'https://login.example',
          clientId: 'gatehouse',
        },
      }
    : undefined,
)
let server: ServerProcess | undefined
try {
  server = await startServer({
    environment: {
      ...house.environment,
      GATEHOUSE_DATA: await house.dataFolder('probe'),
      PROBE_PLANTED_MS: String(limits.plantedMilliseconds),
    },
    imports: [pathToFileURL(join(import.meta.dirname, 'plant-delay.ts')).href],
  })
  if (!server.words.includes(plantedLine)) throw new Error('no delay was planted')
  const door = openDoor(server)
  await createPoolPeople(door, attempts)
  await logged(server, 'scanned')
  if (values['refusal-ms'] === undefined) await logged(server, 'refusal deadline')
  const samples = await measure(door)
  const deadlines = server.lines.filter(({ msg }) => msg === 'refusal deadline').map((line) => line['milliseconds'])
  console.log(`deadline of refusals while it ran: ${deadlines.join(', ')} ms; load average at end ${loadAverage()}\n`)
  const failures = failuresOf(server).filter((line) => line !== plantedLine)
  if (failures.length > 0) throw new Error(`the server logged errors, first: ${failures[0]}`)
  const { report, isPassed } = judge(samples, limits, alike)
  console.log(report)
  process.exitCode = isPassed ? 0 : 1
} finally {
  await server?.stop()
  await postgres?.stop()
  await house.remove()
}

async function measure(door: ReturnType<typeof openDoor>): Promise<ReadonlyMap<Kind, Sample>> {
  const taken = new Map(kinds.map((kind) => [kind, { milliseconds: [] as number[], bytes: new Set<string>() }]))
  for (let begin = 0; begin < attempts; begin += roundsPerBatch) {
    const rounds = Array.from({ length: Math.min(roundsPerBatch, attempts - begin) }, (_, at) => begin + at)
    // Each round holds every kind once, in an order of its own; what slows the machine for a while slows all of them.
    const waiting = await inLanes(
      rounds.flatMap((round) => shuffled(kinds).map((kind) => ({ kind, round }))),
      async ({ kind, round }) => ({
        kind,
        round,
        visitor: await come(door, nameOf(kind, round), addressOf(kind, round)),
      }),
    )
    await inLanes(waiting, async ({ kind, round, visitor }) => {
      const { milliseconds, bytes } = await ask(door, visitor)
      const sample = taken.get(kind)
      if (!sample) return
      sample.milliseconds[round] = milliseconds
      sample.bytes.add(bytes)
    })
  }
  return taken
}

/** An address nobody else has used, in a network of its own: no limit is met twice. */
function addressOf(kind: Kind, round: number): string {
  const at = round * kinds.length + kinds.indexOf(kind)
  return `2001:db8:${at.toString(16)}::1`
}

/** Does all of it in order, so many at a time. */
async function inLanes<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const done: Out[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: limits.lanes }, async () => {
      while (next < all.length) {
        const at = next
        next += 1
        done[at] = await work(all[at] as In)
      }
    }),
  )
  return done
}

function shuffled<T>(all: readonly T[]): readonly T[] {
  const left = [...all]
  return all.map(() => left.splice(randomInt(left.length), 1)[0] as T)
}

async function logged(process: ServerProcess, message: string): Promise<void> {
  const patience = performance.now() + 120_000
  while (!process.lines.some(({ msg }) => msg === message)) {
    if (performance.now() > patience) throw new Error(`the server never said "${message}"`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
