// `npm run bench [-- --only=floors,start,memory,sign-ins,tokens,checks,route,due-date,import,people] [--database=embedded,postgres]
//   [--processes=2] [--long] [--rows=1000000]`; `import` runs only where it is asked for by name
// Each figure beside its floor, measured in the same run. A run asserts answers, never times.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { openEmbeddedFloor, openPostgresFloor } from './floor-database.ts'
import { lookUpFloor, loginCoreFloor, passwordFloor, roundTripFloor, tokenCoreFloor } from './floors.ts'
import type { Floor } from './floors.ts'
import { makePremises } from './installation.ts'
import { loadAverage, machineFacts, processorTimes, secondsOfThisRun, sharesBetween } from './machine.ts'
import { measureDueDate } from './measure-due-date.ts'
import { measureImport } from './measure-import.ts'
import { measureMemory } from './measure-memory.ts'
import { measurePeople } from './measure-people.ts'
import { measureRoute } from './measure-route.ts'
import { measureSignIns } from './measure-sign-ins.ts'
import { measureStart } from './measure-start.ts'
import { measureTokens } from './measure-tokens.ts'
import { measureVerify } from './measure-verify.ts'
import { createPeople } from './people.ts'
import type { Person } from './people.ts'
import { startDurablePostgres } from './postgres.ts'
import type { DurablePostgres } from './postgres.ts'
import { table } from './report.ts'
import type { Figure } from './report.ts'
import { startServer } from './server.ts'
import { signIn } from './sign-in.ts'
import { send } from './http.ts'
import { installation } from './installation.ts'
import { tokenReader } from './token-check.ts'
import { clientCredentials, introspect, lending, rotate, userinfo } from './tokens.ts'
import type { Family } from './tokens.ts'

const parts = ['floors', 'start', 'memory', 'sign-ins', 'tokens', 'checks', 'route', 'due-date'] as const
/** Takes minutes and gigabytes. */
const onlyByName = ['import', 'people'] as const
const databases = ['embedded', 'postgres'] as const
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: parts.join(',') },
    database: { type: 'string', default: databases.join(',') },
    processes: { type: 'string', default: '1' },
    long: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000000' },
  },
})
const only = chosen('--only', values.only, [...parts, ...onlyByName])
const rows = Number(values.rows)
if (!Number.isInteger(rows) || rows < 1000) throw new Error('--rows takes a whole number from 1000')
const processes = Number(values.processes)
if (!Number.isInteger(processes) || processes < 1) throw new Error('--processes takes a whole number from 1')
// Several processes need PostgreSQL: the embedded database is opened by one.
const wanted = processes > 1 ? new Set(['postgres'] as const) : chosen('--database', values.database, databases)
const size = values.long
  ? {
      floor: 10,
      starts: 15,
      idle: 60,
      warmUp: 60,
      signIn: 20,
      token: 15,
      signInTrials: 6,
      tokenTrials: 6,
      people: 2000,
      families: 400,
      dueDate: 60,
    }
  : {
      floor: 2,
      starts: 5,
      idle: 20,
      warmUp: 20,
      signIn: 4,
      token: 3,
      signInTrials: 4,
      tokenTrials: 3,
      people: 300,
      families: 40,
      dueDate: 10,
    }

const needsServer = (['sign-ins', 'tokens', 'checks', 'due-date'] as const).some((part) => only.has(part))
const say = (line: string): void => console.error(line)
const begunAt = performance.now()
const first = await processorTimes()
await new Promise((resolve) => setTimeout(resolve, 2000))
const quiet = await processorTimes()
const others = first && quiet ? `${(sharesBetween(first, quiet).busy * 100).toFixed(0)} % busy before we began` : ''
console.log(`${machineFacts()}\nload average at start ${loadAverage()}; processors ${others}\n`)

