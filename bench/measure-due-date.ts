import { availableParallelism } from 'node:os'
import { atBest } from './floors.ts'
import { TurnedAway, untilServed } from './http.ts'
import { memoryOf } from './machine.ts'
import { machineTimer, openLoop, percentile } from './open-loop.ts'
import type { LoadResult } from './open-loop.ts'
import type { Figure } from './report.ts'

export interface DueDatePlan {
  readonly database: string
  /** One whole sign-in. A rejection is a failure, unless it is `TurnedAway`. */
  readonly signIn: () => Promise<unknown>
  /** What must stay quick while sign-ins queue: asked all through the peak. A rejection is a failure. */
  readonly beside: Readonly<Record<string, () => Promise<unknown>>>
  /** Of the server. */
  readonly pid: number
  /** Of each of the two quiet hours; the peak is as long. */
  readonly secondsEach: number
  readonly say: (line: string) => void
}

/** What came of one sign-in. Times in milliseconds; `beganAt` counts from the begin of its load. */
export interface Outcome {
  readonly beganAt: number
  readonly tookMilliseconds: number
  readonly end: 'signed in' | 'turned away' | 'failed'
}

/** A third of what a closed loop does is an ordinary hour; ten times that is 09:00 on the day that bills are due. */
const usualShare = 1 / 3
const peakTimes = 10
const p99LimitMilliseconds = 500
const besidePerSecond = 20

/**
 * The Monday on which bills are due: an ordinary hour, ten times its load, an ordinary hour again. Nobody may get a
 * wrong answer; who cannot be served is told so and when to come again; and afterwards it is as it was before.
 */
export async function measureDueDate(plan: DueDatePlan): Promise<readonly Figure[]> {
  const { database, signIn, beside, secondsEach, say, pid } = plan
  // Whoever is turned away comes again at once: what a closed loop does is what the server lets in.
  const { perSecond: capacity, p99Milliseconds: fullRateP99 } = await atBest(
    secondsEach / 2,
    4 * availableParallelism(),
    () => untilServed(signIn),
  )
  const usual = Math.max(1, capacity * usualShare)
  const quiet = askBeside(beside, secondsEach)
  const before = await offered(usual, secondsEach, signIn)
  const quietP99 = new Map((await quiet).map(({ name, load }) => [name, percentile(load.latencies, 0.99)]))
  const residentBefore = (await memoryOf(pid))?.residentMebibytes
  const peakBeganAt = performance.now()
  const peaking = offered(usual * peakTimes, secondsEach, signIn)
  const asking = askBeside(beside, secondsEach)
  await machineTimer.until(peakBeganAt + secondsEach * 1000)
  // The next hour does not wait for the last answer of the peak.
  const after = await offered(usual, 2 * secondsEach, signIn)
  const peak = await peaking
  const resident = (await memoryOf(pid))?.residentMebibytes
  const asked = await asking
  const peakTookSeconds = Math.max(...peak.map(({ beganAt, tookMilliseconds }) => beganAt + tookMilliseconds)) / 1000
  const count = (outcomes: readonly Outcome[], end: Outcome['end']): number =>
    outcomes.filter((outcome) => outcome.end === end).length
  const turnedAway = peak.filter(({ end }) => end === 'turned away')
  say(
    `${database}: due date: usual ${usual.toFixed(1)}/s, peak ${(usual * peakTimes).toFixed(0)}/s: ` +
      `${count(peak, 'signed in')} signed in, ${turnedAway.length} turned away, ${count(peak, 'failed')} failed`,
  )
  const conditions = `${database}, ${usual.toFixed(1)}/s usually, ${(usual * peakTimes).toFixed(0)}/s for ${secondsEach} s`
  const p99 = (outcomes: readonly Outcome[]): number =>
    percentile(
      outcomes.map(({ tookMilliseconds }) => tookMilliseconds).toSorted((a, b) => a - b),
      0.99,
    ) ?? Number.NaN
  return [
    {
      name: 'F89 due date: sign-in p99 before',
      value: p99(before),
      unit: 'ms',
      goal: p99LimitMilliseconds,
      conditions,
    },
    {
      name: 'F89 due date: signed in at the peak',
      value: count(peak, 'signed in') / Math.max(secondsEach, peakTookSeconds),
      unit: '/s',
      floor: capacity,
      conditions: `${conditions}; floor: the closed loop just before`,
    },
    ...(turnedAway.length === 0
      ? []
      : [
          {
            name: 'M18, F89 due date: turned away p99',
            value: p99(turnedAway),
            unit: 'ms',
            goal: 50,
            conditions: `${conditions}; ${turnedAway.length} heard 503 and when to come again`,
          },
        ]),
    {
      name: 'M18, F89 due date: admitted p99 at the peak',
      value: p99(peak.filter(({ end }) => end === 'signed in')),
      unit: 'ms',
      goal: 2 * fullRateP99,
      conditions: `${conditions}; goal: twice the p99 at the full rate, which was ${fullRateP99.toFixed(0)} ms in the closed loop`,
    },
    ...asked.map(({ name, load }) => ({
      name: `M18 ${name} p99 at the peak`,
      value: load.failed > 0 ? Number.POSITIVE_INFINITY : (percentile(load.latencies, 0.99) ?? Number.NaN),
      unit: 'ms',
      goal: 50,
      ...floorOf(quietP99.get(name)),
      conditions: `${conditions}; ${load.offered} asked beside it, ${load.failed} failed; floor: the same in the usual hour`,
    })),
    ...(resident === undefined || residentBefore === undefined
      ? []
      : [
          {
            name: 'M18 resident memory after the peak',
            value: resident,
            unit: 'MiB',
            floor: residentBefore,
            conditions: `${conditions}; floor: before the peak`,
          },
        ]),
    {
      name: 'F89 due date: wrong answers',
      value: count([...before, ...peak, ...after], 'failed'),
      unit: 'sign-ins',
      goal: 0,
      conditions,
    },
    {
      name: 'F89 due date: as before after the peak',
      value: secondsToRecover(after),
      unit: 's',
      goal: 10,
      conditions: `${conditions}; from then on everybody signed in within ${p99LimitMilliseconds} ms`,
    },
  ]
}

