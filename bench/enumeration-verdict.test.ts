import { describe, expect, it } from 'vitest'
import { classes } from './enumeration-people.ts'
import { judge } from './enumeration-verdict.ts'
import type { Sample } from './enumeration-verdict.ts'

const limits = { leastP: 0.01, mostMedianMilliseconds: 0.5, mostInRoundsMilliseconds: 0.5, plantedMilliseconds: 2 }

/** Times spread over four milliseconds, of every kind alike but where `late` says. */
function samples(late: Readonly<Record<string, number>>, bytes: Readonly<Record<string, string>> = {}) {
  return new Map(
    ([...classes, 'planted'] as const).map((kind, at): [typeof kind, Sample] => [
      kind,
      {
        milliseconds: Array.from(
          { length: 500 },
          (_, round) => 150 + ((round * 7 + at * 3) % 100) / 25 + (late[kind] ?? 0),
        ),
        bytes: new Set([bytes[kind] ?? 'the page']),
      },
    ]),
  )
}

describe('the verdict on an enumeration probe', () => {
  it('passes when no kind stands out and the planted delay does', () => {
    const { isPassed, report } = judge(samples({ planted: 2 }), limits)
    expect(report).not.toContain('NO ')
    expect(isPassed).toBe(true)
  })

  it.each(classes)('fails when %s is answered a millisecond later (EN02)', (kind) => {
    const { isPassed, report } = judge(samples({ planted: 2, [kind]: 1 }), limits)
    expect(isPassed).toBe(false)
    expect(report).toContain('NO   Kolmogorov-Smirnov')
    expect(report).toContain('NO   medians')
  })

  it('of a workspace that redirects leaves out kinds that are told apart by design, and no others (EN03)', () => {
    const alike = ['pool', 'unknown'] as const
    const without = (all: ReturnType<typeof samples>) =>
      new Map([...all].filter(([kind]) => kind === 'planted' || kind === 'pool' || kind === 'unknown'))
    expect(judge(without(samples({ planted: 2 })), limits, alike).isPassed).toBe(true)
    expect(judge(without(samples({ planted: 2, pool: 1 })), limits, alike).isPassed).toBe(false)
  })

  it('fails when one answer differs by a byte, and shows where (EN01)', () => {
    const { isPassed, report } = judge(samples({ planted: 2 }, { locked: 'the  page' }), limits)
    expect(isPassed).toBe(false)
    expect(report).toContain('"the  page"')
  })

  it('fails when it does not find the delay that was planted', () => {
    const { isPassed, report } = judge(samples({}), limits)
    expect(isPassed).toBe(false)
    expect(report).toContain('NO   2 ms planted')
  })

  it('passes while the deadline moves, and still fails when one kind is later', () => {
    const moving = (all: ReturnType<typeof samples>) =>
      new Map(
        [...all].map(([kind, { milliseconds, bytes }]) => [
          kind,
          { milliseconds: milliseconds.map((time, at) => time + (at > 250 ? 400 : 0)), bytes },
        ]),
      )
    const inRounds = { leastP: 0.01, mostInRoundsMilliseconds: 2.5, plantedMilliseconds: 4 }
    expect(judge(moving(samples({ planted: 8 })), inRounds).report).not.toContain('NO   medians')
    expect(judge(moving(samples({ planted: 8, pool: 4 })), inRounds).report).toContain('NO   medians')
  })

  it('fails of nothing', () => {
    expect(judge(new Map(), limits).isPassed).toBe(false)
  })
})
