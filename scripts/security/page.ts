import type { CaseGroup, ComingRoom } from './cases.ts'
import { idsIn } from './titles.ts'
import type { TestTitle } from './titles.ts'

export interface CaseTable {
  /** Cases with the tests that name them; one that is for later has none. */
  readonly rows: readonly CaseRow[]
  /** One sentence for each case that has no test or should have none, and for each id that is no case. */
  readonly faults: readonly string[]
}

interface CaseRow {
  readonly group: string
  readonly id: string
  readonly holds: string
  readonly later: ComingRoom | undefined
  readonly tests: readonly TestTitle[]
}

/** Joins cases and tests. */
export function caseTable(
  groups: readonly CaseGroup[],
  titles: readonly TestTitle[],
  owed: readonly string[] = [],
): CaseTable {
  const ids = groups.flatMap(({ cases }) => cases.map(({ id }) => id))
  const testsOf = new Map<string, TestTitle[]>(ids.map((id) => [id, []]))
  const faults: string[] = []
  for (const test of titles) {
    for (const id of new Set(idsIn(test.title, ids))) {
      const tests = testsOf.get(id)
      if (tests) tests.push(test)
      else faults.push(`${id} is no case, and is named by a test: ${test.file}: ${test.title}`)
    }
  }
  const rows = groups.flatMap(({ title, cases }) =>
    cases.map(({ id, holds, later }) => ({ group: title, id, holds, later, tests: testsOf.get(id) ?? [] })),
  )
  for (const {
    id,
    later,
    tests: [first],
  } of rows) {
    if (later === undefined && !first && !owed.includes(id)) faults.push(`${id} applies, and no test names it.`)
    if (later !== undefined && first)
      faults.push(`${id} waits for ${later}, and a test names it: take the mark from scripts/security/cases.ts.`)
  }
  return { rows, faults }
}

/** docs/security-cases.md below its first two lines. */
export function casePage({ rows }: CaseTable, reasons: Readonly<Record<ComingRoom, string>>): string {
  const shown = rows.filter(({ later }) => later === undefined)
  const tests = new Set(shown.flatMap((row) => row.tests.map(({ file, title }) => `${file}: ${title}`)))
  const parts = [
    `Attacks, what must hold against each, and the tests that show it. The ids stand in the titles of the tests, so
\`vitest run -t RT01\` runs what is said of one case. ${shown.length} cases apply, ${shown.filter((row) => row.tests.length > 0).length} of them are shown by ${tests.size} titles;
${rows.length - shown.length} wait for something that is not built yet and say for what. A test fails when a case that
applies is named by no test, when a title names a case that is not listed, and when a waiting case has a test.`,
  ]
  for (const group of new Set(rows.map((row) => row.group))) {
    const lines = rows
      .filter((row) => row.group === group)
      .map(({ id, holds, later, tests: held }) => {
        const by =
          later !== undefined
            ? `_Not yet:_ ${reasons[later]}.`
            : held.length === 0
              ? '**No test yet.**'
              : held.map(shownBy).join('<br>')
        return `| ${id} | ${cell(holds)} | ${by} |`
      })
    parts.push(`## ${group}`, ['| Case | What must hold | Shown by |', '| --- | --- | --- |', ...lines].join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}

const shownBy = ({ file, title }: TestTitle): string =>
  `\`${file.replace('packages/server/src/', '')}\`: ${cell(title)}`

const cell = (text: string): string =>
  text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('\n', ' ')
