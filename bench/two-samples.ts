/** How far apart two samples are, by their whole distributions. */
export interface Difference {
  /** The largest distance between the two distribution functions, 0 to 1 (Kolmogorov-Smirnov). */
  readonly distance: number
  /** How likely so large a distance is when both samples come from one source. */
  readonly p: number
}

/**
 * The two-sample Kolmogorov-Smirnov test, two-sided, with the asymptotic p (good from some 30 values a sample).
 *
 * @see Press et al., Numerical Recipes, 3rd edition, §14.3.3
 */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): Difference {
  const [a, b] = [sorted(one), sorted(other)]
  let [atA, atB, distance] = [0, 0, 0]
  while (atA < a.length && atB < b.length) {
    const value = Math.min(a[atA] ?? 0, b[atB] ?? 0)
    // Equal values of both are stepped over together, or ties would look like distance.
    while (a[atA] === value) atA += 1
    while (b[atB] === value) atB += 1
    distance = Math.max(distance, Math.abs(atA / a.length - atB / b.length))
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length))
  return { distance, p: kolmogorovTail((size + 0.12 + 0.11 / size) * distance) }
}

/** The probability that Kolmogorov's statistic is larger than `lambda`. */
export function kolmogorovTail(lambda: number): number {
  // Below this the series does not converge in sensible time, and its sum is 1 to many places.
  if (lambda < 0.2) return 1
  let sum = 0
  for (let term = 1; term <= 100; term += 1) {
    sum += (term % 2 === 1 ? 2 : -2) * Math.exp(-2 * term * term * lambda * lambda)
  }
  return Math.min(1, Math.max(0, sum))
}

/** @param share 0.5 is the median; between two values it is drawn straight. NaN of nothing */
export function quantile(values: readonly number[], share: number): number {
  const all = sorted(values)
  const place = (all.length - 1) * share
  const [low = Number.NaN, high = Number.NaN] = [all[Math.floor(place)], all[Math.ceil(place)]]
  return low + (high - low) * (place - Math.floor(place))
}

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((one, other) => one - other)