const figures: Figure[] = []
let passwordCpuMilliseconds: number | undefined
let postgres: DurablePostgres | undefined
if (wanted.has('postgres')) {
  try {
    postgres = await startDurablePostgres()
    console.log(`${postgres.conditions}\n`)
  } catch (error) {
    console.log(`PostgreSQL: NOT RUN (${error instanceof Error ? error.message : String(error)})\n`)
  }
}
try {
  if (only.has('start')) figures.push(...(await measureStart(size.starts, say)))
  if (only.has('memory')) {
    const url = await postgres?.createDatabase('idle')
    figures.push(
      ...(await measureMemory(
        [
          ...(wanted.has('embedded') ? [{ name: 'embedded database' }] : []),
          ...(url === undefined ? [] : [{ name: 'PostgreSQL', url }]),
        ],
        size.idle,
      )),
    )
  }
  if (only.has('floors') || only.has('sign-ins')) {
    const floor = await passwordFloor(size.floor)
    passwordCpuMilliseconds = floor.cpuMilliseconds
    figures.push(...figuresOf(floor))
  }
  if (only.has('route') && postgres) {
    const running = postgres
    const createDatabase = (name: string): Promise<string> => running.createDatabase(name)
    const names = { fewNames: 10_000, manyNames: 1_000_000 }
    figures.push(...(await measureRoute({ createDatabase, ...names, secondsEach: size.token, say })))
  }
  if (only.has('import') && postgres) {
    const running = postgres
    figures.push(...(await measureImport({ createDatabase: (name) => running.createDatabase(name), rows, say })))
  }
  if (only.has('people') && postgres) {
    const running = postgres
    const createDatabase = (name: string): Promise<string> => running.createDatabase(name)
    const plan = { createDatabase, people: 1_000_000, processes, secondsEach: size.dueDate, say }
    figures.push(...(await measurePeople(plan)))
  }
  if (only.has('floors') || needsServer) {
    if (wanted.has('embedded')) figures.push(...(await measureOn('embedded database', undefined)))
    if (postgres) figures.push(...(await measureOn('PostgreSQL', postgres)))
  }
} finally {
  await postgres?.stop()
}
console.log(table(figures))
const last = await processorTimes()
const own = await secondsOfThisRun()
console.log(`\ntook ${((performance.now() - begunAt) / 1000).toFixed(0)} s; load average at end ${loadAverage()}`)
if (first && last && own !== undefined) {
  const shares = sharesBetween(first, last, own)
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  console.log(
    `of all processor time: ${percent(shares.others)} went to others on this machine, ${percent(shares.stolen)} was stolen`,
  )
}
process.exit(0)

