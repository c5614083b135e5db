import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { notOffered } from '../packages/contract/src/index.ts'
import { reasons } from '../packages/server/src/features/audit/index.ts'
import { settings } from '../packages/server/src/platform/config/index.ts'
import { problemCodes } from '../packages/server/src/problem/index.ts'
import { generatedPages } from './docs.ts'

const root = dirname(import.meta.dirname)
const onDisk = (path: string): Promise<string> => readFile(join(root, path), 'utf8')
/** The first column of a page's table. */
const listed = async (path: string): Promise<string[]> =>
  [...(await onDisk(path)).matchAll(/^\| `(?<name>[^`]+)` /gm)].map(({ groups }) => groups?.['name'] ?? '')

describe('the pages that are made from the code', () => {
  it.each([...generatedPages().keys()])('%s is on disk as the code would make it now (npm run docs)', async (path) => {
    expect(await onDisk(path)).toBe(generatedPages().get(path))
  })

  it.each([
    ['docs/problems.md', problemCodes],
    ['docs/reasons.md', Object.keys(reasons)],
    ['docs/configuration.md', Object.keys(settings.properties)],
  ])('%s lists each name once and no other', async (path, names) => {
    const found = await listed(path)
    expect(found).toHaveLength(names.length)
    expect(new Set(found)).toStrictEqual(new Set(names))
  })
})

describe('an operation that is not offered', () => {
  it.each(notOffered.map(({ operationId }) => operationId))(
    '%s is named in docs/divergences.md',
    async (operationId) => {
      expect(await onDisk('docs/divergences.md')).toContain(`\`${operationId}\``)
    },
  )

  it('is the only thing that answers 501', async () => {
    const files = globSync('packages/server/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
    const naming = await Promise.all(
      files.map(async (file) => ((await onDisk(file)).includes("'server.not_implemented'") ? [file] : [])),
    )
    expect(naming.flat().toSorted()).toStrictEqual([
      'packages/server/src/problem/problems.ts',
      'packages/server/src/surfaces/management/not-offered.ts',
    ])
  })
})

describe('docs/divergences.md', () => {
  it('has a row, and one only, for every number that the code names', async () => {
    const rows = [...(await onDisk('docs/divergences.md')).matchAll(/^\| (?<number>D-\d+) /gm)].map(
      ({ groups }) => groups?.['number'] ?? '',
    )
    expect(rows.filter((number, at) => rows.indexOf(number) !== at)).toStrictEqual([])
    const files = globSync('packages/*/{src,migrations}/**/*.ts', { cwd: root })
    const texts = await Promise.all(files.map(onDisk))
    const named = new Set(texts.flatMap((text) => [...text.matchAll(/\bD-\d{2}\b/g)].map(([number]) => number)))
    expect([...named].filter((number) => !rows.includes(number))).toStrictEqual([])
  })
})
