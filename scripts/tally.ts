/** What came of a group of checks or tests. A check that fails without counting anything is one failure. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 }

export const addTallies = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** The closing line of a run: `12 passed, 0 failed`, with `, 3 skipped` behind it when some were. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

/**
 * Counts a run of vitest from its JSON report and its exit code. The exit code has the last word: a file that could not
 * be loaded and an error outside any test fail the run without being a failed test. So does a run of no test at all.
 */
export function tallyOf(report: string | undefined, code: number): Tally {
  if (report === undefined) return { ...emptyTally, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(report) as VitestReport
  const isSilentFailure = numFailedTests === 0 && (code !== 0 || numPassedTests === 0)
  return {
    passed: numPassedTests,
    failed: isSilentFailure ? 1 : numFailedTests,
    skipped: numPendingTests + numTodoTests,
  }
}
