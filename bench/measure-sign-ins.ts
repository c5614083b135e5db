import { availableParallelism } from 'node:os'
import { around, atBest } from './floors.ts'
import type { Floor } from './floors.ts'
import { highestRate } from './highest-rate.ts'
import { untilServed } from './http.ts'
import { memoryOf, processorSecondsOf } from './machine.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import type { Person } from './people.ts'
import type { Figure } from './report.ts'
import type { ServerUnderLoad } from './server.ts'
import { signIn, steps } from './sign-in.ts'
import type { SignedIn, Step } from './sign-in.ts'
import type { ReadToken } from './token-check.ts'

export interface SignInPlan {
  readonly server: ServerUnderLoad
  readonly readToken: ReadToken
  readonly people: readonly Person[]
  readonly database: string
  readonly loginCore: () => Promise<Floor>
  /** Processor time of one password check; the goal of a whole sign-in is a multiple of it. */
  readonly passwordCpuMilliseconds: number | undefined
  /** One at a time: the least that a person waits. */
  readonly loginCoreAlone: Floor
  /** Of load before anything is measured: code that has run a hundred times is not yet compiled to run fast. */
  readonly warmUpSeconds: number
  readonly trials: number
  readonly secondsEach: number
  readonly say: (line: string) => void
}

/** Where latency is looked at; half of the highest rate where that is less. */
const latencyAtPerSecond = 50

/** Sign-ins whose processor time is told apart, because a server that has just started is slower. */
const firstSignIns = 100

