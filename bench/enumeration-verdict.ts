import { classes } from './enumeration-people.ts'
import type { NameClass } from './enumeration-people.ts'
import { kolmogorovSmirnov, quantile } from './two-samples.ts'

/** What was seen of one kind of name. */
export interface Sample {
  /** Of each attempt, in the order of the rounds. */
  readonly milliseconds: readonly number[]
  /** The different answers, with what may differ masked. One when all are the same. */
  readonly bytes: ReadonlySet<string>
}

export interface Limits {
  /** Of the Kolmogorov-Smirnov test, after Bonferroni's correction for the number of pairs. */
  readonly leastP: number
  /** Between the medians of two kinds. Absent on a machine so busy that the deadline, measured anew each minute, moves. */
  readonly mostMedianMilliseconds?: number
  /** Of the median of the differences within a round, which met one deadline. */
  readonly mostInRoundsMilliseconds: number
  /** What the server waits after the deadline of a name of the kind `planted`. */
  readonly plantedMilliseconds: number
}

export interface Verdict {
  readonly report: string
  readonly isPassed: boolean
}

/**
 * Whether the kinds of names cannot be told apart, and whether the same statistics find the planted delay. `planted` are
 * names that nobody has, like `unknown`, whose answers leave the server later by a known time: a test that misses them proves nothing about the others.
 *
 * @param alike the kinds that must not be told apart; all of them, unless the workspace redirects
 */
export function judge(
  samples: ReadonlyMap<NameClass | 'planted', Sample>,
  limits: Limits,
  alike: readonly NameClass[] = classes,
): Verdict {
  const of = (kind: NameClass | 'planted'): Sample => samples.get(kind) ?? { milliseconds: [], bytes: new Set() }
  const pairs = alike.flatMap((one, at) => alike.slice(at + 1).map((other) => [one, other] as const))
  const compared = pairs.map(([one, other]) => compare(`${one} / ${other}`, of(one), of(other), pairs.length))
  const planted = compare('planted / unknown', of('planted'), of('unknown'), pairs.length)
  const answers = new Set([...samples.values()].flatMap(({ bytes }) => [...bytes]))

  const isDifferent = (pair: Compared): boolean =>
    !(pair.p > limits.leastP) || !(Math.abs(pair.inRounds) <= limits.mostInRoundsMilliseconds)
  const checks = [
    { says: `one answer, byte for byte (${answers.size} seen)`, isTrue: answers.size === 1 },
    {
      says: `Kolmogorov-Smirnov p > ${limits.leastP} for each of ${pairs.length} pairs, after Bonferroni`,
      isTrue: compared.every(({ p }) => p > limits.leastP),
    },
    {
      says: `medians of the differences in a round within ${limits.mostInRoundsMilliseconds} ms`,
      isTrue: compared.every(({ inRounds }) => Math.abs(inRounds) <= limits.mostInRoundsMilliseconds),
    },
    ...(limits.mostMedianMilliseconds === undefined ? [] : [mediansWithin(limits.mostMedianMilliseconds, compared)]),
    {
      says: `${limits.plantedMilliseconds} ms planted in one kind are found by the same test`,
      isTrue: planted.p <= limits.leastP && isDifferent(planted),
    },
  ]
  const isPassed = checks.every(({ isTrue }) => isTrue)
  return {
    isPassed,
    report: [
      row('kind', 'attempts', 'median', 'p95', 'p99'),
      ...[...samples].map(([kind, { milliseconds }]) =>
        row(
          kind,
          String(milliseconds.length),
          ...[0.5, 0.95, 0.99].map((share) => `${quantile(milliseconds, share).toFixed(2)} ms`),
        ),
      ),
      '',
      row('pair', 'medians', 'in rounds', 'distance', 'p'),
      ...[...compared, planted].map((pair) =>
        row(
          pair.name,
          `${pair.medians.toFixed(3)} ms`,
          `${pair.inRounds.toFixed(3)} ms`,
          pair.distance.toFixed(4),
          pair.p < 1e-4 ? pair.p.toExponential(1) : pair.p.toFixed(4),
        ),
      ),
      '',
      ...checks.map(({ says, isTrue }) => `${isTrue ? 'yes' : 'NO '}  ${says}`),
      ...(answers.size > 1 ? ['', firstDifference([...answers])] : []),
    ].join('\n'),
  }
}

const mediansWithin = (most: number, compared: readonly Compared[]) => ({
  says: `medians within ${most} ms`,
  isTrue: compared.every(({ medians }) => Math.abs(medians) <= most),
})

interface Compared {
  readonly name: string
  /** The one's median less the other's. */
  readonly medians: number
  /** The median of the differences within a round: what slows a while cancels out. */
  readonly inRounds: number
  readonly distance: number
  readonly p: number
}

function compare(name: string, one: Sample, other: Sample, pairs: number): Compared {
  const { distance, p } = kolmogorovSmirnov(one.milliseconds, other.milliseconds)
  const inRounds = one.milliseconds.map((time, round) => time - (other.milliseconds[round] ?? Number.NaN))
  return {
    name,
    medians: quantile(one.milliseconds, 0.5) - quantile(other.milliseconds, 0.5),
    inRounds: quantile(inRounds, 0.5),
    distance,
    p: Math.min(1, p * pairs),
  }
}

const row = (first: string, ...rest: readonly string[]): string =>
  first.padEnd(22) + rest.map((text) => text.padStart(12)).join('')

function firstDifference([one = '', other = '']: readonly string[]): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))
  return `the first difference:\n  ${around(one)}\n  ${around(other)}`
}
