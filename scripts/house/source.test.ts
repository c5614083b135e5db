import { describe, expect, it } from 'vitest'
import { readSource } from './source.ts'

const importsOf = (text: string) => readSource(text).imports.map((found) => found.text)

describe('reading the imports of a file', () => {
  it.each([
    ["import a from './a.ts'", './a.ts'],
    ["import a, { b } from './a.ts'", './a.ts'],
    ["import * as a from './a.ts'", './a.ts'],
    ["import type { A } from './a.ts'", './a.ts'],
    ['import {\n  a, // the first\n  type B,\n} from "./a.ts"', './a.ts'],
    ["import{a}from'./a.ts'", './a.ts'],
    ["import './a.ts'", './a.ts'],
    ["import data from './a.json' with { type: 'json' }", './a.json'],
    ["export { a } from './a.ts'", './a.ts'],
    ["export * from './a.ts'", './a.ts'],
    ["export * as a from './a.ts'", './a.ts'],
    ["export type { A } from './a.ts'", './a.ts'],
    ["const a = await import('./a.ts')", './a.ts'],
    ["type A = import('./a.ts').A", './a.ts'],
    ["const a = require('./a.cjs')", './a.cjs'],
    ['const a = `${await import("./a.ts")}`', './a.ts'],
    ["const a = /['\"]/.test(b)\nimport c from './a.ts'", './a.ts'],
    ["const half = a / 2 // it's 1/2\nimport c from './a.ts'", './a.ts'],
    ["const a = `${b ? `it's ${c}` : '}'}`\nimport d from './a.ts'", './a.ts'],
    ["return <p>Don't {a}</p>\n}\nimport c from './a.ts'", './a.ts'],
    ["import { a } from /* here */ './a.ts'", './a.ts'],
  ])('finds it in %j', (text, expected) => {
    expect(importsOf(text)).toEqual([expected])
  })

  it.each([
    "// import a from './a.ts'",
    "/* import a from './a.ts' */",
    "/**\n * @example import a from './a.ts'\n */",
    'const text = "import a from \'./a.ts\'"',
    "const text = `import a from './a.ts'`",
    "const text = `\\`${a}import b from './a.ts'`",
    "const pattern = /import a from './'/",
    "node.import('./a.ts')",
    "export const from = './a.ts'",
  ])('finds none in %j', (text) => {
    expect(importsOf(text)).toEqual([])
  })

  it('says on which line an import and a comment begin', () => {
    const { imports, comments } = readSource("\n/* one\n two */\nimport {\n  a,\n} from './a.ts'\n// three\n")
    expect(imports).toEqual([{ text: './a.ts', line: 4 }])
    expect(comments.map(({ line }) => line)).toEqual([2, 7])
  })

  it('keeps code in its place and blanks everything that is only text', () => {
    const text = "a('sql`x`') // sql`y`\nb`${c('z')} new Date()`"
    const { code } = readSource(text)
    expect(code).toBe("a('      ')          \nb`${c(' ')}           `")
    expect(code).toHaveLength(text.length)
  })
})
