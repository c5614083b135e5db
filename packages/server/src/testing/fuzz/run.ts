import fc from 'fast-check'
import { keptInputs } from './corpus.ts'
import { readOne } from './target.ts'
import type { FuzzTarget } from './target.ts'

export interface Found {
  readonly input: string
  readonly error: Error
}

/** Tries inputs until one breaks a promise, and makes that one as small as it can. */
export async function search(
  target: FuzzTarget,
  seed: number,
  runs: number,
  seen: (input: string, outcome: string) => void,
): Promise<Found | undefined> {
  const property = fc.asyncProperty(target.inputs, async (input) => {
    seen(input, await readOne(target, input))
  })
  const { failed, counterexample } = await fc.check(property, { seed, numRuns: runs, endOnFailure: true })
  const [input] = counterexample ?? []
  return failed && input !== undefined ? smallest(target, input) : undefined
}

/** Takes out ever smaller pieces for as long as what is left still breaks a promise. */
async function smallest(target: FuzzTarget, input: string): Promise<Found | undefined> {
  let found = await broken(target, input)
  for (let size = Math.ceil(input.length / 2); found && size > 0; size = Math.floor(size / 2)) {
    for (let at = 0; at < found.input.length;) {
      const less: Found | undefined = await broken(target, found.input.slice(0, at) + found.input.slice(at + size))
      if (less) found = less
      else at += size
    }
  }
  return found
}

async function broken(target: FuzzTarget, input: string): Promise<Found | undefined> {
  try {
    await readOne(target, input)
    return undefined
  } catch (thrown) {
    return { input, error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }
}

/** What the corpus already has an input for. */
export const knownOutcomes = (target: FuzzTarget): Set<string> =>
  new Set(keptInputs(target.name).map((kept) => kept.is))
