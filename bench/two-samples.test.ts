import { describe, expect, it } from 'vitest'
import { kolmogorovSmirnov, kolmogorovTail, quantile } from './two-samples.ts'

/** A generator of its own, so that the samples are the same at every run (Numerical Recipes, §7.1, "ranqd1"). */
function evenly(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
/** About normal, by twelve even ones. */
function sample(size: number, seed: number, shift = 0): number[] {
  const next = evenly(seed)
  return Array.from(
    { length: size },
    () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6) + shift,
  )
}

describe("the tail of Kolmogorov's distribution", () => {
  it.each([
    // Smirnov's table, as every textbook prints it: the critical values of the two-sided test.
    [1.2238, 0.1],
    [1.3581, 0.05],
    [1.4802, 0.025],
    [1.6276, 0.01],
    [1.9495, 0.001],
  ])('beyond %d is %d', (lambda, p) => {
    expect(kolmogorovTail(lambda)).toBeCloseTo(p, 4)
  })

  it('goes from one to nothing', () => {
    expect(kolmogorovTail(0)).toBe(1)
    expect(kolmogorovTail(0.2)).toBeCloseTo(1, 6)
    expect(kolmogorovTail(8)).toBeLessThan(1e-50)
  })
})

describe('two samples', () => {
  it('are as far apart as their distribution functions, worked out by hand', () => {
    // After 3: three quarters of the one and none of the other.
    expect(kolmogorovSmirnov([1, 2, 3, 5], [4, 5, 6, 7]).distance).toBe(0.75)
    expect(kolmogorovSmirnov([1, 2], [1, 2]).distance).toBe(0)
    // Ties are no distance.
    expect(kolmogorovSmirnov([1, 1, 1, 2], [1, 1, 1, 1]).distance).toBe(0.25)
    expect(kolmogorovSmirnov([1, 2], [3, 4, 5]).distance).toBe(1)
  })

  it('of one source are called different as rarely as p says', () => {
    let rejected = 0
    for (let round = 0; round < 400; round += 1) {
      const { p } = kolmogorovSmirnov(sample(100, 2 * round + 1), sample(100, 2 * round + 2))
      if (p < 0.05) rejected += 1
    }
    // 20 are expected; the test is a little careful with samples of this size.
    expect(rejected).toBeGreaterThan(4)
    expect(rejected).toBeLessThan(36)
  })

  it('that are shifted by a part of their spread are told apart when they are large', () => {
    expect(kolmogorovSmirnov(sample(2000, 1), sample(2000, 2, 0.2)).p).toBeLessThan(1e-6)
    expect(kolmogorovSmirnov(sample(2000, 1), sample(2000, 2)).p).toBeGreaterThan(0.01)
  })
})

describe('a quantile', () => {
  it('is drawn straight between two values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2)
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5)
    expect(quantile([10, 20], 0.25)).toBe(12.5)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})