const floorOf = (p99: number | undefined): { readonly floor?: number } => (p99 === undefined ? {} : { floor: p99 })

/** Asks each of these all through an hour, at a constant rate. */
function askBeside(
  beside: DueDatePlan['beside'],
  durationSeconds: number,
): Promise<readonly { readonly name: string; readonly load: LoadResult }[]> {
  return Promise.all(
    Object.entries(beside).map(async ([name, request]) => ({
      name,
      load: await openLoop({ ratePerSecond: besidePerSecond, durationSeconds, timer: machineTimer, request }),
    })),
  )
}

/** Seconds until the last one who was not served as usual began; infinite when that was at the very end. */
export function secondsToRecover(outcomes: readonly Outcome[]): number {
  const isAsUsual = ({ end, tookMilliseconds }: Outcome): boolean =>
    end === 'signed in' && tookMilliseconds < p99LimitMilliseconds
  const ordered = outcomes.toSorted((a, b) => a.beganAt - b.beganAt)
  const last = ordered.findLastIndex((outcome) => !isAsUsual(outcome))
  if (last === -1) return 0
  return last === ordered.length - 1 ? Number.POSITIVE_INFINITY : (ordered[last]?.beganAt ?? Number.NaN) / 1000
}

/** Offers sign-ins at a constant rate, waits for all of them, and tells apart what came of each. */
export async function offered(
  ratePerSecond: number,
  durationSeconds: number,
  signIn: () => Promise<unknown>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const loadBeganAt = performance.now()
  await openLoop({
    ratePerSecond,
    durationSeconds,
    timer: machineTimer,
    async request() {
      const beganAt = performance.now()
      const note = (end: Outcome['end'], tookMilliseconds = performance.now() - beganAt): void => {
        outcomes.push({ beganAt: beganAt - loadBeganAt, tookMilliseconds, end })
      }
      try {
        await signIn()
        note('signed in')
      } catch (error) {
        if (error instanceof TurnedAway) note('turned away', error.afterMilliseconds)
        else note('failed')
      }
    },
  })
  return outcomes
}
