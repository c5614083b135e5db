import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptBuild } from './kept-build.ts'

const cache = resolve(import.meta.dirname, '../../.cache')
let folder: string
let built: string | undefined
beforeEach(() => {
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'kept-build-'))
  writeFileSync(join(folder, 'word.ts'), `export const word: string = 'first'`)
  writeFileSync(
    join(folder, 'entry.ts'),
    `import Fastify from 'fastify'
    import { word } from './word.ts'
    console.log(word, typeof Fastify, import.meta.dirname, import.meta.url, new Error('here').stack !== undefined)`,
  )
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  if (built?.startsWith(join(cache, 'built'))) rmSync(built, { force: true })
})

const said = (file: string): string =>
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], { encoding: 'utf8' })
const entry = (): string => join(folder, 'entry.ts')

describe('a kept build', () => {
  it('does what its sources do, and finds the files beside them', async () => {
    built = await keptBuild(entry())
    expect(built).not.toBe(entry())
    expect(said(built)).toBe(said(entry()))
    expect(said(built)).toContain(`first function ${folder}`)
    expect(readFileSync(built, 'utf8')).not.toMatch(/^import .* from ["'](?:fastify|\.)/mu)
  })

  it('is kept while nothing changed, and made anew when a source did', async () => {
    built = await keptBuild(entry())
    const before = statSync(built).mtimeMs
    expect(await keptBuild(entry())).toBe(built)
    expect(statSync(built).mtimeMs).toBe(before)
    writeFileSync(join(folder, 'word.ts'), `export const word: string = 'second'`)
    expect(await keptBuild(entry())).toBe(built)
    expect(said(built)).toContain('second')
  })

  it('that was damaged is made anew', async () => {
    built = await keptBuild(entry())
    writeFileSync(built, 'cut sh')
    expect(said(await keptBuild(entry()))).toContain('first')
  })

  it('of sources that cannot be built is the source itself, which says what is wrong with it', async () => {
    writeFileSync(join(folder, 'word.ts'), 'export const = ')
    expect(basename((built = await keptBuild(entry())))).toBe('entry.ts')
  })
})
