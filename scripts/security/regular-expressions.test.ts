import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildsExpressions, expressionsIn, slowInputOf } from './regular-expressions.ts'

const root = dirname(dirname(import.meta.dirname))
const product = globSync('{packages,demo}/**/*.ts', { cwd: root, exclude: (path) => path.includes('node_modules') })
  .filter((path) => !/\.test\.ts$|(?:^|\/)testing\//.test(path))
  .toSorted()
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const all = product.flatMap((file) => expressionsIn(file, textOf(file)))
const distinct = [...new Map(all.map((one) => [`${one.source}/${one.flags}`, one])).values()]

describe('a regular expression of ours (DO03)', () => {
  it.each(distinct)('takes linear time for texts made to be slow: $at (DO03)', (expression) => {
    expect(slowInputOf(expression)).toBeUndefined()
  })

  it('is written down where it can be read, or built in a file whose parser is fuzzed for its time (DO03)', () => {
    expect(product.filter((file) => buildsExpressions(textOf(file)))).toStrictEqual([
      'packages/server/src/protocol/precis.ts',
    ])
    expect(all.length).toBeGreaterThan(60)
  })
})

describe('the search for slow texts', () => {
  it.each([
    ['an exponential expression', String.raw`^(a+)+$`],
    ['an exponential choice', String.raw`^(?:a|a)*b`],
    ['an address that is checked twice', String.raw`^([\w.]+)+@x$`],
    ['a quoted text without an end', String.raw`"(?:[^"\\]|\\.)*"`],
    ['white space before an end', String.raw`\s+$`],
    ['a comment without an end', String.raw`\/\*[\s\S]*?\*\/`],
    ['a cubic expression', String.raw`x*x*x*y`],
  ])('finds one for %s', (_name, source) => {
    expect(slowInputOf({ source, flags: '' })).toBeDefined()
  })

  it('reads expressions and not what looks like one', () => {
    const found = expressionsIn(
      'a.ts',
      [
        'const half = a / b / c // not /this/',
        String.raw`const one = /a\/[/]"/gi.test("/no/")`,
        String.raw`Type.String({ pattern: '^\\d+$' })`,
        'Type.String({ pattern: String.raw`^\\S+$` })',
      ].join('\n'),
    )
    expect(found).toStrictEqual([
      { source: String.raw`a\/[/]"`, flags: 'gi', at: 'a.ts:2' },
      { source: String.raw`^\d+$`, flags: 'u', at: 'a.ts' },
      { source: String.raw`^\S+$`, flags: 'u', at: 'a.ts' },
    ])
  })
})
