import type { Clock } from '../../platform/clock/index.ts'

/** Least and most that a refusal waits, whatever was measured. */
export const bounds = { leastMilliseconds: 100, mostMilliseconds: 5000 } as const
/** Until the first measurement; longer than a check with the settings we ship takes on any machine we know. */
const unmeasuredMilliseconds = 400
/** The p99 of the check alone becomes a deadline by this, for the statements around it and the moments of load. */
const headroom = 1.5
/** Deadlines are whole multiples of it, so that nodes of one kind agree and small changes move nothing. */
const stepMilliseconds = 25
/** One recalibration raises it by no more than half and lowers it by no more than a tenth. */
const changes = { most: 1.5, least: 0.9 } as const
/** Times kept for each prover: the newest ones, so that what was slow once is forgotten. */
const keptTimes = 200

/** One answer that may say no. */
export interface Door<T> {
  /** All that depends on the name: counting, looking up, checking, writing. */
  readonly work: () => Promise<T>
  /** Whether this outcome is told as soon as it is known. What a stranger can get without proof never is. */
  readonly isAtOnce: (outcome: T) => boolean
  /** Who checked, for the measurement; absent where nobody did or where it could not be done. */
  readonly proverOf?: (outcome: T) => string | undefined
}

/** Answers refusals at one moment, and finds out which moment that is. */
export interface Refusals {
  /**
   * Does the work and gives its outcome: at once where the door says so, else at the deadline counted from the call, or at
   * its next whole multiple when the work took longer. Every door that can refuse a person answers through here.
   *
   * @throws whatever the work throws, at once
   */
  answer<T>(door: Door<T>): Promise<T>
  /** The deadline that an answer begun now would have. */
  readonly milliseconds: number
  /** Takes note of a check made to measure it. */
  record(prover: string, milliseconds: number): void
  /** The p99 of the slowest prover by what was recorded; undefined before anything was. */
  readonly slowestMilliseconds: number | undefined
  /** Moves the deadline towards what this p99 asks for; the first call goes there in one step, later ones by a bounded part. */
  recalibrate(slowestMilliseconds: number): void
}

/** @param fixedMilliseconds set by an operator: nothing is calibrated */
export function createRefusals(clock: Clock, fixedMilliseconds?: number): Refusals {
  const times = new Map<string, number[]>()
  let milliseconds = fixedMilliseconds ?? unmeasuredMilliseconds
  let isCalibrated = false

  function record(prover: string, took: number): void {
    const kept = times.get(prover) ?? []
    kept.push(took)
    if (kept.length > keptTimes) kept.shift()
    times.set(prover, kept)
  }

  return {
    async answer({ work, isAtOnce, proverOf }) {
      const wanted = milliseconds
      const startedAt = clock.elapsedMilliseconds()
      // Begun before the work, so that the two run side by side.
      const deadline = clock.sleep(wanted)
      const outcome = await work()
      const took = clock.elapsedMilliseconds() - startedAt
      const prover = proverOf?.(outcome)
      if (prover !== undefined) record(prover, took)
      if (isAtOnce(outcome)) return outcome
      await deadline
      if (wanted > 0 && took > wanted) await clock.sleep(wanted - (took % wanted))
      return outcome
    },
    get milliseconds() {
      return milliseconds
    },
    record,
    get slowestMilliseconds() {
      return times.size === 0 ? undefined : Math.max(...[...times.values()].map(p99))
    },
    recalibrate(slowest) {
      if (fixedMilliseconds !== undefined) return
      const asked = Math.ceil((slowest * headroom) / stepMilliseconds) * stepMilliseconds
      const wanted = Math.min(bounds.mostMilliseconds, Math.max(bounds.leastMilliseconds, asked))
      milliseconds = isCalibrated ? towards(milliseconds, wanted) : wanted
      isCalibrated = true
    },
  }
}

/** In whole steps, at least one when there is anywhere to go. */
function towards(from: number, to: number): number {
  if (to > from) return Math.min(to, Math.ceil((from * changes.most) / stepMilliseconds) * stepMilliseconds)
  return Math.max(to, Math.floor((from * changes.least) / stepMilliseconds) * stepMilliseconds)
}

const p99 = (kept: readonly number[]): number =>
  kept.toSorted((one, other) => one - other)[Math.ceil(kept.length * 0.99) - 1] ?? 0
