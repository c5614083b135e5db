import { afterAll, describe, expect, it } from 'vitest'
import { keptInputs } from './corpus.ts'
import { openRequestTargets } from './requests.ts'
import { search } from './run.ts'
import { readOne } from './target.ts'
import type { FuzzTarget } from './target.ts'
import { targets } from './targets.ts'

const requests = await openRequestTargets()
afterAll(() => requests.close())

/** The same inputs every time; `npm run fuzz` tries others. */
const seed = 20_261_121
const all: readonly FuzzTarget[] = [...targets, ...requests.targets]

describe.each(all)('the parser of $name under fuzz', (target) => {
  it('reads every kept input as it did when it was kept (DO07)', async () => {
    const kept = keptInputs(target.name)
    expect(kept.length).toBeGreaterThan(0)
    for (const { input, is } of kept) {
      const outcome = await readOne(target, input)
      if (!is.startsWith('broken: ')) expect([input, outcome]).toStrictEqual([input, is])
    }
  })

  it('keeps its promises for inputs that are nearly right, in a time bound by their length (DO07)', async () => {
    expect(await search(target, seed, target.runs, () => {})).toBeUndefined()
  }, 60_000)
})

describe('the search for inputs that break a promise', () => {
  it('finds one and makes it small', async () => {
    const careless: FuzzTarget = {
      ...targets[0]!,
      read: (input) => {
        if (input.includes('@')) throw new Error('an at sign')
        return 'fine'
      },
    }
    expect(await search(careless, seed, 1000, () => {})).toMatchObject({ input: '@', error: { message: 'an at sign' } })
  })

  it('notices a parser that takes longer than its input is worth', async () => {
    const slow: FuzzTarget = {
      ...targets[0]!,
      cost: { base: 0, perCharacter: 0 },
      read: (input) => Array.from(input).toSorted().join(''),
    }
    await expect(readOne(slow, 'x'.repeat(100_000))).rejects.toThrow(/cost \d+ µs/)
  })
})
