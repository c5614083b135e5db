import { around, atBest } from './floors.ts'
import type { Floor } from './floors.ts'
import { highestRate } from './highest-rate.ts'
import { processorSecondsOf } from './machine.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import type { Figure } from './report.ts'
import type { ServerUnderLoad } from './server.ts'

export interface TokenPlan {
  readonly name: string
  readonly server: ServerUnderLoad
  readonly database: string
  /** Must check its answer and throw when it is wrong. */
  readonly request: () => Promise<unknown>
  readonly core: () => Promise<Floor>
  readonly goalPerSecond: number
  /** The goal as a share of the floor. */
  readonly goalShare: number
  /** Where latency is looked at; half of what was found where that is less. */
  readonly latencyAtPerSecond: number
  readonly goalP99Milliseconds?: number
  readonly goalCpuMilliseconds?: number
  /** Of load before anything is measured. */
  readonly warmUpSeconds: number
  readonly trials: number
  readonly secondsEach: number
  readonly say: (line: string) => void
}

/** M4, M5 and M6: the highest rate with the 99th percentile under 100 ms, and latency at a rate that is not the highest. */
export async function measureTokens(plan: TokenPlan): Promise<readonly Figure[]> {
  const { name, server, database, request, core, trials, secondsEach, say } = plan
  await atBest(plan.warmUpSeconds, 16, request)
  const { result, floor } = await around(core, async () => {
    let count = 0
    const counted = async (): Promise<void> => {
      await request()
      count += 1
    }
    const before = await processorSecondsOf(server.pid)
    const closed = await atBest(secondsEach, 16, counted)
    const after = await processorSecondsOf(server.pid)
    const cost = before === undefined || after === undefined ? undefined : ((after - before) * 1000) / count
    say(
      `${database}: ${name} in a closed loop ${closed.perSecond.toFixed(0)}/s, server CPU ${cost?.toFixed(2)} ms each`,
    )
    const found = await highestRate({
      aboutPerSecond: closed.perSecond,
      trials,
      secondsEach,
      longestP99Milliseconds: 100,
      request,
    })
    say(`${database}: ${found.tried.join('; ')}`)
    return { closed, cost, found }
  })
  const { closed, cost, found } = result

  const rate = Math.max(1, Math.min(plan.latencyAtPerSecond, found.perSecond / 2))
  const load = await openLoop({ ratePerSecond: rate, durationSeconds: secondsEach, timer: machineTimer, request })
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.offered} failed at ${rate.toFixed(0)}/s: ${name}`)
  const at = `${database}, ${rate.toFixed(0)}/s offered, ${load.offered} measured`
  const latencyGoal =
    plan.goalP99Milliseconds === undefined
      ? {}
      : {
          goal: plan.goalP99Milliseconds,
          ...(rate >= plan.latencyAtPerSecond ? {} : { goalLoad: `${plan.latencyAtPerSecond}/s` }),
        }
  return [
    {
      name,
      value: found.perSecond,
      unit: '/s',
      floor: floor.perSecond,
      goal: plan.goalPerSecond,
      goalShare: plan.goalShare,
      conditions: `${database}, p99 ${found.p99Milliseconds.toFixed(0)} ms, no errors`,
    },
    { name: `${name} p50`, value: percentile(load.latencies, 0.5) ?? Number.NaN, unit: 'ms', conditions: at },
    {
      name: `${name} p99`,
      value: percentile(load.latencies, 0.99) ?? Number.NaN,
      unit: 'ms',
      ...latencyGoal,
      conditions: at,
    },
    ...(cost === undefined
      ? []
      : [
          {
            name: `${name}, server CPU`,
            value: cost,
            unit: 'ms',
            floor: floor.cpuMilliseconds,
            ...(plan.goalCpuMilliseconds === undefined ? {} : { goal: plan.goalCpuMilliseconds }),
            conditions: `${database}, closed loop, 16 at once, ${closed.perSecond.toFixed(0)}/s`,
          },
        ]),
  ]
}
