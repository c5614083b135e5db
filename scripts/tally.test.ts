import { describe, expect, it } from 'vitest'
import { addTallies, closingLine, emptyTally, tallyOf } from './tally.ts'

const report = (counts: Record<string, number>) =>
  JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, ...counts })

describe('counting a run', () => {
  it('takes the numbers of the report when the run went well', () => {
    expect(tallyOf(report({ numPassedTests: 7, numPendingTests: 2, numTodoTests: 1 }), 0)).toEqual({
      passed: 7,
      failed: 0,
      skipped: 3,
    })
  })

  it.each([
    ['a file could not be loaded', report({ numPassedTests: 7 }), 1],
    ['no test ran', report({}), 0],
    ['there is no report', undefined, 0],
  ])('is a failure when %s', (_case, text, code) => {
    expect(tallyOf(text, code).failed).toBe(1)
  })

  it('closes with one plain line for all groups', () => {
    const all = addTallies({ passed: 3, failed: 1, skipped: 0 }, { passed: 4, failed: 0, skipped: 2 })
    expect(closingLine(all)).toBe('7 passed, 1 failed, 2 skipped')
    expect(closingLine(addTallies(emptyTally, { passed: 1, failed: 0, skipped: 0 }))).toBe('1 passed, 0 failed')
  })
})
