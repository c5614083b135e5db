import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSource } from '../house/source.ts'

export interface TestTitle {
  readonly file: string
  readonly title: string
}

/** A title of `it`, `test` or a `describe…`, with what stands between: `.each([…])`, `.runIf(…)`. */
const callee = /(?<![.\w$])(?:it|test|describe\w*)(?=[.(])/g

/**
 * The titles of the tests in one file, in order; those of skipped and of planned ones are left out. Only titles that are
 * written as one text are seen, which a test of the table relies on: what it does not see does not count.
 */
export function titlesIn(file: string, text: string): TestTitle[] {
  const { code } = readSource(text)
  return [...code.matchAll(callee)].flatMap(({ 0: name, index }) => {
    const title = titleAfter(text, code, index + name.length)
    return title === undefined ? [] : [{ file, title }]
  })
}

function titleAfter(text: string, code: string, from: number): string | undefined {
  let at = from
  while (at < code.length) {
    const modifier = /^\.(\w+)/.exec(code.slice(at, at + 20))
    if (modifier) {
      if (modifier[1] === 'skip' || modifier[1] === 'todo') return undefined
      at += modifier[0].length
    } else if (code[at] === '(') {
      const first = at + 1 + code.slice(at + 1).search(/\S|$/)
      const quote = code[first] ?? ''
      if (`'"\``.includes(quote)) {
        return text.slice(first + 1, code.indexOf(quote, first + 1)).replaceAll(/\\(?<quoted>['"`\\])/g, '$<quoted>')
      }
      at = closing(code, at) + 1
    } else return undefined
  }
  return undefined
}

function closing(code: string, from: number): number {
  let open = 0
  for (let at = from; at < code.length; at++) {
    if ('([{'.includes(code[at] ?? ' ')) open++
    else if (')]}'.includes(code[at] ?? ' ') && --open === 0) return at
  }
  return code.length
}

/** Every test of the repository. */
export const allTitles = (root: string): TestTitle[] =>
  globSync('{packages,demo,e2e,bench,scripts}/**/*.test.{ts,tsx}', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  })
    .toSorted()
    .flatMap((file) => titlesIn(file, readFileSync(join(root, file), 'utf8')))

const groupsOf = (ids: readonly string[]): string => [...new Set(ids.map((id) => id.replace(/\d+$/, '')))].join('|')

/** The ids a title names, of the groups that these cases are of; also ids that no case has. */
export const idsIn = (title: string, ids: readonly string[]): string[] =>
  [...title.matchAll(new RegExp(String.raw`\b(?:${groupsOf(ids)})\d{1,3}\b`, 'g'))].map(([id]) => id)