/** Floors of a database, then what a server makes of it. */
async function measureOn(named: string, running: DurablePostgres | undefined): Promise<readonly Figure[]> {
  const database = processes > 1 ? `${named}, ${processes} processes` : named
  const floors = running ? await openPostgresFloor(await running.createDatabase('floors')) : await openEmbeddedFloor()
  const loginCore = () => loginCoreFloor(size.floor, floors, 2 * availableParallelism())
  const tokenCore = () => tokenCoreFloor(size.floor / 2, floors, 1)
  const rotationCore = () => tokenCoreFloor(size.floor / 2, floors, 3)
  const loginCoreAlone = await loginCoreFloor(size.floor / 2, floors, 1)
  const found: Figure[] = []
  if (only.has('floors')) {
    found.push(...figuresOf(await roundTripFloor(size.floor / 3, floors)), ...figuresOf(loginCoreAlone))
    for (const core of [loginCore, tokenCore, rotationCore]) found.push(...figuresOf(await core()))
  }
  if (!needsServer) {
    await floors.close()
    return found
  }

  const premises = await makePremises(await running?.createDatabase('gatehouse'))
  const server = await startServer({ ...premises.environment, GATEHOUSE_PROCESSES: String(processes) })
  try {
    const { door } = server
    const people = await createPeople(door, size.people)
    const readToken = await tokenReader(door, installation.issuerPath)
    const plan = { server, database, say }
    if (only.has('sign-ins'))
      found.push(
        ...(await measureSignIns({
          ...plan,
          warmUpSeconds: size.warmUp,
          trials: size.signInTrials,
          secondsEach: size.signIn,
          readToken,
          people,
          loginCore,
          loginCoreAlone,
          passwordCpuMilliseconds,
        })),
      )
    if (only.has('tokens')) {
      const readSystemToken = await tokenReader(door, installation.systemPath)
      const families: Family[] = []
      for (const person of people.slice(0, size.families)) {
        const { refreshToken } = await signIn(door, readToken, person)
        families.push({ userId: person.userId, refreshToken })
      }
      const lend = lending(families)
      const tokenPlan = { ...plan, warmUpSeconds: size.warmUp / 4, trials: size.tokenTrials, secondsEach: size.token }
      found.push(
        ...(await measureTokens({
          ...tokenPlan,
          name: 'M4 client credentials',
          request: () => clientCredentials(door, readSystemToken),
          core: tokenCore,
          goalPerSecond: 2500,
          goalShare: 0.47,
          latencyAtPerSecond: 1000,
          goalP99Milliseconds: 25,
          goalCpuMilliseconds: 0.7,
        })),
        ...(await measureTokens({
          ...tokenPlan,
          name: 'M5 refresh with rotation',
          request: () => lend((family) => rotate(door, readToken, family)),
          core: rotationCore,
          goalPerSecond: 1500,
          goalShare: 0.37,
          latencyAtPerSecond: 500,
        })),
      )
    }
    if (only.has('checks')) {
      const lookUp = () => lookUpFloor(size.floor / 2, floors)
      const holders: { readonly userId: string; readonly token: string }[] = []
      for (const { username, password, userId } of people.slice(0, size.families)) {
        const { accessToken } = await signIn(door, readToken, { username, password, userId })
        holders.push({ userId, token: accessToken })
      }
      let turn = 0
      const anyHolder = () => {
        const holder = holders[turn++ % holders.length]
        if (!holder) throw new Error('there are no people')
        return holder
      }
      const checks = {
        'M6 introspection': ({ token, userId }: { readonly token: string; readonly userId: string }) =>
          introspect(door, token, userId),
        'M6 userinfo': ({ token, userId }: { readonly token: string; readonly userId: string }) =>
          userinfo(door, token, userId),
      }
      for (const [name, check] of Object.entries(checks)) {
        found.push(
          ...(await measureTokens({
            ...plan,
            warmUpSeconds: size.warmUp / 4,
            trials: size.tokenTrials,
            secondsEach: size.token,
            name,
            request: () => check(anyHolder()),
            core: lookUp,
            goalPerSecond: 6000,
            goalShare: 0.4,
            latencyAtPerSecond: 1000,
          })),
        )
      }
      const readSystemToken = await tokenReader(door, installation.systemPath)
      const token = await clientCredentials(door, readSystemToken)
      found.push(...(await measureVerify(door, token, size.floor / 2)))
    }
    if (only.has('due-date')) {
      const readSystemToken = await tokenReader(door, installation.systemPath)
      let next = 0
      const anybody = (): Person => {
        const person = people[next++ % people.length]
        if (!person) throw new Error('there are no people')
        return person
      }
      found.push(
        ...(await measureDueDate({
          database,
          say,
          pid: server.pid,
          secondsEach: size.dueDate,
          beside: {
            health: async () => {
              const { status } = await send(door, { method: 'GET', path: '/health/ready' })
              if (status !== 200) throw new Error(`health answered ${status}`)
            },
            'client credentials': () => clientCredentials(door, readSystemToken),
          },
          signIn: () => signIn(door, readToken, anybody()),
        })),
      )
    }
    return found
  } finally {
    await server.stop()
    await floors.close()
    await premises.remove()
  }
}

function figuresOf({ name, perSecond, p50Milliseconds, p99Milliseconds, conditions }: Floor): Figure[] {
  return [
    {
      name: `floor: ${name}`,
      value: perSecond,
      unit: '/s',
      conditions: `${conditions}; p50 ${p50Milliseconds.toPrecision(3)}, p99 ${p99Milliseconds.toPrecision(3)} ms`,
    },
  ]
}

function chosen<T extends string>(option: string, given: string, known: readonly T[]): ReadonlySet<T> {
  const names = given.split(',')
  const unknown = names.find((name) => !(known as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`${option} does not know ${unknown}: it takes ${known.join(', ')}`)
  return new Set(known.filter((name) => names.includes(name)))
}
