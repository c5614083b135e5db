import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allCases, caseGroups, owed } from './cases.ts'
import { caseTable } from './page.ts'
import { allTitles, idsIn, titlesIn } from './titles.ts'

const root = dirname(dirname(import.meta.dirname))
/** Beside the repository; not part of it. */
const catalogue = join(root, '../shared/design/security.md')

describe('the table of security cases', () => {
  it('names a test for each case that applies, none for the others, and no case that is not listed', () => {
    expect(caseTable(caseGroups, allTitles(root), owed).faults).toStrictEqual([])
  })

  it('lists each case once', () => {
    const ids = allCases.map(({ id }) => id)
    expect(ids).toStrictEqual([...new Set(ids)])
  })

  it.runIf(existsSync(catalogue))('lists the cases of the catalogue, all of them and no other', () => {
    const groups = [...new Set(allCases.map(({ id }) => id.replace(/\d+$/, '')))].join('|')
    const ids = [...readFileSync(catalogue, 'utf8').matchAll(new RegExp(`^- ((?:${groups})\\d+)`, 'gm'))].map(
      ([, id]) => String(id),
    )
    expect(allCases.map(({ id }) => id).toSorted()).toStrictEqual(ids.toSorted())
  })

  it.skipIf(existsSync(catalogue))('NOT COMPARED: the catalogue that the cases are from is not here', () => {
    expect(existsSync(catalogue)).toBe(false)
    console.warn(`The list of security cases was not compared: there is no ${catalogue}`)
  })
})

describe('the reader of test titles', () => {
  const source = [
    "describe('a code (TK01)', () => {",
    "  it('is spent once (TK03, TK04)', async () => { expect(it('x')).toBe(1) })",
    '  it.each([',
    "    { is: 'not a title (TK05)', of: ['AZ01'] },",
    '  ])("$is is refused (TK06) by \\"us\\"", () => {})',
    "  // it('is only said (TK08)', () => {})",
    "  it.skip('is skipped (TK09)', () => {})",
    "  describe.todo('is planned (TK10)')",
    "  describeMultiConnection('on two nodes (TK11)', () => {})",
    '  const text = "it(\'is quoted (TK13)\')"',
    "  await commit('is no test (TK15)')",
    '  it.runIf(isHere && (a || b))(`is ${here} (TK16)`, () => {})',
    '})',
  ].join('\n')

  it('finds titles of tests and groups, whatever stands between name and title', () => {
    expect(titlesIn('a.test.ts', source).map(({ title }) => title)).toStrictEqual([
      'a code (TK01)',
      'is spent once (TK03, TK04)',
      'x',
      '$is is refused (TK06) by "us"',
      'on two nodes (TK11)',
      'is ${here} (TK16)',
    ])
  })

  it('finds ids of the groups that there are, listed or not', () => {
    expect(idsIn('TK01: one, (TK99) and MF02, XTK03, TK', ['TK01', 'AZ01'])).toStrictEqual(['TK01', 'TK99'])
  })
})

describe('a fault in the table', () => {
  const groups = [
    {
      title: 'Tokens',
      cases: [
        { id: 'TK01', holds: 'once' },
        { id: 'TK14', holds: 'devices', later: 'devices' },
      ],
    },
  ] as const
  const title = (text: string) => ({ file: 'a.test.ts', title: text })

  it('is a case that applies and has no test', () => {
    expect(caseTable(groups, []).faults).toStrictEqual(['TK01 applies, and no test names it.'])
  })

  it('is a waiting case with a test', () => {
    expect(caseTable(groups, [title('TK01'), title('TK14')]).faults).toStrictEqual([
      'TK14 waits for devices, and a test names it: take the mark from scripts/security/cases.ts.',
    ])
  })

  it('is a title with an id that is no case', () => {
    expect(caseTable(groups, [title('(TK01)'), title('b (TK02)')]).faults).toStrictEqual([
      'TK02 is no case, and is named by a test: a.test.ts: b (TK02)',
    ])
  })
})