/** M1, M2, M3 and the memory of M17 under load. */
export async function measureSignIns(plan: SignInPlan): Promise<readonly Figure[]> {
  const { server, readToken, people, database, loginCore, loginCoreAlone, trials, secondsEach, say } = plan
  const { passwordCpuMilliseconds } = plan
  let next = 0
  const one = (): Promise<SignedIn> => {
    const person = people[next++ % people.length]
    if (!person) throw new Error('there are no people')
    return signIn(server.door, readToken, person)
  }
  const served = (): Promise<SignedIn> => untilServed(one)
  const atOnce = 4 * availableParallelism()
  const coldCost = await costOfFirst(plan, atOnce, served)
  await atBest(plan.warmUpSeconds, atOnce, served)
  const { result, floor: core } = await around(loginCore, async () => {
    const before = await processorSecondsOf(server.pid)
    const ownBefore = process.cpuUsage()
    const countBefore = next
    const closed = await atBest(secondsEach, atOnce, one)
    const after = await processorSecondsOf(server.pid)
    const count = next - countBefore
    const own = process.cpuUsage(ownBefore)
    const generator = ((own.user + own.system) / 1000 / count).toFixed(1)
    const cost = before === undefined || after === undefined ? undefined : ((after - before) * 1000) / count
    say(
      `${database}: sign-ins in a closed loop ${closed.perSecond.toFixed(1)}/s, server CPU ${cost?.toFixed(1)} ms each`,
    )
    const found = await highestRate({
      aboutPerSecond: closed.perSecond,
      trials,
      secondsEach,
      longestP99Milliseconds: 500,
      request: one,
    })
    say(`${database}: ${found.tried.join('; ')}`)
    const loaded = await memoryOf(server.pid)
    return { closed, cost, generator, found, loaded }
  })
  const { closed, cost, generator, found, loaded } = result

  const rate = Math.max(1, Math.min(latencyAtPerSecond, found.perSecond / 2))
  const byStep = new Map<Step, number[]>(steps.map((step) => [step, []]))
  const whole: number[] = []
  const load = await openLoop({
    ratePerSecond: rate,
    // Twice as long as a trial: percentiles want many.
    durationSeconds: secondsEach * 2,
    timer: machineTimer,
    request: async () => {
      const { tookMilliseconds } = await one()
      for (const step of steps) byStep.get(step)?.push(tookMilliseconds[step])
      whole.push(Object.values(tookMilliseconds).reduce((sum, took) => sum + took, 0))
    },
  })
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.offered} sign-ins failed at ${rate.toFixed(0)}/s`)
  const at = `${database}, ${rate.toFixed(0)} sign-ins/s offered`
  const latency = (name: string, values: readonly number[], share: number, goal?: number, floor?: number): Figure => ({
    name: `${name} p${(share * 100).toFixed(0)}`,
    value:
      percentile(
        values.toSorted((a, b) => a - b),
        share,
      ) ?? Number.NaN,
    unit: 'ms',
    ...(floor === undefined ? {} : { floor }),
    ...(goal === undefined ? {} : { goal }),
    ...(goal === undefined || rate >= latencyAtPerSecond ? {} : { goalLoad: `${latencyAtPerSecond}/s` }),
    conditions: `${at}, ${values.length} measured`,
  })
  const of = (step: Step): readonly number[] => byStep.get(step) ?? []
  const names = [...of('username post'), ...of('username page')]
  return [
    {
      name: 'M1 full sign-ins',
      value: found.perSecond,
      unit: '/s',
      floor: core.perSecond,
      goal: 150,
      goalShare: 0.67,
      conditions: `${database}, 8 requests each, p99 ${found.p99Milliseconds.toFixed(0)} ms of all 8, no errors`,
    },
    {
      name: 'M1 closed loop',
      value: closed.perSecond,
      unit: '/s',
      floor: core.perSecond,
      conditions: `${database}, ${atOnce} at once, p99 ${closed.p99Milliseconds.toFixed(0)} ms: what is possible when nobody's waiting counts`,
    },
    ...(cost === undefined
      ? []
      : [
          {
            name: 'M21 server CPU per sign-in',
            value: cost,
            unit: 'ms',
            floor: core.cpuMilliseconds,
            ...(passwordCpuMilliseconds === undefined ? {} : { goal: 1.4 * passwordCpuMilliseconds }),
            conditions: `${database}, the server process alone (the load generator took ${generator} ms beside it); floor: the same of a login core`,
          },
        ]),
    ...(coldCost === undefined
      ? []
      : [
          {
            name: `server CPU per sign-in, the first ${firstSignIns}`,
            value: coldCost,
            unit: 'ms',
            floor: core.cpuMilliseconds,
            conditions: `${database}, before the warm-up of ${plan.warmUpSeconds} s`,
          },
        ]),
    latency('M2 credential post', of('credential post'), 0.5, 14, loginCoreAlone.p50Milliseconds),
    latency('M2 credential post', of('credential post'), 0.95, 25),
    latency('M2 credential post', of('credential post'), 0.99, 40, loginCoreAlone.p99Milliseconds),
    latency('M3 username step', names, 0.5, 3),
    latency('M3 username step', names, 0.99, 12),
    latency('M3 code exchange', of('code exchange'), 0.5, 3),
    latency('M3 code exchange', of('code exchange'), 0.99, 12),
    ...(['authorize', 'password page', 'complete', 'resume'] as const).map((step) => latency(step, of(step), 0.5)),
    latency('whole sign-in', whole, 0.5),
    latency('whole sign-in', whole, 0.99),
    ...(loaded === undefined
      ? []
      : [
          {
            name: 'M17 resident after sign-in load',
            value: loaded.residentMebibytes,
            unit: 'MiB',
            goal: 256,
            conditions: database,
          },
        ]),
  ]
}

async function costOfFirst(
  { server }: SignInPlan,
  atOnce: number,
  one: () => Promise<SignedIn>,
): Promise<number | undefined> {
  const before = await processorSecondsOf(server.pid)
  let left = firstSignIns
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await one()
    }),
  )
  const after = await processorSecondsOf(server.pid)
  return before === undefined || after === undefined ? undefined : ((after - before) * 1000) / firstSignIns
}
